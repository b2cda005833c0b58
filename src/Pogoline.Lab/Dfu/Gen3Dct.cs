using Pogoline.Lab.Flash;

namespace Pogoline.Lab.Dfu;

/// <summary>Gen 3 alternate 1: a file. Reading past its end succeeds and leaves the buffer as it was.</summary>
sealed class Gen3Dct(DctStore dct) : IDfuMemory
{
    public bool Read(uint address, Span<byte> buffer)
    {
        if (!IsInside(address, buffer.Length)) return false;
        var available = Math.Clamp(dct.Length - (int)address, 0, buffer.Length);
        if (available > 0) dct.Bytes.Slice((int)address, available).CopyTo(buffer);
        return true;
    }

    public bool Write(uint address, ReadOnlySpan<byte> data)
    {
        if (!IsInside(address, data.Length)) return false;
        dct.Write((int)address, data);
        return true;
    }

    // Whatever the address is.
    public bool Erase(uint address) => true;

    static bool IsInside(uint address, int length) => address <= DctStore.Capacity && address + (uint)length <= DctStore.Capacity;
}
