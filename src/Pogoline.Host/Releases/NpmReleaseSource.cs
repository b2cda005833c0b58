using System.Runtime.InteropServices;
using Pogoline.Platforms;
using Pogoline.Releases;

namespace Pogoline.Host.Releases;

/// <summary>The packages of the npm registry that carry releases. A package is cached whole, so one download serves every platform.</summary>
/// <param name="npm">Fetches packages.</param>
/// <param name="cache">Keeps them.</param>
/// <param name="network">Whether a damaged cache entry can be fetched again.</param>
public sealed class NpmReleaseSource(NpmClient npm, ContentCache cache, NetworkPolicy network) : IReleaseSource
{
    /// <inheritdoc/>
    public string Name => "npm";

    /// <inheritdoc/>
    public async ValueTask<ReleaseFiles?> FindAsync(DeviceOsVersion version, Platform platform, CancellationToken stop)
    {
        PogolineException? withdrawn = null;
        foreach (var package in NpmPackage.Carrying(version, platform.Name))
        {
            try
            {
                var found = await ReleaseFileFinder.FindAsync(await OpenAsync(package, version, platform, stop).ConfigureAwait(false), version, platform, stop).ConfigureAwait(false);
                return found is null ? null : await WithTinkerAsync(found, stop).ConfigureAwait(false);
            }
            catch (PogolineException e) when (e.Code == SourceFaults.NpmNoPackage)
            {
                withdrawn = e;
            }
        }
        return withdrawn is null ? null : throw withdrawn;
    }

    /// <summary>Some packages carry a release without the platform's Tinker; another one has it.</summary>
    async ValueTask<ReleaseFiles> WithTinkerAsync(ReleaseFiles files, CancellationToken stop)
    {
        if (files.Files.Any(file => file.Name.Kind == "tinker") || NpmPackage.WithTinker(files.Platform.Name) is not { } package) return files;
        try
        {
            var set = await OpenAsync(package, files.Version, files.Platform, stop).ConfigureAwait(false);
            var tinker = await ReleaseFileFinder.FindExtraAsync(set, "tinker", files.Version, files.Platform, stop).ConfigureAwait(false);
            return tinker is null ? files : files with { Files = [.. files.Files, tinker with { Source = set.Name }] };
        }
        catch (PogolineException e) when (e.Code.Exit == ExitCode.Unavailable)
        {
            return files with { Notes = [.. files.Notes, $"No Tinker: {e.Message}"] };
        }
    }

    /// <summary>The files of a package that a release can consist of; the others are not kept.</summary>
    async ValueTask<IFileSet> OpenAsync(NpmPackage package, DeviceOsVersion version, Platform platform, CancellationToken stop)
    {
        var key = new CacheKey("npm", package.Package, "all", "package.tgz");
        var (content, origin) = await cache.GetOrFetchAsync(key, network, async () =>
        {
            var archive = await npm.PackAsync(package.Package, stop).ConfigureAwait(false);
            return (archive.Content, $"{archive.Package} ({archive.Integrity})");
        }, stop).ConfigureAwait(false);
        using var stream = MemoryMarshal.TryGetArray(content, out var bytes) ? new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false)
            : new MemoryStream(content.ToArray(), writable: false);
        return await TarGzipReader.ReadAsync(origin ?? package.Package, stream, stop, path => ReleaseFileFinder.CouldBe(path, version, platform)).ConfigureAwait(false);
    }
}
