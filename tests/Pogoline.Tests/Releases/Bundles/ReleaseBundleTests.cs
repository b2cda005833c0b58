using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Pogoline.Modules;
using Pogoline.Planning;
using Pogoline.Platforms;
using Pogoline.Releases.Bundles;
using Pogoline.Signing;

namespace Pogoline.Tests.Releases.Bundles;

public class ReleaseBundleTests
{
    public static TheoryData<string, string> Everything
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (platform, os) in RealReleases.All) data.Add(platform, os);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public async Task Every_release_of_the_packages_goes_in_and_comes_out_the_same(string platform, string os)
    {
        var release = await SampleBundles.ReleaseAsync(platform, os);
        var bundle = ReleaseBundle.Require("test.zip", await SampleBundles.MakeAsync(os, [platform], withApp: true));
        await BundleCheck.RequireAsync(bundle, CancellationToken.None);
        Assert.Equal(DeviceOsVersion.Parse(os), bundle.Manifest.Release);
        Assert.Equal([platform], bundle.Manifest.Platforms);
        foreach (var file in release.Files) Assert.True(bundle[$"{os}/{platform}/{file.Name}"].Span.SequenceEqual(file.Module.Image.Span));
        Assert.True(bundle.App(platform)!.Value.Span.SequenceEqual(RealReleases.Tinker(platform).Image.Span));
        var plan = Plan.Load(bundle.Plan(platform).Span);
        Assert.All(plan.Modules.Select(m => m.Sha256).OfType<string>(), sha256 => Assert.NotNull(bundle.Find(sha256)));
    }

    [Fact]
    public async Task The_same_content_gives_the_same_bytes_in_whatever_order_it_was_added()
    {
        var first = await SampleBundles.MakeAsync("1.5.2", ["boron", "argon"]);
        var second = await SampleBundles.MakeAsync("1.5.2", ["argon", "boron"]);
        Assert.Equal(first, second);
    }

    [Fact]
    public async Task Entries_are_stored_in_order_with_one_time_and_manifest_first()
    {
        using var zip = new ZipArchive(new MemoryStream(await SampleBundles.MakeAsync("1.5.2", ["boron"])));
        Assert.Equal("bundle.json", zip.Entries[0].FullName);
        Assert.Equal(zip.Entries.Skip(1).Select(e => e.FullName).Order(StringComparer.Ordinal), zip.Entries.Skip(1).Select(e => e.FullName));
        Assert.All(zip.Entries, entry =>
        {
            Assert.Equal(entry.Length, entry.CompressedLength);
            Assert.Equal(new DateTime(1980, 1, 1), entry.LastWriteTime.DateTime);
        });
    }

    [Fact]
    public async Task A_signature_changes_neither_manifest_nor_identity()
    {
        using var key = SigningKey.Create();
        var open = ReleaseBundle.Require("a", await SampleBundles.MakeAsync("1.5.2", ["boron"]));
        var signed = ReleaseBundle.Require("b", await SampleBundles.MakeAsync("1.5.2", ["boron"], key));
        Assert.Null(open.Signer);
        Assert.Equal(key.Public.Id, signed.Signer!.Id);
        Assert.Equal(open.Sha256, signed.Sha256);
    }

    [Fact]
    public async Task An_unpacked_or_renamed_bundle_is_also_a_source_as_any_release_archive_is()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("renamed.zip", await SampleBundles.MakeAsync("1.5.2", ["boron"]));
        var files = await new Host.Releases.ZipReleaseSource(path).FindAsync(DeviceOsVersion.Parse("1.5.2"), PlatformCatalog.Require("boron"), CancellationToken.None);
        Assert.Equal(4, files!.Files.Count);
    }

    [Fact]
    public void A_missing_changed_or_added_file_is_refused()
    {
        var entries = SampleBundles.Entries(SampleBundles.Small(null));
        Assert.Equal(BundleFaults.Missing, SampleBundles.FaultOf(SampleBundles.Zip(entries.Where(e => e.Name != "plans/boron.json"))));
        Assert.Equal(BundleFaults.Extra, SampleBundles.FaultOf(SampleBundles.Zip([.. entries, ("apps/boron.bin", [1])])));
        Assert.Equal(BundleFaults.Hash, SampleBundles.FaultOf(SampleBundles.Zip(entries.Select(e => e.Name == "NOTICE.txt" ? (e.Name, "Notice"u8.ToArray()) : e))));
        Assert.Equal(BundleFaults.Hash, SampleBundles.FaultOf(SampleBundles.Zip(entries.Select(e => e.Name == "NOTICE.txt" ? (e.Name, "notice2"u8.ToArray()) : e))));
        Assert.Equal(BundleFaults.Invalid, SampleBundles.FaultOf(SampleBundles.Zip(entries.Skip(1))));
    }

    [Fact]
    public void An_archive_that_is_none_or_harmful_is_refused()
    {
        var good = SampleBundles.Small(null);
        var entries = SampleBundles.Entries(good);
        Assert.Equal(ModuleFaults.ArchiveDamaged, SampleBundles.FaultOf([]));
        Assert.Equal(ModuleFaults.ArchiveDamaged, SampleBundles.FaultOf(good[..(good.Length / 2)]));
        foreach (var name in new[] { "/etc/passwd", "../up.bin", "a/../../up", "C:/x", "a\\b" })
            Assert.Equal(ModuleFaults.ArchiveName, SampleBundles.FaultOf(SampleBundles.Zip([.. entries, (name, [1])])));
        Assert.Equal(ModuleFaults.ArchiveName, SampleBundles.FaultOf(SampleBundles.Zip([.. entries, entries[0]])));
        Assert.Equal(ModuleFaults.ArchiveName, SampleBundles.FaultOf(SampleBundles.Zip([.. entries, ("BUNDLE.JSON", [1])])));
        var bomb = ReleaseArchiveTests.Zip([.. entries, ("bomb.bin", new byte[8 << 20])], level: CompressionLevel.SmallestSize);
        Assert.Equal(ModuleFaults.ArchiveSize, SampleBundles.FaultOf(bomb));
    }

    public static TheoryData<string, Action<JsonObject>> BrokenManifests => new()
    {
        { "another schema", m => m["schema"] = 2 },
        { "no schema", m => m.Remove("schema") },
        { "a member of its own", m => m["more"] = true },
        { "a release that is none", m => m["release"] = "two" },
        { "no platform", m => m["platforms"] = new JsonArray() },
        { "a platform twice", m => m["platforms"] = new JsonArray("boron", "boron") },
        { "an unknown platform", m => m["platforms"] = new JsonArray("boron", "toaster") },
        { "a platform without files", m => m["platforms"] = new JsonArray("argon", "boron") },
        { "null for the platforms", m => m["platforms"] = null },
        { "a link that is none", m => m["releaseNotes"] = "javascript:alert(1)" },
        { "files out of order", m => m["files"] = new JsonArray([.. m["files"]!.AsArray().Reverse().Select(f => f!.DeepClone())]) },
        { "a file twice", m => m["files"]!.AsArray().Insert(0, m["files"]![0]!.DeepClone()) },
        { "a path that leads out", m => m["files"]![0]!["path"] = "../boron-bootloader@2.2.0.bin" },
        { "a path of another release", m => m["files"]![0]!["path"] = "2.2.0/boron/boron-bootloader@2.2.1.bin" },
        { "a path of another platform", m => m["files"]![0]!["path"] = "2.2.0/boron/argon-bootloader@2.2.0.bin" },
        { "a kind that the path is not", m => m["files"]![0]!["kind"] = "app" },
        { "a kind that is none", m => m["files"]![0]!["kind"] = "script" },
        { "a hash in upper case", m => m["files"]![0]!["sha256"] = m["files"]![0]!["sha256"]!.GetValue<string>().ToUpperInvariant() },
        { "a short hash", m => m["files"]![0]!["sha256"] = "00" },
        { "no bytes", m => m["files"]![0]!["bytes"] = 0 },
        { "bytes beyond measure", m => m["files"]![0]!["bytes"] = 1L << 40 },
        { "a file of a platform that it does not name", m => m["files"]![0]!["platform"] = "argon" },
        { "no plan", m => m["files"]!.AsArray().RemoveAt(2) },
        { "no notice", m => m["files"]!.AsArray().RemoveAt(1) },
    };

    [Theory]
    [MemberData(nameof(BrokenManifests))]
    public void A_manifest_that_breaks_a_rule_is_refused(string why, Action<JsonObject> change)
    {
        Assert.NotEmpty(why);
        Assert.Equal(BundleFaults.Invalid, SampleBundles.FaultOf(SampleBundles.WithManifest(SampleBundles.Small(null), change)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"schema\":1,\"schema\":1}")]
    [InlineData("[[[[[[[[[[[[")]
    public void A_manifest_that_is_no_object_of_that_kind_is_refused(string text)
    {
        var entries = SampleBundles.Entries(SampleBundles.Small(null));
        entries[0] = ("bundle.json", Encoding.UTF8.GetBytes(text));
        Assert.Equal(BundleFaults.Invalid, SampleBundles.FaultOf(SampleBundles.Zip(entries)));
    }

    [Fact]
    public void A_huge_manifest_is_refused_without_being_parsed()
    {
        var entries = SampleBundles.Entries(SampleBundles.Small(null));
        entries[0] = ("bundle.json", Encoding.ASCII.GetBytes(new string('[', BundleManifest.MaximumLength + 1)));
        Assert.Equal(BundleFaults.Invalid, SampleBundles.FaultOf(SampleBundles.Zip(entries)));
    }

    [Fact]
    public void A_signature_that_is_not_one_of_the_manifest_is_refused()
    {
        using var key = SigningKey.Create();
        using var other = SigningKey.Create();
        var entries = SampleBundles.Entries(SampleBundles.Small(key));
        byte[] FlippedIn(string name) => SampleBundles.Zip(entries.Select(e => e.Name == name ? (e.Name, [.. e.Content[..^1], (byte)(e.Content[^1] ^ 1)]) : e));
        byte[] With(string name, byte[] content) => SampleBundles.Zip(entries.Select(e => e.Name == name ? (name, content) : e));

        Assert.Equal(SigningFaults.Wrong, SampleBundles.FaultOf(FlippedIn("bundle.json.sig")));
        Assert.Equal(SigningFaults.Wrong, SampleBundles.FaultOf(With("bundle.json.sig", [])));
        Assert.Equal(SigningFaults.Wrong, SampleBundles.FaultOf(With("bundle.json.sig", new byte[1000])));
        Assert.Equal(SigningFaults.Wrong, SampleBundles.FaultOf(With("bundle.json.pem", Encoding.ASCII.GetBytes(other.Public.ToPem()))));
        Assert.Equal(SigningFaults.Wrong, SampleBundles.FaultOf(SampleBundles.Zip(entries.Where(e => e.Name != "bundle.json.sig"))));
        Assert.Equal(SigningFaults.Wrong, SampleBundles.FaultOf(SampleBundles.Zip(entries.Where(e => e.Name != "bundle.json.pem"))));
        Assert.Equal(SigningFaults.Wrong, SampleBundles.FaultOf(SampleBundles.WithManifest(SampleBundles.Small(key), m => m["releaseNotes"] = "https://example.com/other")));
        Assert.Equal(SigningFaults.BadKey, SampleBundles.FaultOf(With("bundle.json.pem", "no key"u8.ToArray())));
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Equal(SigningFaults.Curve, SampleBundles.FaultOf(With("bundle.json.pem", Encoding.ASCII.GetBytes(curve.ExportSubjectPublicKeyInfoPem()))));
    }

    [Fact]
    public async Task Verify_refuses_modules_that_are_not_the_releases_though_every_hash_is_right()
    {
        var small = ReleaseBundle.Require("test.zip", SampleBundles.Small(null));
        var fault = await Assert.ThrowsAsync<PogolineException>(async () => await BundleCheck.RequireAsync(small, CancellationToken.None));
        Assert.Equal(ExitCode.BadInput, fault.Code.Exit);
    }
}
