using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;

namespace Pogoline.Modules;

/// <summary>A file of an archive.</summary>
/// <param name="Name">Its path inside, with <c>/</c> between folders; never absolute, never upwards.</param>
/// <param name="Content">Its bytes, in the length and with the CRC-32 that the archive states.</param>
public sealed record ArchiveFile(string Name, ReadOnlyMemory<byte> Content);

/// <summary>Reads zip archives that may have been made to do harm. One unsafe entry, and nothing of the archive is used.</summary>
public static class SafeArchive
{
    /// <summary>The most files and folders that an archive may have.</summary>
    public const int MaximumEntries = 2000;

    /// <summary>The most bytes that one file may unpack to.</summary>
    public const int MaximumFileLength = FirmwareModule.MaximumLength;

    /// <summary>The most bytes that all files together may unpack to.</summary>
    public const int MaximumTotalLength = 128 * 1024 * 1024;

    // Firmware padded with FF compresses well, but not like this; a bomb does.
    const int MaximumRatio = 200;
    const int AlwaysAllowed = 64 * 1024;
    const int UnixTypeMask = 0xF000;
    const int UnixSymbolicLink = 0xA000;
    const int NameLimit = 255;

    /// <summary>Unpacks an archive into memory; folders are left out.</summary>
    /// <param name="archive">The zip file.</param>
    /// <param name="files">Its files in order.</param>
    /// <param name="problem">Why it is refused.</param>
    public static bool TryRead(
        ReadOnlyMemory<byte> archive, [NotNullWhen(true)] out IReadOnlyList<ArchiveFile>? files, [NotNullWhen(false)] out ModuleProblem? problem)
    {
        files = null;
        try
        {
            using var zip = new ZipArchive(archive.AsStream(), ZipArchiveMode.Read);
            problem = Examine(zip.Entries, archive.Length);
            if (problem is not null) return false;
            var found = new List<ArchiveFile>();
            foreach (var entry in zip.Entries.Where(entry => !IsFolder(entry)))
            {
                problem = TryUnpack(entry, out var content);
                if (problem is not null) return false;
                found.Add(new(entry.FullName, content));
            }
            files = found;
            return true;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException or ArgumentException or OverflowException)
        {
            problem = Bad(ModuleFaults.ArchiveDamaged, $"The archive cannot be read: {e.Message}");
            return false;
        }
    }

    static ModuleProblem? Examine(ReadOnlyCollection<ZipArchiveEntry> entries, int archiveLength)
    {
        if (entries.Count > MaximumEntries) return Bad(ModuleFaults.ArchiveSize, $"The archive has {entries.Count} entries; {MaximumEntries} is the most.");
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var (total, compressed) = (0L, 0L);
        foreach (var entry in entries)
        {
            var name = entry.FullName;
            if (!IsSafe(name)) return Bad(ModuleFaults.ArchiveName, $"The entry '{Printable(name)}' points outside the archive, or is no file name.");
            if (!names.Add(name.TrimEnd('/'))) return Bad(ModuleFaults.ArchiveName, $"The archive has '{Printable(name)}' twice.");
            if (((entry.ExternalAttributes >> 16) & UnixTypeMask) == UnixSymbolicLink)
            {
                return Bad(ModuleFaults.ArchiveName, $"The entry '{Printable(name)}' is a symbolic link.");
            }
            if (entry.IsEncrypted) return Bad(ModuleFaults.ArchiveDamaged, $"The entry '{Printable(name)}' is encrypted.");
            (total, compressed) = (total + entry.Length, compressed + entry.CompressedLength);
            // Also what keeps entries from sharing one run of bytes, a bomb without any ratio to see.
            if (compressed > archiveLength) return Bad(ModuleFaults.ArchiveDamaged, $"The entries up to '{Printable(name)}' take {compressed} bytes, more than the archive has.");
            if (entry.Length > MaximumFileLength || total > MaximumTotalLength || entry.Length > Math.Max(AlwaysAllowed, entry.CompressedLength * MaximumRatio))
            {
                return Bad(ModuleFaults.ArchiveSize, $"The entry '{Printable(name)}' unpacks from {entry.CompressedLength} to {entry.Length} bytes, {total} in all so far.");
            }
        }
        return null;
    }

    static ModuleProblem? TryUnpack(ZipArchiveEntry entry, out byte[] content)
    {
        content = new byte[entry.Length];
        using var stream = entry.Open();
        var read = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        var isWhole = read == content.Length && stream.ReadByte() < 0;
        if (!isWhole) return Bad(ModuleFaults.ArchiveDamaged, $"The entry '{Printable(entry.FullName)}' has not the {entry.Length} bytes that the archive states.");
        return Crc32.Compute(content) == entry.Crc32
            ? null
            : Bad(ModuleFaults.ArchiveDamaged, $"The entry '{Printable(entry.FullName)}' has not the CRC-32 {entry.Crc32:x8} that the archive states.");
    }

    static bool IsFolder(ZipArchiveEntry entry) => entry.FullName.EndsWith('/');

    // A backslash or a colon is a separator on Windows, so neither is taken anywhere.
    static bool IsSafe(string name) =>
        name.Length is > 0 and <= NameLimit && !name.Any(c => char.IsControl(c) || c is '\\' or ':')
        && name.TrimEnd('/').Split('/').All(part => part is not ("" or "." or ".."));

    static string Printable(string name) => string.Concat(name.Take(80).Select(c => char.IsControl(c) ? '?' : c));

    static ModuleProblem Bad(FaultCode code, string message) =>
        ModuleProblems.Error(code, message, "Fetch the archive again from its source; do not unpack this one.");
}
