using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Pogoline.Host.Releases;
using Pogoline.Modules;
using Pogoline.Platforms;
using Pogoline.Releases;
using Pogoline.Releases.Bundles;
using Pogoline.Signing;

namespace Pogoline.Tests.Releases.Bundles;

/// <summary>Bundles of real releases, and ways to spoil them.</summary>
static class SampleBundles
{
    static readonly Dictionary<string, string> PackageOf = new() { ["1.5.2"] = "2.6.0", ["2.2.0"] = "2.16.0", ["2.3.1"] = "3.9.0", ["4.0.2"] = "3.9.0" };

    /// <summary>A release as the packages carry it.</summary>
    public static async Task<Release> ReleaseAsync(string platform, string os)
    {
        var source = new FolderReleaseSource(Path.Combine(Firmware.Package(PackageOf[os]), "assets"));
        var files = await source.FindAsync(DeviceOsVersion.Parse(os), PlatformCatalog.Require(platform), CancellationToken.None);
        return new ReleaseAssembler(ReleaseCatalog.Default).Assemble(files!);
    }

    /// <summary>A bundle of one release for some platforms, with Tinker as user firmware when wanted.</summary>
    public static async Task<byte[]> MakeAsync(string os, string[] platforms, SigningKey? key = null, bool withApp = false)
    {
        var builder = new BundleBuilder(DeviceOsVersion.Parse(os));
        foreach (var platform in platforms) builder.Add(await ReleaseAsync(platform, os), withApp ? RealReleases.Tinker(platform) : null);
        return builder.Build(key);
    }

    /// <summary>The entries of a zip, in order.</summary>
    public static List<(string Name, byte[] Content)> Entries(byte[] zip)
    {
        Assert.True(SafeArchive.TryRead(zip, out var files, out _));
        return [.. files.Select(f => (f.Name, f.Content.ToArray()))];
    }

    public static byte[] Zip(IEnumerable<(string Name, byte[] Content)> entries) => ReleaseArchiveTests.Zip([.. entries], level: CompressionLevel.NoCompression);

    /// <summary>The bundle with another manifest.</summary>
    public static byte[] WithManifest(byte[] zip, Action<JsonObject> change)
    {
        var entries = Entries(zip);
        var manifest = JsonNode.Parse(entries[0].Content)!.AsObject();
        change(manifest);
        entries[0] = (entries[0].Name, Encoding.UTF8.GetBytes(manifest.ToJsonString()));
        return Zip(entries);
    }

    /// <summary>A bundle of a few kilobytes: right in form, but what it calls firmware is none.</summary>
    public static byte[] Small(SigningKey? key)
    {
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["2.2.0/boron/boron-bootloader@2.2.0.bin"] = [.. Enumerable.Range(0, 300).Select(i => (byte)i)],
            ["NOTICE.txt"] = "notice"u8.ToArray(),
            ["plans/boron.json"] = "{}"u8.ToArray(),
        };
        var manifest = new JsonObject
        {
            ["schema"] = 1, ["release"] = "2.2.0", ["platforms"] = new JsonArray("boron"), ["releaseNotes"] = "https://example.com/2.2.0",
            ["files"] = new JsonArray([.. files.Select(f =>
            {
                var file = new JsonObject
                {
                    ["path"] = f.Key, ["kind"] = f.Key[0] == '2' ? "module" : f.Key[0] == 'N' ? "notice" : "plan",
                    ["bytes"] = f.Value.Length, ["sha256"] = Sha256Digest.Compute(f.Value).ToString(),
                };
                if (f.Key[0] != 'N') file["platform"] = "boron";
                return (JsonNode)file;
            })]),
        };
        var bytes = Encoding.UTF8.GetBytes(manifest.ToJsonString());
        var entries = new List<(string, byte[])> { ("bundle.json", bytes) };
        if (key is not null)
        {
            var signature = DetachedSignature.Of(bytes, key);
            entries.AddRange([("bundle.json.sig", signature.Signature.ToArray()), ("bundle.json.pem", signature.KeyPem.ToArray())]);
        }
        return Zip([.. entries, .. files.Select(f => (f.Key, f.Value))]);
    }

    /// <summary>The fault that a bundle is refused with.</summary>
    public static FaultCode FaultOf(byte[] zip)
    {
        Assert.False(ReleaseBundle.TryRead("test.zip", zip, out var bundle, out var problem));
        Assert.Null(bundle);
        Assert.NotEmpty(problem.Remedy);
        return problem.Code;
    }
}
