using System.Globalization;

namespace Pogoline.Links.Dfu;

/// <summary>What a host may do with a segment: the low three bits of the access letter.</summary>
[Flags]
public enum DfuAccess
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Read by UPLOAD.</summary>
    Read = 1,

    /// <summary>Erase by command 0x41.</summary>
    Erase = 2,

    /// <summary>Write by DNLOAD.</summary>
    Write = 4,
}

/// <summary>Equal sectors in a row.</summary>
/// <param name="Start">The address of the first one, as DFU sees it.</param>
/// <param name="Count">How many.</param>
/// <param name="SectorSize">Bytes of one.</param>
/// <param name="Access">What a host may do.</param>
public readonly record struct DfuSegment(uint Start, int Count, uint SectorSize, DfuAccess Access)
{
    /// <summary>The address behind the last sector; up to 2³².</summary>
    public ulong End => Start + ((ulong)Count * SectorSize);
}

/// <summary>
/// The memory that a DfuSe alternate setting describes in its name (ST AN3156/UM0424): <c>@Name /0xADDRESS/count*sizeUnitAccess,…</c>,
/// with further <c>/0xADDRESS/…</c> groups behind.
/// </summary>
/// <param name="Name">The name between <c>@</c> and the first slash, trimmed.</param>
/// <param name="Segments">The segments in the order of the text, at most 256.</param>
public sealed record DfuMemoryMap(string Name, IReadOnlyList<DfuSegment> Segments)
{
    const int MaximumSegments = 256;

    /// <summary>Reads a memory description; false for a text that is none.</summary>
    public static bool TryParse(string text, out DfuMemoryMap? map)
    {
        map = null;
        var fields = text.Split('/');
        if (!text.StartsWith('@') || fields.Length < 3 || fields.Length % 2 == 0) return false;
        var segments = new List<DfuSegment>();
        for (var i = 1; i < fields.Length; i += 2)
        {
            if (!FlashAddress.TryParse(fields[i].Trim(), out var address)) return false;
            ulong at = address.Value;
            foreach (var item in fields[i + 1].Split(','))
            {
                if (segments.Count == MaximumSegments || at > uint.MaxValue || !TryParseSegment(item.Trim(), (uint)at, out var segment)) return false;
                segments.Add(segment);
                at = segment.End;
            }
        }
        map = new(fields[0][1..].Trim(), segments);
        return true;
    }

    /// <summary>Whether all of a range lies in segments that allow an access.</summary>
    public bool Allows(uint address, uint length, DfuAccess access)
    {
        ulong at = address;
        var end = at + length;
        while (at < end)
        {
            if (Find(at) is not { } segment || !segment.Access.HasFlag(access)) return false;
            at = segment.End;
        }
        return true;
    }

    /// <summary>The segment that holds an address.</summary>
    public DfuSegment? Find(ulong address)
    {
        foreach (var segment in Segments)
        {
            if (address >= segment.Start && address < segment.End) return segment;
        }
        return null;
    }

    static bool TryParseSegment(string text, uint start, out DfuSegment segment)
    {
        segment = default;
        var star = text.IndexOf('*');
        if (star < 0 || !int.TryParse(text.AsSpan(0, star), NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return false;
        var size = text.AsSpan(star + 1);
        var digits = size.IndexOfAnyExceptInRange('0', '9');
        if (digits <= 0 || !uint.TryParse(size[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)) return false;
        // The unit letter is optional in the wild; the access letter is always last.
        var letters = size[digits..];
        uint unit = letters.Length == 1 ? 1u : letters[0] switch { 'K' => 1024u, 'M' => 1024u * 1024, 'B' or ' ' => 1u, _ => 0u };
        if (letters.Length > 2 || unit == 0 || count == 0 || bytes == 0 || (ulong)bytes * unit > uint.MaxValue) return false;
        segment = new(start, count, bytes * unit, (DfuAccess)(letters[^1] & 7));
        return segment.End <= 1UL << 32;
    }
}
