namespace Pogoline.Host.Releases;

/// <summary>Faults in getting release files to this machine.</summary>
public static class SourceFaults
{
    /// <summary>The network is needed and forbidden.</summary>
    public static readonly FaultCode Offline = new("offline", ExitCode.Unavailable, "The files are not in the cache, and --offline forbids to fetch them.");

    /// <summary>A configured folder or archive is not there.</summary>
    public static readonly FaultCode Missing = new("source-missing", ExitCode.Usage, "The path is misspelt, or the drive is not mounted.");

    /// <summary>The address that releases are downloaded from is none.</summary>
    public static readonly FaultCode BadAddress = new("source-address", ExitCode.Usage, "The address is misspelt.");

    /// <summary>A configured folder or archive cannot be read.</summary>
    public static readonly FaultCode Unreadable = new("source-unreadable", ExitCode.Machine, "The permission to read it is missing, or the drive fails.");

    /// <summary>The npm client did not start.</summary>
    public static readonly FaultCode NpmMissing = new("npm-missing", ExitCode.Unavailable, "Node.js with npm is not installed, or not on the PATH.");

    /// <summary>The npm client failed.</summary>
    public static readonly FaultCode NpmFailed = new("npm-failed", ExitCode.Unavailable, "The registry cannot be reached, or refused.");

    /// <summary>The registry does not have the package.</summary>
    public static readonly FaultCode NpmNoPackage = new("npm-no-package", ExitCode.Unavailable, "The package was withdrawn, or the registry is a partial mirror.");

    /// <summary>A download did not come to its end.</summary>
    public static readonly FaultCode DownloadFailed = new("download-failed", ExitCode.Unavailable, "The server cannot be reached, refuses, or keeps cutting the connection.");

    /// <summary>A download is larger than any firmware file.</summary>
    public static readonly FaultCode DownloadTooLarge = new("download-too-large", ExitCode.BadInput, "The address does not lead to a release file.");

    /// <summary>A cached file changed on disk and cannot be fetched again.</summary>
    public static readonly FaultCode CacheCorrupt = new("cache-corrupt", ExitCode.BadInput, "The disk is failing, or something wrote into the cache.");

    /// <summary>An exported cache is none, or was changed.</summary>
    public static readonly FaultCode CacheArchive = new("cache-archive", ExitCode.BadInput, "The file is no exported cache, was cut off, or was changed on the way.");

    /// <summary>The cache cannot be exported.</summary>
    public static readonly FaultCode CacheExport = new("cache-export", ExitCode.Machine, "The disk is full, or the permission to write is missing.");

    /// <summary>The cache cannot be written.</summary>
    public static readonly FaultCode CacheWrite = new("cache-write", ExitCode.Machine, "The disk is full, or the permission to write is missing.");
}
