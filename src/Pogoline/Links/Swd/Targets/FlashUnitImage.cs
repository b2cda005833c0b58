using Pogoline.Platforms;

namespace Pogoline.Links.Swd.Targets;

/// <summary>What an erase unit of the flash is to hold: all of it, with what is to stay filled in later.</summary>
/// <param name="range">The unit.</param>
public sealed class FlashUnitImage(AddressRange range)
{
    readonly List<AddressRange> _given = [];

    /// <summary>The unit.</summary>
    public AddressRange Range { get; } = range;

    /// <summary>Every byte of it; what was not given is blank.</summary>
    public byte[] Content { get; } = NewBlank((int)range.Length);

    /// <summary>Bytes up to the last one that is not blank, in whole words.</summary>
    public int UsedLength => (Content.AsSpan().LastIndexOfAnyExcept((byte)0xFF) + sizeof(uint)) & ~(sizeof(uint) - 1);

    /// <summary>The parts that nothing was given for.</summary>
    public IEnumerable<AddressRange> Gaps
    {
        get
        {
            var at = Range.Start;
            foreach (var given in _given.OrderBy(g => g.Start))
            {
                if (given.Start > at) yield return new(at, given.Start);
                if (given.End > at) at = given.End;
            }
            if (at < Range.End) yield return new(at, Range.End);
        }
    }

    /// <summary>Puts bytes that lie within the unit.</summary>
    public void Put(FlashAddress at, ReadOnlySpan<byte> data)
    {
        data.CopyTo(Content.AsSpan((int)(at - Range.Start)));
        _given.Add(AddressRange.Of(at, (uint)data.Length));
    }

    /// <summary>Makes a part blank that belongs to what is written.</summary>
    public void Clear(AddressRange part)
    {
        _given.Add(part);
    }

    static byte[] NewBlank(int length)
    {
        var content = new byte[length];
        content.AsSpan().Fill(0xFF);
        return content;
    }
}

/// <summary>What is to be in the flash, by erase units.</summary>
/// <param name="flash">The flash.</param>
public sealed class FlashImage(Storage flash)
{
    readonly SortedDictionary<FlashAddress, FlashUnitImage> _units = [];

    /// <summary>The units that something was put into, ascending.</summary>
    public IReadOnlyList<FlashUnitImage> Units => [.. _units.Values];

    /// <summary>Bytes in all of them.</summary>
    public long Length => _units.Values.Sum(u => (long)u.Range.Length);

    /// <summary>Puts bytes; where something lies already it is replaced.</summary>
    /// <exception cref="PogolineException"><see cref="SwdFaults.Range"/>: they lie outside of the flash.</exception>
    public void Put(FlashAddress at, ReadOnlySpan<byte> data)
    {
        if (at.Value + (ulong)data.Length > uint.MaxValue || !flash.Range.Contains(AddressRange.Of(at, (uint)data.Length)))
            throw new PogolineException(SwdFaults.Range, $"{at} and {data.Length} bytes lie outside of the flash at {flash.Range}.", "Check the address, and that the file is for this chip.");
        var range = AddressRange.Of(at, (uint)data.Length);
        foreach (var unit in flash.EraseUnits(range))
        {
            var start = unit.Start > range.Start ? unit.Start : range.Start;
            var end = unit.End < range.End ? unit.End : range.End;
            UnitAt(unit).Put(start, data.Slice((int)(start - range.Start), (int)(end - start)));
        }
    }

    /// <summary>Says that all of the units that a range touches belong to what was put there: what lies beside it is not kept.</summary>
    public void Own(AddressRange range)
    {
        foreach (var unit in flash.EraseUnits(range))
        {
            if (_units.TryGetValue(unit.Start, out var image)) foreach (var gap in image.Gaps.ToList()) image.Clear(gap);
        }
    }

    /// <summary>Makes a unit blank.</summary>
    public void Erase(AddressRange unit) => UnitAt(unit).Clear(unit);

    FlashUnitImage UnitAt(AddressRange unit) => _units.TryGetValue(unit.Start, out var image) ? image : _units[unit.Start] = new(unit);
}
