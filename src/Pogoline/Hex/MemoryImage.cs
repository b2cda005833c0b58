namespace Pogoline.Hex;

/// <summary>Bytes at addresses, with gaps that stay gaps. It takes about the memory of the bytes, wherever they lie.</summary>
public sealed class MemoryImage
{
    /// <summary>The most bytes that it holds; larger files are streamed.</summary>
    public const int Maximum = 64 * 1024 * 1024;

    readonly List<Piece> _pieces = [];

    /// <summary>Bytes held.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether it holds none.</summary>
    public bool IsEmpty => Bytes == 0;

    /// <summary>The runs of bytes without gap, ascending. Valid until the next change.</summary>
    public IEnumerable<MemorySegment> Segments
    {
        get
        {
            for (var i = 0; i < _pieces.Count; i++)
            {
                JoinFollowing(i);
                yield return new(_pieces[i].Start, _pieces[i].Bytes);
            }
        }
    }

    /// <summary>Adds bytes.</summary>
    /// <param name="address">The address of the first one.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="conflict">The first address that had another byte; it has the new one now.</param>
    /// <returns>Whether no address had another byte before.</returns>
    /// <exception cref="PogolineException">It would hold more than <see cref="Maximum"/> bytes, or too many pieces.</exception>
    public bool Write(FlashAddress address, ReadOnlySpan<byte> bytes, out FlashAddress conflict)
    {
        conflict = default;
        var agrees = true;
        var at = FirstEndingBehind(address);
        while (!bytes.IsEmpty)
        {
            var next = at < _pieces.Count ? _pieces[at] : null;
            if (next is null || next.Start > address)
            {
                var gap = next is null ? bytes.Length : (int)Math.Min((uint)bytes.Length, next.Start - address);
                if (Fill(at, address, bytes[..gap])) at++;
                address += (uint)gap;
                bytes = bytes[gap..];
                continue;
            }
            var there = next.Span[(int)(address - next.Start)..];
            var count = Math.Min(there.Length, bytes.Length);
            var same = there[..count].CommonPrefixLength(bytes[..count]);
            if (same < count)
            {
                if (agrees) conflict = address + (uint)same;
                agrees = false;
                bytes[..count].CopyTo(there);
            }
            address += (uint)count;
            bytes = bytes[count..];
            at++;
        }
        return agrees;
    }

    /// <summary>Puts bytes in place of whatever is there.</summary>
    public void Replace(FlashAddress address, ReadOnlySpan<byte> bytes) => Write(address, bytes, out _);

    /// <summary>Takes everything out of a range.</summary>
    public void Remove(AddressRange range)
    {
        for (var i = FirstEndingBehind(range.Start); i < _pieces.Count && _pieces[i].Start < range.End;)
        {
            var piece = _pieces[i];
            _pieces.RemoveAt(i);
            Bytes -= piece.Length;
            if (piece.Start < range.Start) Keep(i++, piece, piece.Start, range.Start);
            if (piece.End > range.End) Keep(i++, piece, range.End, piece.End);
        }
    }

    /// <summary>The bytes from an address on, up to the next gap and at most so many.</summary>
    public ReadOnlyMemory<byte> Read(FlashAddress address, uint most)
    {
        var at = FirstEndingBehind(address);
        if (at >= _pieces.Count || _pieces[at].Start > address) return default;
        JoinFollowing(at);
        var found = _pieces[at].Bytes[(int)(address - _pieces[at].Start)..];
        return found[..(int)Math.Min(most, (uint)found.Length)];
    }

    /// <summary>Whether any byte lies in the range.</summary>
    public bool Touches(AddressRange range)
    {
        var at = FirstEndingBehind(range.Start);
        return at < _pieces.Count && _pieces[at].Start < range.End;
    }

    /// <summary>Writes it all, ascending, and the end.</summary>
    public void WriteTo(IImageWriter writer, HexEntry? entry = null)
    {
        foreach (var segment in Segments) writer.Write(segment.Start, segment.Bytes.Span);
        writer.Finish(entry);
    }

    // True when a piece was put in; false when the one before it grew.
    bool Fill(int at, FlashAddress address, ReadOnlySpan<byte> bytes)
    {
        if (Bytes + bytes.Length > Maximum)
        {
            throw new PogolineException(HexFaults.TooLarge, $"The image has more than {Maximum} bytes.", "Give the image of one board.");
        }
        Bytes += bytes.Length;
        if (at > 0 && _pieces[at - 1].End == address)
        {
            _pieces[at - 1].Append(bytes);
            return false;
        }
        if (_pieces.Count >= AddressRuns.Maximum)
        {
            throw new PogolineException(HexFaults.Scattered, $"The image has more than {AddressRuns.Maximum} pieces.", "Give the image of one board.");
        }
        _pieces.Insert(at, new(address, bytes));
        return true;
    }

    void Keep(int at, Piece from, FlashAddress start, FlashAddress end)
    {
        _pieces.Insert(at, new(start, from.Span[(int)(start - from.Start)..(int)(end - from.Start)]));
        Bytes += end - start;
    }

    void JoinFollowing(int at)
    {
        var behind = at + 1;
        for (; behind < _pieces.Count && _pieces[behind].Start == _pieces[at].End; behind++) _pieces[at].Append(_pieces[behind].Span);
        _pieces.RemoveRange(at + 1, behind - at - 1);
    }

    int FirstEndingBehind(FlashAddress address)
    {
        var (low, high) = (0, _pieces.Count);
        // Files are ascending but for few places.
        if (high > 0 && _pieces[^1].End <= address) return high;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_pieces[middle].End <= address) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    sealed class Piece(FlashAddress start, ReadOnlySpan<byte> bytes)
    {
        byte[] _buffer = bytes.ToArray();

        public FlashAddress Start => start;

        public int Length { get; private set; } = bytes.Length;

        public FlashAddress End => start + (uint)Length;

        public Span<byte> Span => _buffer.AsSpan(0, Length);

        public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, Length);

        public void Append(ReadOnlySpan<byte> more)
        {
            if (Length + more.Length > _buffer.Length) Array.Resize(ref _buffer, Math.Max(Length + more.Length, _buffer.Length * 2));
            more.CopyTo(_buffer.AsSpan(Length));
            Length += more.Length;
        }
    }
}

/// <summary>A run of bytes without gap.</summary>
/// <param name="Start">The address of the first one.</param>
/// <param name="Bytes">The bytes.</param>
public readonly record struct MemorySegment(FlashAddress Start, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The addresses.</summary>
    public AddressRange Range => AddressRange.Of(Start, (uint)Bytes.Length);

    /// <summary>What is left behind the first so many bytes.</summary>
    public MemorySegment From(int count) => new(Start + (uint)count, Bytes[count..]);
}
