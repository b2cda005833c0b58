namespace Pogoline.Modules;

/// <summary>What can be wrong with a firmware file.</summary>
public static class ModuleFaults
{
    /// <summary>The file has no bytes.</summary>
    public static readonly FaultCode Empty = Bad("module-empty", "A download or copy was interrupted before the first byte.");

    /// <summary>No module header was found.</summary>
    public static readonly FaultCode NoHeader = Bad("module-no-header", "The file is no firmware module: a Core image, a raw dump, a hex file or something else.");

    /// <summary>The file ends before the module does.</summary>
    public static readonly FaultCode Truncated = Bad("module-truncated", "A download or copy was cut off.");

    /// <summary>The CRC-32 is wrong.</summary>
    public static readonly FaultCode Crc = Bad("module-crc", "The file was damaged or altered after it was built.");

    /// <summary>The SHA-256 is wrong.</summary>
    public static readonly FaultCode Hash = Bad("module-hash", "The file was altered by a tool that renewed the CRC only.");

    /// <summary>The suffix cannot be read.</summary>
    public static readonly FaultCode Suffix = Bad("module-suffix", "The file was padded or altered at its end, or is older than the format.");

    /// <summary>An extension cannot be read.</summary>
    public static readonly FaultCode Extension = Bad("module-extension", "The file was made by a newer or a faulty tool.");

    /// <summary>Flags exclude each other, or are not known.</summary>
    public static readonly FaultCode Flags = Bad("module-flags", "The file was made by a newer or a faulty tool.");

    /// <summary>The platform id is not known.</summary>
    public static readonly FaultCode PlatformUnknown = Bad("module-platform-unknown", "The file is for a board newer than this build, or damaged.");

    /// <summary>The module is for another platform than wanted.</summary>
    public static readonly FaultCode Platform = Bad("module-platform", "The file is for another board.");

    /// <summary>The function is unknown, or the platform has no such module.</summary>
    public static readonly FaultCode Function = Bad("module-function", "The file is for another board or made by a newer tool.");

    /// <summary>The module does not lie where the platform has that part.</summary>
    public static readonly FaultCode Range = Bad("module-range", "The file was linked for another memory map.");

    /// <summary>Fill bytes follow the module.</summary>
    public static readonly FaultCode Padded = Bad("module-padded", "The image was read back from flash, or padded for a factory.");

    /// <summary>Other bytes follow the module.</summary>
    public static readonly FaultCode TrailingBytes = Bad("module-trailing-bytes", "Files were joined without the combined flag, or something was appended.");

    /// <summary>A combined file is not whole.</summary>
    public static readonly FaultCode Combined = Bad("module-combined", "A member of a combined file is missing, or there are too many.");

    /// <summary>The compressed data cannot be restored.</summary>
    public static readonly FaultCode Compressed = Bad("module-compressed", "The compressed data is damaged, or not what its header says.");

    /// <summary>The file holds several modules where one is wanted.</summary>
    public static readonly FaultCode Several = Bad("module-several", "The file is a combined one.");

    /// <summary>The zip archive cannot be read.</summary>
    public static readonly FaultCode ArchiveDamaged = Bad("archive-damaged", "A download or copy was cut off, or the file is no zip archive.");

    /// <summary>An entry of the archive has a name that is not safe, or a name twice.</summary>
    public static readonly FaultCode ArchiveName = Bad("archive-name", "The archive was made to write outside its folder, or by a faulty tool.");

    /// <summary>The archive is larger inside than is sensible.</summary>
    public static readonly FaultCode ArchiveSize = Bad("archive-size", "The archive is a decompression bomb, or holds other things than firmware.");

    /// <summary>A bundle is not one application with assets.</summary>
    public static readonly FaultCode Bundle = Bad("bundle-layout", "The archive is no application bundle, or was put together by hand.");

    /// <summary>An asset is missing, altered or not asked for.</summary>
    public static readonly FaultCode BundleAsset = Bad("bundle-asset", "An asset was changed after the bundle was made.");

    /// <summary>The file cannot be read at all.</summary>
    public static readonly FaultCode Unreadable = Bad("file-unreadable", "The path is misspelt, or permission is missing.");

    static FaultCode Bad(string name, string cause) => new(name, ExitCode.BadInput, cause);
}
