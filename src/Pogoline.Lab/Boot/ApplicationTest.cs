namespace Pogoline.Lab.Boot;

/// <summary>The bootloader's look at the system before it jumps there.</summary>
static class ApplicationTest
{
    static readonly FlashAddress[] Gen2 = [new(0x08020000)];
    static readonly FlashAddress[] Gen3 = [new(0x00030000)];
    static readonly FlashAddress[] Gen3Low = [new(0x00028000), new(0x00030000)];

    /// <summary>
    /// Finds the first system part. Its header must name its place, an end inside the flash and the platform; only Gen 3 looks at the CRC,
    /// and no other part is looked at.
    /// </summary>
    public static bool TryFindSystem(BoardHardware hardware, ushort bootloaderVersion, out ModuleHeader system)
    {
        var gen2 = hardware.Platform.Generation == 2;
        foreach (var address in gen2 ? Gen2 : bootloaderVersion >= SystemVersions.BootloaderLowSystemPart ? Gen3Low : Gen3)
        {
            system = default;
            if (!ModuleImage.TryReadHeader(hardware.FlashFrom(address), hardware.Platform.Generation, out system, out _)) continue;
            if (system.Start == address && system.End > system.Start && system.End <= hardware.Flash.Range.End
                && system.PlatformId == hardware.Platform.Id && (gen2 || ModuleImage.CrcIsRight(hardware.FlashFrom(address), system))) return true;
        }
        system = default;
        return false;
    }
}
