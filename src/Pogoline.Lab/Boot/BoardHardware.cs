using System.Buffers.Binary;
using Pogoline.Lab.Flash;
using Pogoline.Platforms;

namespace Pogoline.Lab.Boot;

/// <summary>What the firmware of a board finds around it: memories, retained registers, the network co-processor.</summary>
/// <param name="platform">The kind of board.</param>
/// <param name="deviceId">24 lower-case hex digits.</param>
/// <param name="storage">The memories.</param>
public sealed class BoardHardware(Platform platform, string deviceId, BoardStorage storage)
{
    /// <summary>Bytes of the Gen 3 file that stands for EEPROM; Gen 2 has it in flash sectors 3 and 4.</summary>
    public const int Gen3EepromLength = 4096;

    /// <summary>The kind of board.</summary>
    public Platform Platform { get; } = platform;

    /// <summary>The device ID: 24 lower-case hex digits.</summary>
    public string DeviceId { get; } = deviceId;

    /// <summary>Everything that keeps its content without power.</summary>
    public BoardStorage Storage { get; } = storage;

    /// <summary>What survives a reset but not a loss of power.</summary>
    public RetainedState Retained { get; } = new();

    /// <summary>The version of the firmware in the network co-processor; 0 when it has none or is not fitted.</summary>
    public ushort NcpVersion { get; set; }

    /// <summary>The stored Wi-Fi networks (Photon, P1: in the DCT; Argon, Tracker: in a file). Replaced as a whole by each change.</summary>
    public IReadOnlyList<WifiNetwork> WifiNetworks { get; set; } = [];

    /// <summary>The Gen 3 EEPROM file; empty on Gen 2.</summary>
    public byte[] Eeprom { get; } = Erased(platform.Generation == 2 ? 0 : Gen3EepromLength);

    /// <summary>The option bytes of an STM32 as OPTCR shows them; Gen 3 has none. Boards leave the line with the bootloader's sector protected.</summary>
    public uint OptionBytes { get; set; } = platform.Generation == 2 ? 0x0FFEAAECu : 0;

    /// <summary>The microcontroller's flash.</summary>
    public FlashArray Flash => Storage.Internal;

    /// <summary>Where the bootloader lies.</summary>
    public FlashAddress BootloaderStart => new(Platform.Generation == 2 ? 0x08000000u : 0x000F4000u);

    /// <summary>The memory of a slot's device number; null when the board has none such.</summary>
    public FlashArray? MemoryOf(byte device) => device switch
    {
        ModuleSlot.Internal => Flash,
        ModuleSlot.External => Storage.External,
        _ => null,
    };

    /// <summary>Everything from an address to the end of the microcontroller's flash.</summary>
    public ReadOnlySpan<byte> FlashFrom(FlashAddress address) => Flash.Cells[(int)(address - Flash.Range.Start)..];

    /// <summary>Reads the module header at an address of the microcontroller's flash.</summary>
    public bool TryReadHeader(FlashAddress address, out ModuleHeader header) =>
        ModuleImage.TryReadHeader(FlashFrom(address), Platform.Generation, out header, out _);

    /// <summary>The version of the bootloader in place; null when there is none that would run.</summary>
    /// <remarks>Nothing checks the bootloader's CRC before it runs; one that is damaged is taken not to run at all.</remarks>
    public ushort? BootloaderVersion =>
        ModuleImage.TryRead(FlashFrom(BootloaderStart), Platform.Generation, out var module) && module.IntegrityOk
        && module.Header.Module.Function == ModuleFunction.Bootloader && module.Header.Start == BootloaderStart
            ? module.Header.Version : null;

    /// <summary>Reads a word of the user information configuration registers (Gen 3).</summary>
    /// <param name="offset">From 0x10001000, in bytes.</param>
    public uint ReadUicr(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(Storage.Uicr.AsSpan(offset));

    /// <summary>Programs a word of the user information configuration registers: bits can only be cleared.</summary>
    /// <param name="offset">From 0x10001000, in bytes.</param>
    /// <param name="value">The word.</param>
    public void ProgramUicr(int offset, uint value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(Storage.Uicr.AsSpan(offset), ReadUicr(offset) & value);

    /// <summary>
    /// Erases the microcontroller as a debug probe does. Gen 2 loses the DCT and the EEPROM with it; Gen 3 keeps them on the external flash
    /// and loses the UICR. One-time-programmable memory stays.
    /// </summary>
    public void EraseChip()
    {
        Flash.Erase(Flash.Range);
        Storage.Uicr.AsSpan().Fill(0xFF);
        if (Platform.Generation != 2) return;
        Storage.Dct.Reset();
        WifiNetworks = [];
    }

    static byte[] Erased(int length)
    {
        var bytes = new byte[length];
        bytes.AsSpan().Fill(0xFF);
        return bytes;
    }
}
