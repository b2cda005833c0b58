using System.Buffers.Binary;

namespace Pogoline.Links.Swd;

/// <summary>A run of bytes to be read from or written to the target's memory.</summary>
/// <param name="Address">The first address.</param>
/// <param name="Source">What is written; empty for a read.</param>
/// <param name="Destination">Where a read goes to; empty for a write.</param>
public readonly record struct MemoryOperation(uint Address, ReadOnlyMemory<byte> Source, Memory<byte> Destination)
{
    /// <summary>Whether it reads.</summary>
    public bool IsRead => Source.IsEmpty;

    /// <summary>Bytes.</summary>
    public int Length => Source.Length + Destination.Length;

    /// <summary>A read.</summary>
    public static MemoryOperation Read(uint address, Memory<byte> into) => new(address, default, into);

    /// <summary>A write.</summary>
    public static MemoryOperation Write(uint address, ReadOnlyMemory<byte> data) => new(address, data, default);

    /// <summary>A write of words.</summary>
    public static MemoryOperation Write(uint address, params ReadOnlySpan<uint> words)
    {
        var data = new byte[words.Length * sizeof(uint)];
        for (var i = 0; i < words.Length; i++) BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(i * sizeof(uint)), words[i]);
        return new(address, data, default);
    }
}

/// <summary>The target's memory as a debugger sees it. Whole words are accessed as words, what is left over as bytes.</summary>
public interface IMemory
{
    /// <summary>Carries reads and writes out in order, as one batch.</summary>
    /// <param name="operations">What to do.</param>
    /// <param name="stop">Observed between packets.</param>
    /// <exception cref="PogolineException"><see cref="SwdFaults.Bus"/> with the address, <see cref="SwdFaults.Lost"/>.</exception>
    ValueTask RunAsync(IReadOnlyList<MemoryOperation> operations, CancellationToken stop);

    /// <summary>Writes units of 2 bytes by accesses of that width, for memories that take no words.</summary>
    /// <param name="address">A multiple of 4.</param>
    /// <param name="data">A multiple of 4 bytes.</param>
    /// <param name="width">1, 2 or 4: the width of each access, in bytes.</param>
    /// <param name="stop">Observed between packets.</param>
    ValueTask WriteByWidthAsync(uint address, ReadOnlyMemory<byte> data, int width, CancellationToken stop);
}

/// <summary>Shorthands over <see cref="IMemory"/>.</summary>
static class MemoryExtensions
{
    public static ValueTask ReadAsync(this IMemory memory, uint address, Memory<byte> into, CancellationToken stop) =>
        memory.RunAsync([MemoryOperation.Read(address, into)], stop);

    public static ValueTask WriteAsync(this IMemory memory, uint address, ReadOnlyMemory<byte> data, CancellationToken stop) =>
        memory.RunAsync([MemoryOperation.Write(address, data)], stop);

    public static async ValueTask<uint> ReadWordAsync(this IMemory memory, uint address, CancellationToken stop)
    {
        var word = new byte[sizeof(uint)];
        await memory.ReadAsync(address, word, stop).ConfigureAwait(false);
        return BinaryPrimitives.ReadUInt32LittleEndian(word);
    }

    public static ValueTask WriteWordAsync(this IMemory memory, uint address, uint value, CancellationToken stop) =>
        memory.RunAsync([MemoryOperation.Write(address, [value])], stop);
}
