using Pogoline.Platforms;

namespace Pogoline.Releases;

/// <summary>Somewhere release files come from.</summary>
public interface IReleaseSource
{
    /// <summary>What people call it: <c>folder /srv/firmware</c>, <c>npm</c>, <c>GitHub</c>.</summary>
    string Name { get; }

    /// <summary>The files of a release for a platform, unchecked; null when the source does not have it.</summary>
    /// <exception cref="PogolineException">
    /// It could not be found out. With <see cref="ExitCode.Unavailable"/> another source may help; any other code is final.
    /// </exception>
    ValueTask<ReleaseFiles?> FindAsync(DeviceOsVersion version, Platform platform, CancellationToken stop);
}

/// <summary>The files that a source has for a release, before anybody looked into them.</summary>
/// <param name="Version">The release.</param>
/// <param name="Platform">The platform.</param>
/// <param name="Source">Where they come from, exactly: <c>particle-cli@2.16.0 (sha512-…)</c>.</param>
/// <param name="Files">One file for each component that was found.</param>
public sealed record ReleaseFiles(DeviceOsVersion Version, Platform Platform, string Source, IReadOnlyList<RawReleaseFile> Files)
{
    /// <summary>What the source has to tell about them.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>A file by its name, before anybody looked into it.</summary>
/// <param name="Name">What its name claims.</param>
/// <param name="Content">The bytes.</param>
/// <param name="Source">Where it comes from, when not from where the others do.</param>
public sealed record RawReleaseFile(ReleaseFileName Name, ReadOnlyMemory<byte> Content, string? Source = null);
