using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Pogoline.Host.Bundles;
using Pogoline.Platforms;
using Pogoline.Releases;

namespace Pogoline.Host.Releases;

/// <summary>
/// Gets releases from the first source that has them whole. A release is read and checked once for each platform, however many boards get it, and
/// all of them share its bytes.
/// </summary>
/// <param name="sources">The sources, in the order they are asked.</param>
/// <param name="catalog">Which releases exist and what they consist of.</param>
/// <param name="log">Takes note of sources that could not help.</param>
/// <param name="owned">What is disposed with the store.</param>
public sealed class ReleaseStore(
    IReadOnlyList<IReleaseSource> sources, ReleaseCatalog catalog, ILogger? log = null, IDisposable? owned = null) : IDisposable
{
    readonly ReleaseAssembler _assembler = new(catalog);
    readonly ConcurrentDictionary<(DeviceOsVersion, Platform), Kept> _kept = new();

    /// <summary>The sources, in the order they are asked.</summary>
    public IReadOnlyList<IReleaseSource> Sources => sources;

    /// <summary>The bundle, when it is the only source; else null.</summary>
    public BundleReleaseSource? Bundle => sources is [BundleReleaseSource bundle] ? bundle : null;

    /// <summary>Which releases exist and what they consist of.</summary>
    public ReleaseCatalog Catalog => catalog;

    /// <summary>Chooses the release that a request means and gets it.</summary>
    /// <exception cref="PogolineException">
    /// There is none (see <see cref="ReleaseSelector"/>), or no source has it (see <see cref="GetAsync(DeviceOsVersion, Platform, CancellationToken)"/>).
    /// </exception>
    public async ValueTask<(ReleaseChoice Choice, Release Release)> GetAsync(ReleaseRequest request, Platform platform, CancellationToken stop)
    {
        var choice = ReleaseSelector.Choose(request, platform, catalog);
        return (choice, await GetAsync(choice.Version, platform, stop).ConfigureAwait(false));
    }

    /// <summary>Gets a release, complete and checked.</summary>
    /// <exception cref="PogolineException">
    /// A file of a source is not what it claims: that is final, whatever other sources have. Or no source has the release: the code is that of the
    /// first source that tried, else <see cref="ReleaseFaults.Unavailable"/>, and the message has the reason of each.
    /// </exception>
    public async ValueTask<Release> GetAsync(DeviceOsVersion version, Platform platform, CancellationToken stop)
    {
        var kept = _kept.GetOrAdd((version, platform), _ => new());
        // One caller fetches and the others wait for it, each as long as it likes; when it fails or is stopped, the next one tries.
        await kept.Turn.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            return kept.Release ??= await FetchAsync(version, platform, stop).ConfigureAwait(false);
        }
        finally
        {
            kept.Turn.Release();
        }
    }

    async ValueTask<Release> FetchAsync(DeviceOsVersion version, Platform platform, CancellationToken stop)
    {
        var failures = new List<PogolineException>();
        var reasons = new List<string>();
        foreach (var source in sources)
        {
            try
            {
                if (await source.FindAsync(version, platform, stop).ConfigureAwait(false) is { } files) return _assembler.Assemble(files);
                reasons.Add($"{source.Name}: does not have it");
            }
            catch (PogolineException e) when (e.Code.Exit == ExitCode.Unavailable)
            {
                Log.SourceFailed(log ?? NullLogger.Instance, source.Name, version, platform.Name, e.Message);
                failures.Add(e);
                reasons.Add($"{source.Name}: {e.Message.TrimEnd('.')}");
            }
        }
        var first = failures.FirstOrDefault();
        throw new PogolineException(
            first?.Code ?? ReleaseFaults.Unavailable,
            $"Device OS {version} for {platform.DisplayName} could not be had. {string.Join("; ", reasons)}.",
            first?.Remedy ?? "Name a folder or archive that has it with --source, or choose another release ('pogoline releases list').",
            first);
    }

    /// <inheritdoc/>
    public void Dispose() => owned?.Dispose();

    sealed class Kept
    {
        public SemaphoreSlim Turn { get; } = new(1);

        public Release? Release { get; set; }
    }
}
