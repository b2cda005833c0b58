using Pogoline.Platforms;

namespace Pogoline.Lab.Flash;

/// <summary>
/// NOR flash cells: erasing a unit gives FF, programming can only clear bits. It counts its erases and programs and adds up the time that
/// the real part would have been busy; whoever drives it decides whether that time passes.
/// </summary>
public sealed class FlashArray
{
    const int PageLength = 4096;

    readonly Storage _storage;
    readonly byte[] _cells;
    readonly bool[] _changed;
    TimeSpan _busy;

    /// <summary>An erased memory with the geometry and times of a storage.</summary>
    public FlashArray(Storage storage)
    {
        _storage = storage;
        _cells = new byte[storage.Range.Length];
        _changed = new bool[(_cells.Length + PageLength - 1) / PageLength];
        _cells.AsSpan().Fill(0xFF);
    }

    /// <summary>Does the work in its place, not always well; null for a sound part.</summary>
    internal IFlashFaults? Faults { get; set; }

    /// <summary>All addresses of the memory.</summary>
    public AddressRange Range => _storage.Range;

    /// <summary>Erase units erased so far.</summary>
    public long Erases { get; private set; }

    /// <summary>Bytes programmed so far.</summary>
    public long Programmed { get; private set; }

    /// <summary>The cells as they are; index 0 is the first address.</summary>
    public ReadOnlySpan<byte> Cells => _cells;

    /// <summary>The cells of a range inside the memory.</summary>
    public ReadOnlySpan<byte> Read(FlashAddress address, int length) => _cells.AsSpan(Offset(address), length);

    /// <summary>Erases the unit that holds the address.</summary>
    public void Erase(FlashAddress address)
    {
        var probe = AddressRange.Of(address, 1);
        var unit = _storage.EraseUnits(probe).First();
        _busy += _storage.EraseTime(probe) * (Faults?.EraseFactor ?? 1);
        Erases++;
        var cells = Change(unit.Start, (int)unit.Length);
        if (Faults is null) cells.Fill(0xFF);
        else Faults.Erase(unit, cells);
    }

    /// <summary>Erases every unit that the range touches.</summary>
    public void Erase(AddressRange range)
    {
        foreach (var unit in _storage.EraseUnits(range)) Erase(unit.Start);
    }

    /// <summary>Programs bytes: each cell becomes its old value AND the new one.</summary>
    /// <returns>Whether every cell now holds the wanted value.</returns>
    public bool Program(FlashAddress address, ReadOnlySpan<byte> data)
    {
        var cells = Change(address, data.Length);
        _busy += _storage.ProgramTime(data.Length);
        Programmed += data.Length;
        if (Faults is null) for (var i = 0; i < data.Length; i++) cells[i] &= data[i];
        else Faults.Program(address, cells, data);
        return cells.SequenceEqual(data);
    }

    /// <summary>Puts content in place as a factory programmer would, without erase semantics, counts or time.</summary>
    public void Load(FlashAddress address, ReadOnlySpan<byte> data) => data.CopyTo(Change(address, data.Length));

    /// <summary>Makes it a new part: all FF, nothing counted.</summary>
    public void Renew()
    {
        Change(Range.Start, _cells.Length).Fill(0xFF);
        (Erases, Programmed, _busy) = (0, 0, TimeSpan.Zero);
    }

    /// <summary>The busy time added up since the last call.</summary>
    public TimeSpan TakeBusyTime()
    {
        var busy = _busy;
        _busy = TimeSpan.Zero;
        return busy;
    }

    /// <summary>Takes the next stretch of cells that may have changed since it was last taken; false when there is none.</summary>
    internal bool TryTakeChange(out int offset, out int length)
    {
        (offset, length) = (0, 0);
        var first = Array.IndexOf(_changed, true);
        if (first < 0) return false;
        var end = Array.IndexOf(_changed, false, first);
        if (end < 0) end = _changed.Length;
        _changed.AsSpan(first..end).Clear();
        offset = first * PageLength;
        length = Math.Min(end * PageLength, _cells.Length) - offset;
        return true;
    }

    /// <summary>Takes the cells as they are for unchanged.</summary>
    internal void ForgetChanges() => Array.Clear(_changed);

    Span<byte> Change(FlashAddress address, int length)
    {
        var offset = Offset(address);
        var cells = _cells.AsSpan(offset, length);
        if (length > 0) _changed.AsSpan((offset / PageLength)..((offset + length - 1) / PageLength + 1)).Fill(true);
        return cells;
    }

    int Offset(FlashAddress address) => (int)(address - Range.Start);
}
