namespace Pogoline.Hex;

/// <summary>How two images differ in a range.</summary>
public enum DifferenceKind
{
    /// <summary>Both have bytes there, and they differ.</summary>
    Changed,

    /// <summary>Only the first has bytes there.</summary>
    OnlyFirst,

    /// <summary>Only the second has bytes there.</summary>
    OnlySecond,
}

/// <summary>A range in which two images differ.</summary>
/// <param name="Range">The addresses.</param>
/// <param name="Kind">How.</param>
/// <param name="IsBlank">Whether the one image that has bytes there has FF only: erased flash reads the same.</param>
public sealed record ImageDifference(AddressRange Range, DifferenceKind Kind, bool IsBlank)
{
    // Equal bytes between two changes that are told as one.
    const uint Near = 16;

    /// <summary>The ranges in which two images differ, ascending.</summary>
    public static IReadOnlyList<ImageDifference> Between(MemoryImage first, MemoryImage second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var found = new List<ImageDifference>();
        var (one, two) = (first.Segments.ToList(), second.Segments.ToList());
        found.AddRange(Only(one, two, DifferenceKind.OnlyFirst));
        found.AddRange(Only(two, one, DifferenceKind.OnlySecond));
        foreach (var segment in one) found.AddRange(Changes(segment, two));
        return [.. found.OrderBy(d => d.Range.Start)];
    }

    static IEnumerable<ImageDifference> Only(List<MemorySegment> one, List<MemorySegment> other, DifferenceKind kind)
    {
        foreach (var segment in one)
        {
            var at = segment.Start;
            foreach (var there in Overlapping(other, segment.Range))
            {
                if (there.Start > at) yield return Of(new(at, there.Start));
                at = there.Range.End > at ? there.Range.End : at;
            }
            if (at < segment.Range.End) yield return Of(new(at, segment.Range.End));

            ImageDifference Of(AddressRange range) =>
                new(range, kind, segment.Bytes.Span.Slice((int)(range.Start - segment.Start), (int)range.Length).IndexOfAnyExcept((byte)0xFF) < 0);
        }
    }

    static IEnumerable<ImageDifference> Changes(MemorySegment segment, List<MemorySegment> other)
    {
        foreach (var there in Overlapping(other, segment.Range))
        {
            var start = there.Start > segment.Start ? there.Start : segment.Start;
            var end = there.Range.End < segment.Range.End ? there.Range.End : segment.Range.End;
            var mine = segment.Bytes[(int)(start - segment.Start)..(int)(end - segment.Start)];
            var theirs = there.Bytes[(int)(start - there.Start)..(int)(end - there.Start)];
            AddressRange? open = null;
            for (var at = 0; at < mine.Length; at++)
            {
                at += mine.Span[at..].CommonPrefixLength(theirs.Span[at..]);
                if (at >= mine.Length) break;
                var here = AddressRange.Of(start + (uint)at, 1);
                if (open is { } last && here.Start - last.End <= Near) open = new(last.Start, here.End);
                else
                {
                    if (open is { } done) yield return new(done, DifferenceKind.Changed, false);
                    open = here;
                }
            }
            if (open is { } rest) yield return new(rest, DifferenceKind.Changed, false);
        }
    }

    static IEnumerable<MemorySegment> Overlapping(List<MemorySegment> segments, AddressRange range)
    {
        var (low, high) = (0, segments.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (segments[middle].Range.End <= range.Start) low = middle + 1;
            else high = middle;
        }
        for (; low < segments.Count && segments[low].Start < range.End; low++) yield return segments[low];
    }
}
