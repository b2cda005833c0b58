namespace Pogoline.Lab.Swd.Core;

/// <summary>The flash patch and breakpoint unit: six comparators for instructions, below 0x20000000 only; two for literals that do nothing.</summary>
sealed class Breakpoints() : RegisterRegion(0xE0002000, 0xFD0)
{
    const uint Control = 0x000, FirstComparator = 0x008;
    const uint Identification = 0x260, Enable = 1, KeyBit = 2;
    const int Instructions = 6, All = 8;

    readonly uint[] _comparators = new uint[All];
    uint _control;
    bool _any;

    /// <summary>As after power on.</summary>
    public void Clear()
    {
        Array.Clear(_comparators);
        (_control, _any) = (0, false);
    }

    /// <summary>Whether the core halts before that instruction.</summary>
    public bool Hit(uint address)
    {
        if (!_any || _control == 0) return false;
        for (var i = 0; i < Instructions; i++)
        {
            var comparator = _comparators[i];
            if ((comparator & 1) == 0 || (comparator & 0x1FFFFFFC) != (address & ~3u)) continue;
            if ((comparator >> 30 & ((address & 2) != 0 ? 2u : 1)) != 0) return true;
        }
        return false;
    }

    /// <inheritdoc/>
    protected override bool TryReadRegister(uint offset, out uint value)
    {
        value = offset == Control ? Identification | _control : IsComparator(offset) ? _comparators[(offset - FirstComparator) / 4] : 0;
        return true;
    }

    /// <inheritdoc/>
    protected override bool TryWriteRegister(uint offset, uint value)
    {
        if (offset == Control && (value & KeyBit) != 0) _control = value & Enable;
        if (IsComparator(offset)) _comparators[(offset - FirstComparator) / 4] = value;
        _any = Array.Exists(_comparators, c => (c & 1) != 0);
        return true;
    }

    static bool IsComparator(uint offset) => offset - FirstComparator < All * 4;
}
