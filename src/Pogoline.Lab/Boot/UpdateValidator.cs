namespace Pogoline.Lab.Boot;

/// <summary>Decides whether a running system takes an update, by whichever route it came.</summary>
/// <param name="platformId">The board's platform id.</param>
/// <param name="generation">2 or 3.</param>
/// <param name="map">The map of the running system.</param>
/// <param name="installed">The modules in place; joined modules are judged against these, not against each other.</param>
public sealed class UpdateValidator(int platformId, int generation, FirmwareMap map, IInstalledModules installed)
{
    /// <summary>Header byte 8 of an image for an ESP32, the only co-processor that can be updated.</summary>
    public const byte Esp32 = 0x21;

    bool KnowsFlags => generation == 3 && installed.SystemVersion >= SystemVersions.UpdateSlotsForBootloader;

    /// <summary>Judges everything in an update; the first reason for a refusal counts.</summary>
    /// <param name="image">The update.</param>
    /// <param name="freeSlots">General slots that are free.</param>
    public UpdateCode Judge(UpdateImage image, int freeSlots)
    {
        foreach (var member in image.Members)
        {
            if (Judge(member.Module) is var code and not UpdateCode.Accepted) return code;
        }
        if (image.IsCut) return installed.SystemVersion >= SystemVersions.V3 ? UpdateCode.TooLarge : UpdateCode.Range;
        if (image.Members.Count > freeSlots) return generation == 2 ? UpdateCode.NoSlotGen2 : UpdateCode.NoSlot;
        return UpdateCode.Accepted;
    }

    /// <summary>Judges one module.</summary>
    public UpdateCode Judge(ModuleImage module)
    {
        var header = module.Header;
        if (map.Find(header.Module) is not { } row || !row.Admits(header)) return UpdateCode.ModuleNotFound;
        if (!module.IntegrityOk) return UpdateCode.Integrity;
        if (!DependencyRules.AreMetForUpdate(header, installed) || !DependencyRules.LeavesOthersMet(header, installed)) return UpdateCode.Dependency;
        if (header.PlatformId != platformId) return UpdateCode.Platform;
        return KnowsFlags ? JudgeFlags(module) : UpdateCode.Accepted;
    }

    /// <summary>The checks that the first module of an update fails, as systems before 2.0.0 name them.</summary>
    public ModuleChecks FailedChecks(UpdateImage image)
    {
        if (image.Members is not [var member, ..] || map.Find(member.Module.Header.Module) is not { } row || !row.Admits(member.Module.Header))
            return ModuleChecks.Boot | ModuleChecks.DependenciesFull;
        var (module, header) = (member.Module, member.Module.Header);
        var failed = ModuleChecks.None;
        if (!module.IntegrityOk) failed |= ModuleChecks.Integrity;
        if (!DependencyRules.AreMetForUpdate(header, installed)) failed |= ModuleChecks.Dependencies;
        if (!DependencyRules.LeavesOthersMet(header, installed)) failed |= ModuleChecks.DependenciesFull;
        if (header.PlatformId != platformId) failed |= ModuleChecks.Platform;
        return failed;
    }

    static UpdateCode JudgeFlags(ModuleImage module)
    {
        var header = module.Header;
        if (module.HeaderOffset > 0 && (header.Flags & (ModuleHeader.DropHeader | ModuleHeader.Compressed)) != 0) return UpdateCode.Format;
        if ((header.Flags & ModuleHeader.Compressed) != 0
            && header.Module.Function is not (ModuleFunction.UserPart or ModuleFunction.SystemPart)) return UpdateCode.NotSupported;
        if (header.Module.Function == ModuleFunction.Ncp && header.Mcu != Esp32) return UpdateCode.Platform;
        return UpdateCode.Accepted;
    }
}
