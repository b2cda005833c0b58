namespace Pogoline.Releases;

/// <summary>Faults in asking for a release, and in what its files turn out to be.</summary>
public static class ReleaseFaults
{
    /// <summary>The text names no release.</summary>
    public static readonly FaultCode BadRequest = new("release-request", ExitCode.Usage, "The version, line or range is misspelt.");

    /// <summary>No release answers the request.</summary>
    public static readonly FaultCode Unknown = new("release-unknown", ExitCode.Usage, "The version was never released, or is newer than this build.");

    /// <summary>The release exists, for other platforms.</summary>
    public static readonly FaultCode NotForPlatform = new("release-not-for-platform", ExitCode.Usage, "The release was never built for that board.");

    /// <summary>A version of an update tool of which nothing is known.</summary>
    public static readonly FaultCode Tool = new("release-tool", ExitCode.Usage, "The version is misspelt, or it carried no release of its own.");

    /// <summary>No source has the files.</summary>
    public static readonly FaultCode Unavailable = new("release-unavailable", ExitCode.Unavailable, "None of the configured sources carries the release.");

    /// <summary>A needed part is missing.</summary>
    public static readonly FaultCode Incomplete = new("release-incomplete", ExitCode.Unavailable, "The folder or archive holds only some of the files.");

    /// <summary>A file is not what its name, the platform or the release says.</summary>
    public static readonly FaultCode FileMismatch = new("release-file-mismatch", ExitCode.BadInput, "The file was renamed, mixed up, or damaged.");

    /// <summary>Two files claim to be the same and differ.</summary>
    public static readonly FaultCode Ambiguous = new("release-file-ambiguous", ExitCode.BadInput, "Files of different builds were put into one folder.");
}
