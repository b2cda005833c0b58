using Pogoline.Platforms;
using Pogoline.Releases;

namespace Pogoline.Host.Releases;

/// <summary>
/// A release archive: as published with a release, or as the Device Restore page offers it; also one with such archives in it
/// (<c>particle_device-os@2.2.0+boron.binaries.zip</c>), one deep.
/// </summary>
/// <param name="path">The <c>.zip</c> file.</param>
public sealed class ZipReleaseSource(string path) : IReleaseSource
{
    /// <inheritdoc/>
    public string Name => $"archive {path}";

    /// <inheritdoc/>
    public async ValueTask<ReleaseFiles?> FindAsync(DeviceOsVersion version, Platform platform, CancellationToken stop)
    {
        try
        {
            using var zip = new ZipFileSet(path, File.OpenRead(path), ArchiveName.Folder(Path.GetFullPath(path)));
            if (await ReleaseFileFinder.FindAsync(zip, version, platform, stop).ConfigureAwait(false) is { } loose) return loose;
            foreach (var packed in zip.Archives.Where(inner => ArchiveName.Claims(inner, version, platform)))
            {
                using var inner = await zip.OpenArchiveAsync(packed, stop).ConfigureAwait(false);
                if (await ReleaseFileFinder.FindAsync(inner, version, platform, stop).ConfigureAwait(false) is { } found) return found;
            }
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PogolineException(SourceFaults.Unreadable, $"{path} cannot be read: {e.Message}", "Check its permissions.", e);
        }
    }
}
