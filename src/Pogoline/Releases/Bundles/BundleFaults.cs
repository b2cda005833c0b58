namespace Pogoline.Releases.Bundles;

/// <summary>Faults of bundles; those of the zip around them are <see cref="Modules.ModuleFaults"/>, those of signatures <see cref="Signing.SigningFaults"/>.</summary>
public static class BundleFaults
{
    /// <summary>It has no manifest, or one that breaks the format's rules.</summary>
    public static readonly FaultCode Invalid = new("bundle-invalid", ExitCode.BadInput, "The file is no bundle, or was made by hand.");

    /// <summary>The manifest names a file that is not there.</summary>
    public static readonly FaultCode Missing = new("bundle-file-missing", ExitCode.BadInput, "A file was taken out of the bundle.");

    /// <summary>There is a file that the manifest does not name.</summary>
    public static readonly FaultCode Extra = new("bundle-file-extra", ExitCode.BadInput, "A file was put into the bundle after it was made.");

    /// <summary>A file is not the one that the manifest names.</summary>
    public static readonly FaultCode Hash = new("bundle-file-hash", ExitCode.BadInput, "A file of the bundle was changed after it was made.");

    /// <summary>The bundle does not hold what is asked for.</summary>
    public static readonly FaultCode NotInside = new("bundle-not-inside", ExitCode.Refused, "The bundle was made for another release or board.");

    /// <summary>The bundle cannot be written.</summary>
    public static readonly FaultCode Write = new("bundle-write", ExitCode.Machine, "The disk is full, or permission is missing.");
}
