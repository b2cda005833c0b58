using System.Security.Cryptography;
using Pogoline.Cli.Output.Diary;

namespace Pogoline.Tests.Cli;

public class RedactorTests
{
    [Fact]
    public void Keys_claim_codes_and_passwords_are_taken_out_whatever_stands_around_them()
    {
        using var rsa = RSA.Create(1024);
        var claim = new string('k', 40) + "+Zz9/" + new string('0', 18);
        string[] secrets = [rsa.ExportRSAPrivateKeyPem(), claim, "hunter2", Convert.ToBase64String(RandomNumberGenerator.GetBytes(121)), Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(121))];
        string[] around = [$"key {secrets[0]} end", $"C{claim.Length}: {claim}.", "\"password\": \"hunter2\", x", $"got {secrets[3]}", $"{secrets[4]}"];
        for (var i = 0; i < secrets.Length; i++) Assert.DoesNotContain(secrets[i], Redactor.Clean(around[i]), StringComparison.Ordinal);
        Assert.Equal("https://[redacted]@example.com/a", Redactor.Clean("https://me:hunter2@example.com/a"));
        Assert.Equal(["--psk", "[redacted]", "--os", "2.2.0"], Redactor.Clean(["--psk", "hunter2", "--os", "2.2.0"]));
        Assert.DoesNotContain("hunter2", Redactor.Clean("token=hunter2 secret: hunter2, Authorization: Bearer hunter2"), StringComparison.Ordinal);
    }

    [Fact]
    public void Hashes_device_IDs_and_ordinary_sentences_stay()
    {
        var sentence = $"e00fce6881c2e7b9a5114a8a: {Convert.ToHexStringLower(SHA256.HashData([]))} at 0x08020000, the password of the network was not needed.";
        Assert.Equal(sentence, Redactor.Clean(sentence));
    }
}
