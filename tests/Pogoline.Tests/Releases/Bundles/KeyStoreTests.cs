using System.Security.Cryptography;
using System.Text;
using Pogoline.Host.Bundles;
using Pogoline.Releases.Bundles;
using Pogoline.Signing;

namespace Pogoline.Tests.Releases.Bundles;

public class KeyStoreTests
{
    [Fact]
    public void A_private_key_is_for_its_owner_alone()
    {
        using var folder = new TemporaryFolder();
        using var key = SigningKey.Create();
        new KeyStore(folder.Path).Add("line", key, password: null);
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder.Path, "private", "line.pem")));
        Assert.Empty(Directory.GetFiles(folder.Path, "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_name_is_given_once()
    {
        using var folder = new TemporaryFolder();
        var store = new KeyStore(folder.Path);
        using var first = SigningKey.Create();
        using var second = SigningKey.Create();
        store.Add("line", first, "secret");
        Assert.Equal(SigningFaults.KeyExists, Assert.Throws<PogolineException>(() => store.Add("line", second, null)).Code);
        Assert.Equal(SigningFaults.KeyExists, Assert.Throws<PogolineException>(() => store.Trust("line", second.Public)).Code);
        using var opened = store.OpenPrivate("line", () => "secret");
        Assert.Equal(first.Public.Id, opened.Public.Id);
        foreach (var name in new[] { "", "..", "../up", "a/b", ".hidden", new string('n', 65) })
            Assert.Equal(SigningFaults.NoKey, Assert.Throws<PogolineException>(() => store.Add(name, second, null)).Code);
    }

    [Fact]
    public void Trust_can_be_given_and_taken_back()
    {
        using var folder = new TemporaryFolder();
        var store = new KeyStore(folder.Path);
        using var key = SigningKey.Create();
        Assert.Null(store.FindTrusted(key.Public));
        store.Trust("theirs", key.Public);
        Assert.Equal("theirs", store.FindTrusted(key.Public)!.Name);
        Assert.False(store.Require("theirs").HasPrivate);
        store.Distrust("theirs");
        Assert.Null(store.FindTrusted(key.Public));
    }

    [Fact]
    public void A_policy_wants_a_signature_by_a_trusted_key()
    {
        using var folder = new TemporaryFolder();
        var store = new KeyStore(folder.Path);
        using var key = SigningKey.Create();
        var policy = new BundlePolicy(store, locked: null, requireSigned: true);
        var signed = ReleaseBundle.Require("signed.zip", SampleBundles.Small(key));
        Assert.Equal(SigningFaults.Unsigned, Assert.Throws<PogolineException>(() => policy.Require(ReleaseBundle.Require("open.zip", SampleBundles.Small(null)))).Code);
        Assert.Equal(SigningFaults.UnknownKey, Assert.Throws<PogolineException>(() => policy.Require(signed)).Code);
        store.Trust("line", key.Public);
        policy.Require(signed);
    }

    [Fact]
    public void A_lock_takes_its_bundle_only_and_only_with_its_signature()
    {
        using var folder = new TemporaryFolder();
        var machine = new MachineLock(Path.Combine(folder.Path, "lock.json"));
        using var key = SigningKey.Create();
        using var other = SigningKey.Create();
        Assert.Equal(SigningFaults.Unsigned, Assert.Throws<PogolineException>(() => machine.Lock(ReleaseBundle.Require("open.zip", SampleBundles.Small(null)))).Code);
        machine.Lock(ReleaseBundle.Require("line.zip", SampleBundles.Small(key)));
        var policy = new BundlePolicy(new(folder.Path), machine.Read(), requireSigned: false);
        policy.Require(ReleaseBundle.Require("again.zip", SampleBundles.Small(key)));
        foreach (var zip in new[] { SampleBundles.Small(null), SampleBundles.Small(other) })
            Assert.Equal(MachineLock.Locked, Assert.Throws<PogolineException>(() => policy.Require(ReleaseBundle.Require("x.zip", zip))).Code);
        Assert.Equal(MachineLock.Locked, Assert.Throws<PogolineException>(() => machine.RequireUnlocked("This")).Code);
        Assert.True(machine.Unlock());
        Assert.False(machine.Unlock());
        Assert.Null(machine.Read());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"schema\":1,\"sha256\":\"00\",\"keyId\":\"00\",\"release\":\"1\",\"platforms\":[]}")]
    public void A_damaged_lock_allows_nothing(string text)
    {
        using var folder = new TemporaryFolder();
        var machine = new MachineLock(folder.Write("lock.json", Encoding.UTF8.GetBytes(text)));
        Assert.Equal(MachineLock.Unusable, Assert.Throws<PogolineException>(() => machine.Read()).Code);
        Assert.True(machine.Unlock());
    }

    [Fact]
    public void A_key_of_another_curve_is_never_trusted()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var fault = Assert.Throws<PogolineException>(() => VerifyingKey.Require(Encoding.ASCII.GetBytes(p384.ExportSubjectPublicKeyInfoPem()), "p384.pem"));
        Assert.Equal(SigningFaults.Curve, fault.Code);
    }
}
