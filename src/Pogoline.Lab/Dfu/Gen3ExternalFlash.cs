using Pogoline.Lab.Flash;

namespace Pogoline.Lab.Dfu;

/// <summary>Gen 3 alternate 2: the QSPI flash from 0x80000000 on, unprotected. The range test includes the end address.</summary>
/// <param name="flash">The chip.</param>
/// <param name="reach">How many of its bytes the bootloader knows of.</param>
sealed class Gen3ExternalFlash(FlashArray flash, uint reach) : IDfuMemory
{
    const uint Base = 0x80000000;

    public bool Read(uint address, Span<byte> buffer)
    {
        if (!IsInside(address, buffer.Length)) return false;
        flash.Read(new(address - Base), buffer.Length).CopyTo(buffer);
        return true;
    }

    public bool Write(uint address, ReadOnlySpan<byte> data)
    {
        if (!IsInside(address, data.Length)) return false;
        flash.Program(new(address - Base), data);
        return true;
    }

    // The end address passes the range test and goes out to the chip, whose address counter wraps.
    public bool Erase(uint address)
    {
        if (!IsInside(address, 0)) return false;
        flash.Erase(new FlashAddress((address - Base) % flash.Range.Length));
        return true;
    }

    bool IsInside(uint address, int length) => address >= Base && address - Base <= reach && address - Base + (uint)length <= reach;
}
