using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Pogoline.Host.Bundles;
using Pogoline.Releases;

namespace Pogoline.Host.Releases;

/// <summary>What the user wants of sources.</summary>
public sealed record ReleaseSourceOptions
{
    /// <summary>Folders and release archives, asked in this order before anything else.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Whether any use of the network is an error.</summary>
    public bool Offline { get; init; }

    /// <summary>The address in front of the release's tag; null for <c>POGOLINE_RELEASES_URL</c>, else the vendor's.</summary>
    public Uri? BaseAddress { get; init; }

    /// <summary>The cache folder; null for <see cref="HostPaths.Cache"/>.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>The time; null for the system's.</summary>
    public TimeProvider? Time { get; init; }

    /// <summary>Where to log; null for nowhere.</summary>
    public ILoggerFactory? Logging { get; init; }

    /// <summary>Stands between downloads and the network, to make faults; null for nothing.</summary>
    public DelegatingHandler? Wire { get; init; }
}

/// <summary>Builds the chain of sources that every command uses.</summary>
public static class ReleaseSources
{
    /// <summary>The given folders and archives, then npm, then the vendor's releases or their mirror.</summary>
    /// <exception cref="PogolineException">
    /// A path is not there (<see cref="SourceFaults.Missing"/>), or the address is none (<see cref="SourceFaults.BadAddress"/>).
    /// </exception>
    public static ReleaseStore Default(ReleaseSourceOptions options)
    {
        var log = options.Logging?.CreateLogger("Pogoline.Releases") ?? NullLogger.Instance;
        var network = new NetworkPolicy(options.Offline);
        var cache = new ContentCache(options.CacheFolder ?? HostPaths.Cache, options.Time, log);
        var baseAddress = BaseAddress(options.BaseAddress?.OriginalString ?? Environment.GetEnvironmentVariable("POGOLINE_RELEASES_URL"));
        var given = options.Paths.Select(Open).ToList();
        var downloader = new HttpDownloader(network, options.Time, log, wire: options.Wire);
        return new(
            [
                .. given,
                new NpmReleaseSource(new(network, time: options.Time), cache, network),
                new GitHubReleaseSource(baseAddress, downloader, cache, network, ReleaseCatalog.Default),
            ],
            ReleaseCatalog.Default, log, downloader);
    }

    /// <summary>A bundle and nothing else.</summary>
    public static ReleaseStore Of(BundleReleaseSource bundle, ILoggerFactory? logging = null) =>
        new([bundle], ReleaseCatalog.Default, logging?.CreateLogger("Pogoline.Releases"));

    static IReleaseSource Open(string path) =>
        Directory.Exists(path) ? new FolderReleaseSource(path)
        : File.Exists(path) ? new ZipReleaseSource(path)
        : throw new PogolineException(SourceFaults.Missing, $"There is no folder or archive {path}.", "Correct the path given with --source.");

    static Uri BaseAddress(string? text)
    {
        if (string.IsNullOrEmpty(text)) return GitHubReleaseSource.PublicAddress;
        return Uri.TryCreate(text.EndsWith('/') ? text : text + "/", UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http"
            ? uri
            : throw new PogolineException(SourceFaults.BadAddress, $"'{text}' is not an http or https address.", "Correct POGOLINE_RELEASES_URL.");
    }
}
