using Pogoline.Releases;

namespace Pogoline.Host.Releases;

/// <summary>The files of a folder and the folders below it, up to eight deep; links are not followed.</summary>
sealed class FolderFileSet : IFileSet
{
    static readonly EnumerationOptions Deep = new()
    {
        RecurseSubdirectories = true, MaxRecursionDepth = 8, IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.System,
    };

    readonly string _root;

    public FolderFileSet(string root, string pattern)
    {
        _root = Path.GetFullPath(root);
        // The folder's own name and its parent's may tell release and platform: …/2.2.0/boron/bootloader.bin.
        Prefix = string.Join('/', _root.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries).TakeLast(2));
        Paths = [.. Directory.EnumerateFiles(_root, pattern, Deep).Take(ArchiveLimits.MaxEntries)
            .Select(path => $"{Prefix}/{Path.GetRelativePath(_root, path).Replace('\\', '/')}").Order(StringComparer.Ordinal)];
    }

    public string Name => _root;

    public IReadOnlyList<string> Paths { get; }

    string Prefix { get; }

    public string FullPath(string path) => Path.Combine(_root, path[(Prefix.Length + 1)..]);

    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(string path, CancellationToken stop)
    {
        var full = FullPath(path);
        try
        {
            if (new FileInfo(full).Length > ArchiveLimits.MaxFileBytes) throw new PogolineException(
                ReleaseFaults.FileMismatch, $"{full} is larger than any firmware file.", "Remove it from the folder.");
            return await File.ReadAllBytesAsync(full, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PogolineException(SourceFaults.Unreadable, $"{full} cannot be read: {e.Message}", "Check its permissions.", e);
        }
    }
}
