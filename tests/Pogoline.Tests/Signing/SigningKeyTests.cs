using System.Security.Cryptography;
using System.Text;
using Pogoline.Signing;

namespace Pogoline.Tests.Signing;

public class SigningKeyTests
{
    [Fact]
    public void What_a_key_signed_its_public_half_verifies_and_nothing_else()
    {
        using var key = SigningKey.Create();
        using var other = SigningKey.Create();
        var signature = key.Sign("text"u8);
        Assert.True(key.Public.Verifies("text"u8, signature));
        Assert.False(key.Public.Verifies("Text"u8, signature));
        Assert.False(other.Public.Verifies("text"u8, signature));
        Assert.False(key.Public.Verifies("text"u8, []));
        Assert.InRange(signature.Length, 8, 72);
    }

    [Fact]
    public void A_key_comes_back_from_its_file_with_and_without_password()
    {
        using var key = SigningKey.Create();
        using var open = SigningKey.Require(Encoding.ASCII.GetBytes(key.ToPem(null)), "open", null);
        using var locked = SigningKey.Require(Encoding.ASCII.GetBytes(key.ToPem("secret")), "locked", "secret");
        Assert.Equal([key.Public.Id, key.Public.Id], [open.Public.Id, locked.Public.Id]);
        Assert.Contains("ENCRYPTED", key.ToPem("secret"), StringComparison.Ordinal);
        foreach (var password in new[] { null, "", "wrong" })
            Assert.Equal(SigningFaults.Password, Assert.Throws<PogolineException>(() => SigningKey.Require(Encoding.ASCII.GetBytes(key.ToPem("secret")), "locked", password)).Code);
    }

    [Fact]
    public void Keys_of_other_kinds_and_curves_are_told_apart_from_damaged_ones()
    {
        using var rsa = RSA.Create(2048);
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Equal(SigningFaults.Curve, PublicFault(p384.ExportSubjectPublicKeyInfoPem()));
        Assert.Equal(SigningFaults.Curve, PublicFault(rsa.ExportSubjectPublicKeyInfoPem()));
        Assert.Equal(SigningFaults.BadKey, PublicFault(p256.ExportPkcs8PrivateKeyPem()));
        Assert.Equal(SigningFaults.BadKey, PublicFault(p256.ExportSubjectPublicKeyInfoPem()[..100]));
        Assert.Equal(SigningFaults.BadKey, PublicFault(""));
        Assert.Equal(SigningFaults.BadKey, PublicFault(new string('x', VerifyingKey.MaximumFileLength + 1)));
        Assert.Equal(SigningFaults.Curve, PrivateFault(p384.ExportPkcs8PrivateKeyPem()));
        Assert.Equal(SigningFaults.BadKey, PrivateFault(p256.ExportSubjectPublicKeyInfoPem()));
        Assert.Equal(SigningFaults.BadKey, PrivateFault("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"));
    }

    [Fact]
    public void Keys_in_the_form_of_openssl_are_read()
    {
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var bare = SigningKey.Require(Encoding.ASCII.GetBytes(p256.ExportECPrivateKeyPem()), "ec", null);
        Assert.True(VerifyingKey.TryRead(Encoding.ASCII.GetBytes(p256.ExportSubjectPublicKeyInfoPem()), out var pub, out _));
        Assert.Equal(pub.Id, bare.Public.Id);
    }

    static FaultCode PublicFault(string pem)
    {
        Assert.False(VerifyingKey.TryRead(Encoding.ASCII.GetBytes(pem), out _, out var fault));
        return fault;
    }

    static FaultCode PrivateFault(string pem) => Assert.Throws<PogolineException>(() => SigningKey.Require(Encoding.ASCII.GetBytes(pem), "key", null)).Code;
}
