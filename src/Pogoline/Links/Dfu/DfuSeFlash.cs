namespace Pogoline.Links.Dfu;

/// <summary>Writing to a DfuSe memory as a whole: refuse what the memory description does not allow, erase, write, read back.</summary>
/// <param name="device">A DfuSe device in DFU mode.</param>
/// <param name="alternate">The memory.</param>
public sealed class DfuSeFlash(DfuDevice device, DfuAlternate alternate)
{
    /// <summary>
    /// The first address of every sector to erase for a range, where the device's own description cannot be trusted; null to trust it.
    /// </summary>
    public Func<uint, uint, IEnumerable<uint>>? EraseAddresses { get; init; }

    /// <summary>Writes, and compares what is there afterwards.</summary>
    /// <param name="address">Where.</param>
    /// <param name="data">What; at least 1 byte.</param>
    /// <param name="progress">Told bytes as they are written, then as they are read back.</param>
    /// <param name="stop">Observed between blocks.</param>
    /// <returns>Whether it was read back; false for a memory that cannot be read.</returns>
    /// <exception cref="PogolineException">The memory does not allow it, the device refuses, or other bytes are there afterwards.</exception>
    public async ValueTask<bool> WriteAsync(uint address, ReadOnlyMemory<byte> data, Action<int>? progress, CancellationToken stop)
    {
        Require(address, (uint)data.Length, DfuAccess.Write);
        await device.EraseAsync(alternate.Number, [.. SectorsOf(address, (uint)data.Length)], null, stop).ConfigureAwait(false);
        await device.WriteAsync(alternate.Number, address, data, progress, stop).ConfigureAwait(false);
        if (!device.Interface.CanUpload || alternate.Memory?.Allows(address, (uint)data.Length, DfuAccess.Read) == false) return false;
        var back = new byte[data.Length];
        await device.ReadAsync(alternate.Number, address, back, progress, stop).ConfigureAwait(false);
        var same = back.AsSpan().CommonPrefixLength(data.Span);
        if (same == back.Length) return true;
        throw new PogolineException(DfuFaults.Mismatch,
            $"At 0x{address + same:X8} (alternate {alternate.Number}) 0x{data.Span[same]:X2} was written, but 0x{back[same]:X2} is there.",
            "Run the same command again; if the same address fails again, the memory is protected or worn.");
    }

    /// <summary>How far the memory can be read from an address on, in bytes; 0 when it does not say.</summary>
    public long ReadableFrom(uint address)
    {
        ulong end = address;
        while (alternate.Memory?.Find(end) is { } segment && segment.Access.HasFlag(DfuAccess.Read)) end = segment.End;
        return (long)(end - address);
    }

    /// <summary>Refuses a range that the memory description does not allow.</summary>
    public void Require(uint address, uint length, DfuAccess access)
    {
        if (alternate.Memory is { } memory && !memory.Allows(address, length, access))
        {
            throw new PogolineException(DfuFaults.Range, $"Alternate {alternate.Number} ({alternate.Text}) does not allow {access} of {length} bytes at 0x{address:X8}.",
                "Correct the address, the length or the alternate.");
        }
    }

    IEnumerable<uint> SectorsOf(uint address, uint length)
    {
        if (EraseAddresses is not null) return EraseAddresses(address, length);
        return alternate.Memory is null ? [] : Described(alternate.Memory, address, length);
    }

    static IEnumerable<uint> Described(DfuMemoryMap memory, uint address, uint length)
    {
        ulong at = address;
        while (at < (ulong)address + length && memory.Find(at) is { } segment)
        {
            var sector = segment.Start + ((at - segment.Start) / segment.SectorSize * segment.SectorSize);
            if (segment.Access.HasFlag(DfuAccess.Erase)) yield return (uint)sector;
            at = sector + segment.SectorSize;
        }
    }
}
