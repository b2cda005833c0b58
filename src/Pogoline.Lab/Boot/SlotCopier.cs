namespace Pogoline.Lab.Boot;

/// <summary>Carries out module slots, as the bootloader does before it starts the system.</summary>
/// <param name="hardware">The board.</param>
/// <param name="bootloaderVersion">The module version of the running bootloader.</param>
sealed class SlotCopier(BoardHardware hardware, ushort bootloaderVersion)
{
    static readonly FlashAddress SmallUserPart = new(0xD4000);
    static readonly FlashAddress LargeUserPart = new(0xB4000);
    const uint PageSize = 4096;
    const uint OldBootloaderReach = 4 * 1024 * 1024;

    /// <summary>Whether the slot passes every test; otherwise nothing of it is touched.</summary>
    public bool IsAcceptable(ModuleSlot slot) =>
        IsReachable(slot.SourceDevice, slot.Source, slot.Length)
        && IsWritable(slot.DestinationDevice, slot.Destination, slot.Length)
        && (slot.Flags == 0 || HeaderFits(slot));

    /// <summary>Copies. Gives no result: nothing in the bootloader asks for one, the application test that follows finds out.</summary>
    public IEnumerable<TimeSpan> Copy(ModuleSlot slot)
    {
        if (bootloaderVersion >= SystemVersions.BootloaderLargeUserPart
            && slot is { Function: ModuleFunction.UserPart, DestinationDevice: ModuleSlot.Internal } && slot.Destination == LargeUserPart)
        {
            foreach (var busy in FlashWriter.Erase(hardware, ModuleSlot.Internal, AddressRange.Of(SmallUserPart, PageSize))) yield return busy;
        }
        foreach (var busy in FlashWriter.Rewrite(hardware, slot.DestinationDevice, slot.Destination, Payload(slot))) yield return busy;
    }

    /// <summary>The bytes of a slot's source.</summary>
    public byte[] Read(ModuleSlot slot) => hardware.MemoryOf(slot.SourceDevice)!.Read(slot.Source, (int)slot.Length).ToArray();

    byte[] Payload(ModuleSlot slot)
    {
        var source = Read(slot);
        if (slot.Flags == 0) return source;
        if ((slot.Flags & ModuleSlot.Compressed) != 0)
            return CompressedModule.TryReadSize(source, out var size) && Fits(slot, size) ? CompressedModule.Inflate(source, size) : [];
        return DropsHeader(slot, source) ? source[ModuleHeader.Size..] : source;
    }

    // Systems before 2.0.0 do not set the slot's flag; the bootloader looks at the header's by itself.
    bool DropsHeader(ModuleSlot slot, byte[] source) =>
        bootloaderVersion >= SystemVersions.BootloaderDropsHeader
        && ((slot.Flags & ModuleSlot.DropHeader) != 0
            || ModuleImage.TryReadHeader(source, hardware.Platform.Generation, out var header, out var offset)
                && offset == 0 && (header.Flags & ModuleHeader.DropHeader) != 0);

    bool HeaderFits(ModuleSlot slot)
    {
        var source = Read(slot);
        if (!ModuleImage.TryReadHeader(source, hardware.Platform.Generation, out var header, out _)) return false;
        if (header.Module.Function != ModuleFunction.Resource && header.PlatformId != hardware.Platform.Id) return false;
        if (header.ImageLength == 0 || header.ImageLength > slot.Length) return false;
        if ((slot.Flags & ModuleSlot.VerifyStart) != 0 && header.Start != slot.Destination) return false;
        if ((slot.Flags & ModuleSlot.VerifyFunction) != 0 && header.Module.Function != slot.Function) return false;
        return (slot.Flags & ModuleSlot.VerifyCrc) == 0 || ModuleImage.CrcIsRight(source, header);
    }

    bool Fits(ModuleSlot slot, int length) => IsWritable(slot.DestinationDevice, slot.Destination, (uint)length);

    // The B SoM with 8 MiB: its first bootloaders know half of the external flash.
    bool IsReachable(byte device, FlashAddress start, uint length)
    {
        if (hardware.MemoryOf(device) is not { } memory || length == 0) return false;
        if (start < memory.Range.Start || (ulong)start.Value + length > memory.Range.End.Value) return false;
        return device != ModuleSlot.External || bootloaderVersion >= hardware.Platform.Traits.WholeExternalFlashFromBootloader
            || start.Value + length <= OldBootloaderReach;
    }

    // Never the bootloader's own place, the MBR, or the sectors of the configuration.
    bool IsWritable(byte device, FlashAddress start, uint length)
    {
        if (!IsReachable(device, start, length)) return false;
        if (device != ModuleSlot.Internal) return true;
        var range = AddressRange.Of(start, length);
        return hardware.Platform.Generation == 2
            ? range.Start.Value >= 0x08020000
            : range.Start.Value >= 0x1000 && range.End <= hardware.BootloaderStart;
    }
}
