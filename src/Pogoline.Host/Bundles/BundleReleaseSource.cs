using Pogoline.Host.Releases;
using Pogoline.Modules;
using Pogoline.Platforms;
using Pogoline.Releases;
using Pogoline.Releases.Bundles;

namespace Pogoline.Host.Bundles;

/// <summary>A bundle file as the only source of releases: what it does not hold is refused, and nothing else is asked.</summary>
/// <param name="path">The file.</param>
/// <param name="policy">Which bundles are accepted.</param>
public sealed class BundleReleaseSource(string path, BundlePolicy policy) : IReleaseSource
{
    readonly Lock _gate = new();
    Task<ReleaseBundle>? _opened;

    /// <inheritdoc/>
    public string Name => $"bundle {path}";

    /// <summary>Which bundles are accepted.</summary>
    public BundlePolicy Policy => policy;

    /// <summary>Reads and checks the bundle, once.</summary>
    /// <exception cref="PogolineException">It cannot be read, is damaged, or not accepted here.</exception>
    public async ValueTask<ReleaseBundle> OpenAsync(CancellationToken stop)
    {
        Task<ReleaseBundle> opened;
        lock (_gate) opened = _opened ??= ReadAsync(path, policy);
        return await opened.WaitAsync(stop).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<ReleaseFiles?> FindAsync(DeviceOsVersion version, Platform platform, CancellationToken stop)
    {
        var bundle = await OpenAsync(stop).ConfigureAwait(false);
        if (bundle.Manifest.Release != version || !bundle.Manifest.Platforms.Contains(platform.Name)) throw new PogolineException(
            BundleFaults.NotInside,
            $"{path} holds Device OS {bundle.Manifest.Release} for {string.Join(", ", bundle.Manifest.Platforms)}, not {version} for {platform.Name}.",
            "Take another bundle, or ask for what this one holds.");
        var files = await ReleaseFileFinder.FindAsync(bundle.Modules(platform.Name), version, platform, stop).ConfigureAwait(false);
        return files is null ? null : files with { Notes = [policy.Describe(bundle)] };
    }

    static async Task<ReleaseBundle> ReadAsync(string path, BundlePolicy policy)
    {
        byte[] zip;
        try
        {
            if (!File.Exists(path)) throw new PogolineException(SourceFaults.Missing, $"There is no file {path}.", "Correct the path given with --bundle.");
            if (new FileInfo(path).Length > SafeArchive.MaximumTotalLength) throw new PogolineException(
                ModuleFaults.ArchiveSize, $"{path} is larger than {SafeArchive.MaximumTotalLength >> 20} MiB, the most that a bundle has.", "Give a file that 'pogoline bundle create' wrote.");
            zip = await File.ReadAllBytesAsync(path).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PogolineException(SourceFaults.Unreadable, $"{path} cannot be read: {e.Message}", "Check its permissions.", e);
        }
        var bundle = ReleaseBundle.Require(path, zip);
        policy.Require(bundle);
        return bundle;
    }
}
