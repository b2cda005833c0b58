namespace Pogoline.Lab.Swd;

/// <summary>The bus of a microcontroller, as the debug port and the core see it.</summary>
/// <param name="regions">What is on it; where two overlap, the first counts.</param>
sealed class TargetBus(List<BusRegion> regions)
{
    // What was found last in each sixteenth of the addresses: a program stays with its memory and its peripheral.
    readonly BusRegion?[] _recent = new BusRegion?[16];

    /// <summary>Whether only the private peripheral bus answers: the rest of the chip is held in reset.</summary>
    public bool IsInReset { get; set; }

    /// <summary>Counts the writes that changed something.</summary>
    public long Changes { get; private set; }

    /// <summary>The moment until which accesses to the address stall.</summary>
    public long BusyUntil(uint address) => Find(address)?.BusyUntil ?? 0;

    /// <summary>Reads.</summary>
    /// <param name="address">The address.</param>
    /// <param name="size">1, 2 or 4 bytes.</param>
    /// <param name="value">The value in its lowest bits; 0 after an error.</param>
    /// <returns>False for a bus error: nothing is there, or the access is not allowed.</returns>
    public bool TryRead(uint address, int size, out uint value)
    {
        if (Find(address) is { } region) return region.TryRead(address - region.Start, size, out value);
        value = 0;
        return false;
    }

    /// <summary>Writes.</summary>
    /// <returns>False for a bus error.</returns>
    public bool TryWrite(uint address, int size, uint value)
    {
        if (Find(address) is not { } region) return false;
        var offset = address - region.Start;
        if (!region.IsPlain || !region.TryRead(offset, size, out var old) || old != value) Changes++;
        return region.TryWrite(offset, size, value);
    }

    BusRegion? Find(uint address)
    {
        const uint PrivatePeripherals = 0xE0000000;
        if (IsInReset && address < PrivatePeripherals) return null;
        ref var recent = ref _recent[address >> 28];
        if (recent is not null && address - recent.Start < recent.Length) return recent;
        foreach (var region in regions)
        {
            if (address - region.Start >= region.Length) continue;
            if (!IsOverlaid(region)) recent = region;
            return region;
        }
        return null;
    }

    bool IsOverlaid(BusRegion region) =>
        regions.TakeWhile(r => r != region).Any(r => r.Start - region.Start < region.Length || region.Start - r.Start < r.Length);
}
