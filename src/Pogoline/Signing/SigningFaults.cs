namespace Pogoline.Signing;

/// <summary>Faults in keys and signatures.</summary>
public static class SigningFaults
{
    /// <summary>The file is no key that Pogoline can use.</summary>
    public static readonly FaultCode BadKey = new("key-invalid", ExitCode.BadInput, "The file is no PEM key, is damaged, or is a private key where a public one is wanted or the other way round.");

    /// <summary>The key is of another curve or kind.</summary>
    public static readonly FaultCode Curve = new("key-curve", ExitCode.BadInput, "The key was made for another purpose; only ECDSA keys on the curve P-256 are used.");

    /// <summary>The private key is locked, and the password is missing or wrong.</summary>
    public static readonly FaultCode Password = new("key-password", ExitCode.Refused, "The password is missing or misspelt.");

    /// <summary>There is no key of that name.</summary>
    public static readonly FaultCode NoKey = new("key-missing", ExitCode.Usage, "The name is misspelt, or the key was made on another machine.");

    /// <summary>A key of that name is there already.</summary>
    public static readonly FaultCode KeyExists = new("key-exists", ExitCode.Refused, "A key of that name was made before.");

    /// <summary>A key cannot be stored or read.</summary>
    public static readonly FaultCode KeyStore = new("key-store", ExitCode.Machine, "Permission is missing, or the disk is full.");

    /// <summary>A signature is wanted and there is none.</summary>
    public static readonly FaultCode Unsigned = new("signature-missing", ExitCode.Refused, "The file was made without --sign, or its signature was lost on the way.");

    /// <summary>The signature is not one of these bytes by that key.</summary>
    public static readonly FaultCode Wrong = new("signature-wrong", ExitCode.BadInput, "The file was changed after it was signed.");

    /// <summary>The signature is right, but nobody here trusts its key.</summary>
    public static readonly FaultCode UnknownKey = new("signature-key-unknown", ExitCode.Refused, "It was signed by somebody else, or the public key was not brought to this machine yet.");
}
