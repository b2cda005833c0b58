namespace Pogoline.Releases;

/// <summary>Files with paths: a folder, an archive.</summary>
public interface IFileSet
{
    /// <summary>What people call it.</summary>
    string Name { get; }

    /// <summary>The paths of its files, with <c>/</c>, relative to it.</summary>
    IReadOnlyList<string> Paths { get; }

    /// <summary>Reads one of its files, at most <see cref="ArchiveLimits.MaxFileBytes"/>.</summary>
    /// <exception cref="PogolineException">It cannot be read, is damaged or too large.</exception>
    ValueTask<ReadOnlyMemory<byte>> ReadAsync(string path, CancellationToken stop);
}

/// <summary>Files in memory.</summary>
/// <param name="name">What people call them.</param>
/// <param name="files">The contents by path.</param>
public sealed class MemoryFileSet(string name, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files) : IFileSet
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public IReadOnlyList<string> Paths { get; } = [.. files.Keys];

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>> ReadAsync(string path, CancellationToken stop) => new(files[path]);
}
