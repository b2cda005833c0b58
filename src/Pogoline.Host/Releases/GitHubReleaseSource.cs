using System.Security.Cryptography;
using System.Text;
using Pogoline.Platforms;
using Pogoline.Releases;

namespace Pogoline.Host.Releases;

/// <summary>
/// The files attached to the releases of the Device OS repository, or a mirror with the same addresses:
/// <c>{base}/v2.2.0/boron-bootloader@2.2.0.bin</c>. A file is cached once it has been checked.
/// </summary>
/// <param name="baseUri">The address in front of the release's tag.</param>
/// <param name="downloader">Downloads.</param>
/// <param name="cache">Keeps the files.</param>
/// <param name="network">Whether the network may be used.</param>
/// <param name="catalog">What a release consists of.</param>
public sealed class GitHubReleaseSource(
    Uri baseUri, HttpDownloader downloader, ContentCache cache, NetworkPolicy network, ReleaseCatalog catalog) : IReleaseSource
{
    static readonly DeviceOsVersion FirstModernName = DeviceOsVersion.Parse("1.1.0-rc.1");

    // The best first; the vendor attaches one of them, or the first and the last.
    static readonly string[] Builds = ["", "+lto", "+debug"];

    readonly ReleaseAssembler _assembler = new(catalog);
    readonly string _cacheName = $"http-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(baseUri.AbsoluteUri)))[..16]}";

    /// <summary>Where the vendor publishes.</summary>
    public static Uri PublicAddress { get; } = new("https://github.com/particle-iot/device-os/releases/download/");

    /// <inheritdoc/>
    public string Name => $"releases at {baseUri.Host}";

    /// <inheritdoc/>
    public async ValueTask<ReleaseFiles?> FindAsync(DeviceOsVersion version, Platform platform, CancellationToken stop)
    {
        var files = new List<RawReleaseFile>();
        // System parts come first: without them the release is not there at all, and nothing else need be asked for.
        foreach (var component in platform.Components.Where(c => c.Function is not ModuleFunction.Ncp).OrderBy(c => c.Function != ModuleFunction.SystemPart))
        {
            var presence = catalog.PresenceOf(component, version, platform);
            if (presence == ComponentPresence.Absent) continue;
            if (files.Count == 0 && component.Function != ModuleFunction.SystemPart) break;
            var file = await FindFileAsync(KindOf(component, version), version, platform, presence, stop).ConfigureAwait(false);
            if (file is not null) files.Add(file);
        }
        return files.Count > 0 ? new(version, platform, $"{baseUri}v{version}", files) : null;
    }

    static string KindOf(Component component, DeviceOsVersion version) => component.Function == ModuleFunction.UserPart
        ? "tinker"
        : component.PositionsFor(version).FirstOrDefault()?.File ?? component.Name;

    async ValueTask<RawReleaseFile?> FindFileAsync(
        string kind, DeviceOsVersion version, Platform platform, ComponentPresence presence, CancellationToken stop)
    {
        var names = NamesOf(kind, version, platform).ToList();
        foreach (var name in names)
        {
            if (await cache.ReadAsync(KeyOf(name, version, platform), network, stop).ConfigureAwait(false) is { Status: CacheStatus.Hit } hit)
                return Named(name, hit.Content, platform, hit.Origin);
        }
        // The server may never have had an optional file; the cache does not remember that.
        if (network.IsOffline && presence == ComponentPresence.Optional) return null;
        foreach (var name in names)
        {
            var uri = new Uri(baseUri, $"v{version}/{Uri.EscapeDataString(name)}");
            var key = KeyOf(name, version, platform);
            network.Demand($"{uri}");
            using var held = await cache.LockAsync(key, stop).ConfigureAwait(false);
            if (await cache.ReadAsync(key, stop).ConfigureAwait(false) is { Status: CacheStatus.Hit } late) return Named(name, late.Content, platform, late.Origin);
            if (await downloader.TryGetAsync(uri, ArchiveLimits.MaxFileBytes, stop).ConfigureAwait(false) is not { } content) continue;
            var file = Named(name, content, platform, uri.AbsoluteUri);
            _assembler.Check(file, version, platform, uri.AbsoluteUri);
            await cache.WriteAsync(key, content, uri.AbsoluteUri, stop).ConfigureAwait(false);
            return file;
        }
        return null;
    }

    CacheKey KeyOf(string name, DeviceOsVersion version, Platform platform) => new(_cacheName, version.ToString(), platform.Name, name);

    static RawReleaseFile Named(string name, ReadOnlyMemory<byte> content, Platform platform, string? source) =>
        ReleaseFileName.TryParse(name, out var parsed) ? new(parsed, content, source)
        : throw new InvalidOperationException($"{name} is not a release file of {platform}");

    static IEnumerable<string> NamesOf(string kind, DeviceOsVersion version, Platform platform) => version >= FirstModernName
        ? Builds.Select(build => $"{platform.Name}-{kind}@{version}{build}.bin")
        : [$"{kind}-{version}-{platform.Name}.bin"];
}
