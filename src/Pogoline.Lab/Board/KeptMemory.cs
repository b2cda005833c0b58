using Microsoft.Win32.SafeHandles;
using Pogoline.Lab.Flash;

namespace Pogoline.Lab.Board;

/// <summary>A memory of a board and the file that follows it.</summary>
/// <param name="name">The name of the file.</param>
abstract class KeptMemory(string name) : IDisposable
{
    /// <summary>The name of the file.</summary>
    public string Name { get; } = name;

    /// <summary>The open file.</summary>
    protected SafeFileHandle? File { get; private set; }

    /// <summary>The whole content.</summary>
    public abstract ReadOnlySpan<byte> Content { get; }

    /// <summary>Takes over the content of a file.</summary>
    /// <returns>False when its length is not one that the memory can have.</returns>
    public abstract bool TryLoad(ReadOnlySpan<byte> content);

    /// <summary>Opens the file, whose content is that of the memory.</summary>
    public virtual void Open(string folder) =>
        File = System.IO.File.OpenHandle(Path.Combine(folder, Name), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);

    /// <summary>Writes to the file what has changed since the last call.</summary>
    public abstract void Save();

    /// <inheritdoc/>
    public void Dispose() => File?.Dispose();
}

/// <summary>Flash: the pages that have changed are written.</summary>
/// <param name="name">The name of the file.</param>
/// <param name="flash">The memory.</param>
sealed class KeptFlash(string name, FlashArray flash) : KeptMemory(name)
{
    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Content => flash.Cells;

    /// <inheritdoc/>
    public override bool TryLoad(ReadOnlySpan<byte> content)
    {
        if (content.Length != flash.Cells.Length) return false;
        flash.Load(flash.Range.Start, content);
        return true;
    }

    /// <inheritdoc/>
    public override void Open(string folder)
    {
        base.Open(folder);
        flash.ForgetChanges();
    }

    /// <inheritdoc/>
    public override void Save()
    {
        while (flash.TryTakeChange(out var offset, out var length)) RandomAccess.Write(File!, flash.Cells.Slice(offset, length), offset);
    }
}

/// <summary>A small memory: it is compared with what was written last, and written whole.</summary>
/// <param name="name">The name of the file.</param>
/// <param name="read">Gives the content.</param>
/// <param name="tryLoad">Takes over a content; false when its length is wrong.</param>
sealed class KeptBytes(string name, Func<ReadOnlyMemory<byte>> read, Func<ReadOnlyMemory<byte>, bool> tryLoad) : KeptMemory(name)
{
    byte[] _written = [];

    /// <summary>A memory of fixed length.</summary>
    public KeptBytes(string name, byte[] memory) : this(name, () => memory, content => content.Length == memory.Length && content.TryCopyTo(memory))
    {
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Content => read().Span;

    /// <inheritdoc/>
    public override bool TryLoad(ReadOnlySpan<byte> content) => tryLoad(content.ToArray());

    /// <inheritdoc/>
    public override void Open(string folder)
    {
        base.Open(folder);
        _written = Content.ToArray();
    }

    /// <inheritdoc/>
    public override void Save()
    {
        if (Content.SequenceEqual(_written)) return;
        RandomAccess.Write(File!, Content, 0);
        RandomAccess.SetLength(File!, Content.Length);
        _written = Content.ToArray();
    }
}
