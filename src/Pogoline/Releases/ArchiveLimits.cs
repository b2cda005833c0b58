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

    /// <summary>Refuses a path that leaves the place it is unpacked to, or that was there before.</summary>
    internal static void CheckPath(string archive, string path, HashSet<string> seen)
    {
        var segments = path.Split('/', '\\');
        var why = path.Length is 0 or > 1024 || path.Contains('\0') ? "has no usable name"
            : segments[0].Length == 0 ? "has an absolute path"
            : segments[0].Contains(':') ? "names a drive"
            : segments.Contains("..") ? "leads out of the archive"
            : !seen.Add(path.Replace('\\', '/')) ? "is there twice"
            : seen.Count > MaxEntries ? $"is one of more than {MaxEntries}"
            : null;
        if (why is not null) throw Unsafe(archive, $"the entry '{Printable(path)}' {why}");
    }

    internal static PogolineException Unsafe(string archive, string why) => new(
        ReleaseFaults.ArchiveUnsafe, $"{archive} is refused: {why}.", "Get the archive again from where it was published.");

    internal static PogolineException Corrupt(string archive, string why, Exception? inner = null) => new(
        ReleaseFaults.ArchiveCorrupt, $"{archive} cannot be read: {why}.", "Get the archive again; compare its size with the published one.", inner);

    static string Printable(string path) =>
        string.Concat(path.Take(120).Select(c => char.IsControl(c) ? '?' : c));
}
