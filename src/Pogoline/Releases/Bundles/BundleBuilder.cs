using System.IO.Compression;
using System.Text;
using Pogoline.Modules;
using Pogoline.Planning;
using Pogoline.Signing;

namespace Pogoline.Releases.Bundles;

/// <summary>
/// Puts a bundle together. The same files give the same bytes: entries lie in ordinal order behind the manifest, uncompressed, with one fixed time.
/// Only a signature differs from one making to the next.
/// </summary>
/// <param name="release">The release that it is for.</param>
public sealed class BundleBuilder(DeviceOsVersion release)
{
    // The earliest time that a zip can state.
    static readonly DateTimeOffset Fixed = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    const int RegularFile = 0x81A4 << 16;

    readonly SortedDictionary<string, (BundleFileKind Kind, string? Platform, ReadOnlyMemory<byte> Content)> _files = new(StringComparer.Ordinal);

    /// <summary>Adds a platform: its modules, a plan for a board of which nothing is known, and user firmware.</summary>
    /// <param name="files">The release's files for the platform.</param>
    /// <param name="app">User firmware; null for none.</param>
    /// <exception cref="PogolineException">It is for another release, or no board can be brought to it (<see cref="PlanFaults"/>).</exception>
    public void Add(Release files, FirmwareModule? app)
    {
        var platform = files.Platform;
        if (files.Version != release) throw new ArgumentException($"the bundle is for {release}, the files are of {files.Version}", nameof(files));
        var plan = DfuPlanner.Make(Inventory.Unknown(platform), new()
        {
            Release = release,
            Modules = [.. files.Files.Where(f => f.Component.Function is not (ModuleFunction.UserPart or ModuleFunction.Ncp)).Select(f => f.Module)],
            App = app,
            MayDowngrade = true,
        });
        foreach (var file in files.Files)
        {
            _files.Add(BundleRules.ModulePath(release, platform.Name, file.Name), (BundleFileKind.Module, platform.Name, file.Module.Image));
        }
        _files.Add(BundleRules.PlanPath(platform.Name), (BundleFileKind.Plan, platform.Name, plan.Save()));
        if (app is not null) _files.Add(BundleRules.AppPath(platform.Name), (BundleFileKind.App, platform.Name, app.Image));
    }

    /// <summary>The bundle.</summary>
    /// <param name="key">Signs the manifest; null for a bundle without signature.</param>
    public byte[] Build(SigningKey? key)
    {
        var platforms = _files.Values.Select(f => f.Platform).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToList();
        var notes = BundleNotice.ReleaseNotes(release);
        _files[BundleRules.NoticePath] = (BundleFileKind.Notice, null, Encoding.UTF8.GetBytes(BundleNotice.Text(release, platforms, notes)));
        var manifest = new BundleManifest
        {
            Schema = 1,
            Release = release,
            Platforms = platforms,
            ReleaseNotes = notes,
            Files = [.. _files.Select(f => new BundleFile(f.Key, f.Value.Kind, f.Value.Content.Length, Sha256Digest.Compute(f.Value.Content.Span).ToString(), f.Value.Platform))],
        }.ToBytes();
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            Put(zip, BundleManifest.EntryName, manifest);
            if (key is not null)
            {
                var signature = DetachedSignature.Of(manifest, key);
                Put(zip, BundleManifest.EntryName + DetachedSignature.SignatureSuffix, signature.Signature.Span);
                Put(zip, BundleManifest.EntryName + DetachedSignature.KeySuffix, signature.KeyPem.Span);
            }
            foreach (var (path, file) in _files) Put(zip, path, file.Content.Span);
        }
        return stream.ToArray();
    }

    // Stored, because compressors of different versions give different bytes.
    static void Put(ZipArchive zip, string path, ReadOnlySpan<byte> content)
    {
        var entry = zip.CreateEntry(path, CompressionLevel.NoCompression);
        entry.LastWriteTime = Fixed;
        entry.ExternalAttributes = RegularFile;
        using var stream = entry.Open();
        stream.Write(content);
    }
}
