namespace Pogoline.Lab.Boot;

/// <summary>Whether a bootloader can reach the device configuration table.</summary>
public static class DctAccess
{
    const ushort FirstWithDctFunctions = 200;

    /// <summary>
    /// True on boards whose bootloader has the code itself. The bootloaders of Photon and P1 borrow it from system part 2, which must be
    /// intact and not too old, with a system part 1 that satisfies it; part 1 is taken to need a right CRC as well.
    /// </summary>
    public static bool BootloaderCanUse(BoardHardware hardware)
    {
        if (!hardware.Platform.Traits.DctCodeInSystemParts) return true;
        var modules = new FlashModules(hardware, FirstWithDctFunctions);
        return TryReadPart(modules, 2, out var part2) && part2.Version >= FirstWithDctFunctions
            && TryReadPart(modules, 1, out var part1)
            && part2.Dependencies.All(dependency => dependency.Module != part1.Module || part1.Version >= dependency.Version);
    }

    static bool TryReadPart(FlashModules modules, byte index, out ModuleHeader header)
    {
        header = default;
        if (modules.Map.Find(new(ModuleFunction.SystemPart, index)) is not { } row || !modules.TryRead(row, out var module)) return false;
        header = module.Header;
        return module.IntegrityOk && row.Admits(header);
    }
}
