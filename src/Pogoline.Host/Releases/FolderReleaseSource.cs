using Pogoline.Platforms;
using Pogoline.Releases;

namespace Pogoline.Host.Releases;

/// <summary>A folder with release files in any layout, also below <c>version/platform</c>, and release archives whose names say what they hold.</summary>
/// <param name="root">The folder.</param>
public sealed class FolderReleaseSource(string root) : IReleaseSource
{
    /// <inheritdoc/>
    public string Name => $"folder {root}";

    /// <inheritdoc/>
    public async ValueTask<ReleaseFiles?> FindAsync(DeviceOsVersion version, Platform platform, CancellationToken stop)
    {
        try
        {
            if (await ReleaseFileFinder.FindAsync(new FolderFileSet(root, "*.bin"), version, platform, stop).ConfigureAwait(false) is { } loose) return loose;
            var archives = new FolderFileSet(root, "*.zip");
            foreach (var path in archives.Paths.Where(path => ArchiveName.Claims(path, version, platform)))
            {
                if (await new ZipReleaseSource(archives.FullPath(path)).FindAsync(version, platform, stop).ConfigureAwait(false) is { } packed) return packed;
            }
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PogolineException(SourceFaults.Unreadable, $"The folder {root} cannot be read: {e.Message}", "Check its permissions.", e);
        }
    }
}
