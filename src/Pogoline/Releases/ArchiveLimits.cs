using Pogoline.Modules;

namespace Pogoline.Releases;

/// <summary>What a release archive may contain. A firmware module is below 1 MiB; a release of all platforms has a few hundred files.</summary>
public static class ArchiveLimits
{
    /// <summary>Entries, folders included.</summary>
    public const int MaxEntries = 20_000;

    /// <summary>Bytes of one file, unpacked.</summary>
    public const int MaxFileBytes = 4 << 20;

    /// <summary>Bytes of everything, unpacked.</summary>
    public const long MaxTotalBytes = 512L << 20;

    /// <summary>Bytes of an archive in an archive; published ones have symbol files and stay below it.</summary>
    public const int MaxArchiveBytes = 256 << 20;

    /// <summary>Refuses a path that leaves the place it is unpacked to, or that was there before.</summary>
    internal static void CheckPath(string archive, string path, HashSet<string> seen)
    {
        var segments = path.Split('/', '\\');
        var why = path.Length is 0 or > 1024 || path.Contains('\0') ? "has no usable name"
            : segments[0].Length == 0 ? "has an absolute path"
            : segments[0].Contains(':') ? "names a drive"
            : segments.Contains("..") ? "leads out of the archive"
            : !seen.Add(path.Replace('\\', '/')) ? "is there twice"
            : null;
        if (why is not null) throw Refused(ModuleFaults.ArchiveName, archive, $"the entry '{Printable(path)}' {why}");
        if (seen.Count > MaxEntries) throw Refused(ModuleFaults.ArchiveSize, archive, $"it has more than {MaxEntries} entries");
    }

    /// <summary>Refuses a file that is larger than any firmware.</summary>
    internal static void CheckSize(string archive, string path, long length, ref long total)
    {
        total += length;
        if (length > MaxFileBytes || total > MaxTotalBytes)
            throw Refused(ModuleFaults.ArchiveSize, archive, $"the entry '{Printable(path)}' declares {length} bytes, {total} in all so far");
    }

    /// <summary>Refuses an entry that is neither file nor folder.</summary>
    internal static PogolineException Link(string archive, string path) =>
        Refused(ModuleFaults.ArchiveName, archive, $"the entry '{Printable(path)}' is a link or a device");

    /// <summary>Whether it is what the readers of .NET throw at damaged archives.</summary>
    internal static bool IsDamage(Exception e) =>
        e is InvalidDataException or IOException or NotSupportedException or ArgumentException or OverflowException or FormatException;

    internal static PogolineException Refused(FaultCode code, string archive, string why, Exception? inner = null) => new(
        code, $"{archive} is refused: {why}.", "Get the archive again from where it was published.", inner);

    static string Printable(string path) =>
        string.Concat(path.Take(120).Select(c => char.IsControl(c) ? '?' : c));
}
