namespace Pogoline.Programming;

/// <summary>What is to be done so that a range of flash holds certain bytes: no erase unit that is right is touched.</summary>
/// <param name="Erase">The units to erase.</param>
/// <param name="Write">The ranges to write, in order, none next to another.</param>
/// <param name="RightBytes">Bytes of the range that were right before.</param>
readonly record struct UnitWork(IReadOnlyList<AddressRange> Erase, IReadOnlyList<AddressRange> Write, int RightBytes)
{
    /// <summary>Everything, when nothing is known.</summary>
    public static UnitWork All(IReadOnlyList<AddressRange> units, AddressRange range) => new(units, [range], 0);

    /// <summary>
    /// What is left to do, unit by unit. One that is right stays; one that reads as blank is erased all the same, for an erase that was broken
    /// off can read so and not last.
    /// </summary>
    /// <param name="units">The erase units that the range touches, in order.</param>
    /// <param name="range">The range.</param>
    /// <param name="wanted">What it is to hold.</param>
    /// <param name="found">What it holds.</param>
    public static UnitWork Compare(IReadOnlyList<AddressRange> units, AddressRange range, ReadOnlySpan<byte> wanted, ReadOnlySpan<byte> found)
    {
        var erase = new List<AddressRange>();
        var write = new List<AddressRange>();
        var right = 0;
        foreach (var unit in units)
        {
            var part = new AddressRange(unit.Start > range.Start ? unit.Start : range.Start, unit.End < range.End ? unit.End : range.End);
            var (offset, length) = ((int)(part.Start - range.Start), (int)part.Length);
            var there = found.Slice(offset, length);
            if (there.SequenceEqual(wanted.Slice(offset, length)))
            {
                right += length;
                continue;
            }
            erase.Add(unit);
            if (write is [.., var last] && last.End == part.Start) write[^1] = new(last.Start, part.End);
            else write.Add(part);
        }
        return new(erase, write, right);
    }
}
