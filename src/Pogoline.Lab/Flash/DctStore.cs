namespace Pogoline.Lab.Flash;

/// <summary>
/// The device configuration table as DFU alternate 1 sees it: bytes that can be overwritten without erasing. Gen 2 keeps it in two flash
/// sectors of fixed size; Gen 3 in a file that grows when written past its end, a gap reading as zeros.
/// </summary>
/// <param name="length">The length at first, in bytes, all FF.</param>
/// <param name="capacity">The largest length.</param>
/// <param name="writeTime">How long a write of any length keeps the board busy: Gen 2 copies the table to its other sector.</param>
public sealed class DctStore(int length, int capacity, TimeSpan writeTime = default)
{
    byte[] _bytes = Filled(length);
    TimeSpan _busy;

    /// <summary>Is asked before each write; null for a sound part.</summary>
    internal IFlashFaults? Faults { get; set; }

    /// <summary>The length of the Gen 3 file as the firmware creates it.</summary>
    public const int Gen3FileLength = 8391;

    /// <summary>The size of the table in the alternate's description, both generations.</summary>
    public const int Capacity = 16384;

    /// <summary>The present length in bytes.</summary>
    public int Length => _bytes.Length;

    /// <summary>The bytes as they are.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The bytes as they are, until the next change of length.</summary>
    internal ReadOnlyMemory<byte> Memory => _bytes;

    /// <summary>Overwrites; grows up to the capacity and drops what lies beyond.</summary>
    public void Write(int offset, ReadOnlySpan<byte> data)
    {
        Faults?.WriteConfiguration();
        var end = Math.Min(offset + data.Length, capacity);
        if (end > _bytes.Length) Array.Resize(ref _bytes, end);
        if (end > offset) data[..(end - offset)].CopyTo(_bytes.AsSpan(offset));
        _busy += writeTime;
    }

    /// <summary>Puts a whole table in place, without taking time; false when it is shorter than at first or longer than the capacity.</summary>
    internal bool TryLoad(ReadOnlyMemory<byte> table)
    {
        if (table.Length < length || table.Length > capacity) return false;
        _bytes = table.ToArray();
        return true;
    }

    /// <summary>The busy time added up since the last call.</summary>
    public TimeSpan TakeBusyTime()
    {
        var busy = _busy;
        _busy = TimeSpan.Zero;
        return busy;
    }

    /// <summary>Back to all FF at the first length, as after the loss of the file system or of the sectors.</summary>
    public void Reset() => _bytes = Filled(length);

    static byte[] Filled(int length)
    {
        var bytes = new byte[length];
        bytes.AsSpan().Fill(0xFF);
        return bytes;
    }
}
