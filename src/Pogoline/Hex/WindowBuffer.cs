namespace Pogoline.Hex;

/// <summary>Holds the data of some runs of addresses, one window after the other, always in the same memory.</summary>
/// <param name="capacity">The most bytes that a window has.</param>
sealed class WindowBuffer(int capacity)
{
    readonly byte[] _bytes = new byte[capacity];
    readonly byte[] _given = new byte[capacity];
    IReadOnlyList<AddressRange> _runs = [];
    int[] _offsets = [];

    /// <summary>The runs of the window and their bytes.</summary>
    public IEnumerable<MemorySegment> Segments => _runs.Select((run, i) => new MemorySegment(run.Start, _bytes.AsMemory(_offsets[i], (int)run.Length)));

    /// <summary>Forgets what it holds and starts on other runs: ascending, no two side by side, together no longer than the capacity.</summary>
    public void Start(IReadOnlyList<AddressRange> runs)
    {
        _runs = runs;
        _offsets = new int[runs.Count];
        for (var i = 1; i < runs.Count; i++) _offsets[i] = _offsets[i - 1] + (int)runs[i - 1].Length;
        _given.AsSpan().Clear();
    }

    /// <summary>Takes what of the bytes lies in the window; false at the first one that was given before with another value.</summary>
    public bool Write(FlashAddress address, ReadOnlySpan<byte> bytes, out FlashAddress conflict)
    {
        conflict = default;
        var agrees = true;
        var range = AddressRange.Of(address, (uint)bytes.Length);
        for (var i = FirstEndingBehind(address); i < _runs.Count && _runs[i].Start < range.End; i++)
        {
            var start = _runs[i].Start > address ? _runs[i].Start : address;
            var end = _runs[i].End < range.End ? _runs[i].End : range.End;
            var part = bytes[(int)(start - address)..(int)(end - address)];
            var at = _offsets[i] + (int)(start - _runs[i].Start);
            var there = _bytes.AsSpan(at, part.Length);
            var given = _given.AsSpan(at, part.Length);
            for (var k = given.IndexOf((byte)1); k >= 0 && k < part.Length; k++)
            {
                if (given[k] == 0 || there[k] == part[k]) continue;
                if (agrees) conflict = start + (uint)k;
                agrees = false;
            }
            part.CopyTo(there);
            given.Fill(1);
        }
        return agrees;
    }

    int FirstEndingBehind(FlashAddress address)
    {
        var (low, high) = (0, _runs.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_runs[middle].End <= address) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
