namespace Pogoline.Hex;

/// <summary>Which addresses were seen: runs without gap, ascending. It takes the memory of the runs, not of what lies in them.</summary>
public sealed class AddressRuns
{
    /// <summary>No firmware has more pieces; a file that has is refused, because sorting it in would take for ever.</summary>
    public const int Maximum = 65_536;

    readonly List<AddressRange> _runs = [];

    /// <summary>The runs.</summary>
    public IReadOnlyList<AddressRange> Runs => _runs;

    /// <summary>All their bytes.</summary>
    public long Bytes => _runs.Sum(run => (long)run.Length);

    /// <summary>Whether there is no room for a run more.</summary>
    public bool IsFull => _runs.Count >= Maximum;

    /// <summary>Adds a range; whether none of its addresses was there before.</summary>
    public bool Add(AddressRange range)
    {
        if (_runs is [.., var last] && range.Start >= last.Start)
        {
            if (range.Start > last.End) _runs.Add(range);
            else _runs[^1] = new(last.Start, Max(last.End, range.End));
            return range.Start >= last.End;
        }
        var first = FirstEndingAtOrBehind(range.Start);
        var behind = first;
        var (merged, isNew) = (range, true);
        for (; behind < _runs.Count && _runs[behind].Start <= range.End; behind++)
        {
            isNew &= !_runs[behind].Overlaps(range);
            merged = new(Min(merged.Start, _runs[behind].Start), Max(merged.End, _runs[behind].End));
        }
        _runs.RemoveRange(first, behind - first);
        _runs.Insert(first, merged);
        return isNew;
    }

    int FirstEndingAtOrBehind(FlashAddress address)
    {
        var (low, high) = (0, _runs.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_runs[middle].End < address) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    static FlashAddress Min(FlashAddress a, FlashAddress b) => a < b ? a : b;

    static FlashAddress Max(FlashAddress a, FlashAddress b) => a > b ? a : b;
}
