using Pogoline.Lab.Flash;

namespace Pogoline.Lab.Dfu;

/// <summary>Gen 2 alternate 1. Erasing is accepted and does nothing; on Photon and P1 the code for the rest lives in the system parts.</summary>
sealed class Gen2Dct(DctStore dct, Func<bool> usable) : IGen2Memory
{
    public bool Contains(uint address) => address < DctStore.Capacity;

    // The bootloader has the two the other way round than it means.
    public int PollTimeout(bool erases) => erases ? 500 : 1;

    public bool Read(uint address, Span<byte> buffer)
    {
        buffer.Clear();
        if (!usable()) return true;
        var available = Math.Min(buffer.Length, dct.Length - (int)address);
        dct.Bytes.Slice((int)address, available).CopyTo(buffer);
        return true;
    }

    public bool Write(uint address, ReadOnlySpan<byte> data)
    {
        if (!usable()) return false;
        dct.Write((int)address, data);
        return true;
    }

    public bool Erase(uint address) => true;
}
