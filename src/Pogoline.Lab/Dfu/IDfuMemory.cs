namespace Pogoline.Lab.Dfu;

/// <summary>The memory behind an alternate setting, with the checks of the bootloader's own driver for it. False means refused or failed.</summary>
interface IDfuMemory
{
    bool Read(uint address, Span<byte> buffer);

    bool Write(uint address, ReadOnlySpan<byte> data);

    /// <summary>Erases the unit that holds the address.</summary>
    bool Erase(uint address);
}
