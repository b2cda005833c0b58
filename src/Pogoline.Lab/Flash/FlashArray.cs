using Pogoline.Platforms;

namespace Pogoline.Lab.Flash;

/// <summary>
/// NOR flash cells: erasing a unit gives FF, programming can only clear bits. It counts its erases and programs and adds up the time that
/// the real part would have been busy; whoever drives it decides whether that time passes.
/// </summary>
public sealed class FlashArray
{
    readonly Storage _storage;
    readonly byte[] _cells;
    TimeSpan _busy;

    /// <summary>An erased memory with the geometry and times of a storage.</summary>
    public FlashArray(Storage storage)
    {
        _storage = storage;
        _cells = new byte[storage.Range.Length];
        _cells.AsSpan().Fill(0xFF);
    }

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
        _cells.AsSpan(Offset(unit.Start), (int)unit.Length).Fill(0xFF);
        _busy += _storage.EraseTime(probe);
        Erases++;
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
        var cells = _cells.AsSpan(Offset(address), data.Length);
        var took = true;
        for (var i = 0; i < data.Length; i++)
        {
            cells[i] &= data[i];
            took &= cells[i] == data[i];
        }
        _busy += _storage.ProgramTime(data.Length);
        Programmed += data.Length;
        return took;
    }

    /// <summary>Puts content in place as a factory programmer would, without erase semantics, counts or time.</summary>
    public void Load(FlashAddress address, ReadOnlySpan<byte> data) => data.CopyTo(_cells.AsSpan(Offset(address)));

    /// <summary>Makes it a new part: all FF, nothing counted.</summary>
    public void Renew()
    {
        _cells.AsSpan().Fill(0xFF);
        (Erases, Programmed, _busy) = (0, 0, TimeSpan.Zero);
    }

    /// <summary>The busy time added up since the last call.</summary>
    public TimeSpan TakeBusyTime()
    {
        var busy = _busy;
        _busy = TimeSpan.Zero;
        return busy;
    }

    int Offset(FlashAddress address) => (int)(address - Range.Start);
}
