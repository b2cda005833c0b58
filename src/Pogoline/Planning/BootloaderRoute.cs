using Pogoline.Platforms;

namespace Pogoline.Planning;

/// <summary>When the bootloader has its turn among the other modules.</summary>
enum BootloaderTurn
{
    /// <summary>In a pass of its own, taken by the system that is installed.</summary>
    BeforeOthers,

    /// <summary>In the same pass, before the system parts.</summary>
    FirstInPass,

    /// <summary>In the same pass, after everything else.</summary>
    LastInPass,

    /// <summary>In a pass of its own, after the new system has started.</summary>
    AfterOthers,
}

/// <summary>
/// The OTA-flag technique: DFU cannot write a running bootloader, so its image goes into the OTA region, one byte of the device
/// configuration is set, and the system that starts next takes it as a finished update. Which system that is decides the address.
/// </summary>
sealed record BootloaderRoute(BootloaderTurn When, IReadOnlyList<PlanStep> Steps, string? Note = null)
{
    public static BootloaderRoute Choose(Inventory inventory, Goal goal, Placement bootloader, IReadOnlyList<InstalledModule> after)
    {
        var platform = inventory.Platform;
        var partsIntact = inventory.Modules.Where(m => m.Id.Function == ModuleFunction.SystemPart).Any()
            && inventory.Modules.Where(m => m.Id.Function == ModuleFunction.SystemPart).All(m => m.Intact == true);
        var withoutNew = after.Where(m => m.Id.Function != ModuleFunction.Bootloader).ToList();
        if (Takes(platform, withoutNew, goal.Release, bootloader) && OtaArea(inventory, goal.Release) is { } area)
        {
            var turn = !platform.Traits.DctCodeInSystemParts ? BootloaderTurn.LastInPass
                : !inventory.IsKnown || partsIntact ? BootloaderTurn.FirstInPass : BootloaderTurn.AfterOthers;
            var assumed = !inventory.IsKnown && platform.Traits.WholeExternalFlashFromBootloader > 0
                ? $"The plan holds for a bootloader of version {platform.Traits.WholeExternalFlashFromBootloader} or later; an older one cannot reach the OTA region at {area.Start}."
                : null;
            return new(turn, FlagSteps(platform, bootloader, area, turn, goal.Release), assumed);
        }
        if (inventory is { SystemRuns: true, System: { } installed } && Takes(platform, inventory.Modules, installed, bootloader)
            && OtaArea(inventory, installed) is { } present)
        {
            return new(BootloaderTurn.BeforeOthers, FlagSteps(platform, bootloader, present, BootloaderTurn.BeforeOthers, installed));
        }
        throw new PogolineException(PlanFaults.Route,
            $"The bootloader {bootloader.Module.Version} cannot be installed by DFU: neither Device OS {goal.Release} nor what is on the board can take it from its OTA region.",
            inventory.SystemRuns ? "Use serial or control requests on the running system, or SWD; or go to a nearer release first."
                : "Reset the board; if its system starts, run the same command again. Otherwise use SWD.");
    }

    static List<PlanStep> FlagSteps(Platform platform, Placement bootloader, Area area, BootloaderTurn turn, DeviceOsVersion taker)
    {
        var flag = platform.Traits.OtaFlag!;
        return
        [
            new WriteStep(bootloader.Component.Name, area.Storage, area.Start, bootloader.FileSha256, 0, bootloader.Module.Image.Length,
                turn == BootloaderTurn.FirstInPass
                    ? "before the system parts: the bootloader uses their code to write the flag that follows"
                    : $"DFU cannot write a running bootloader: it waits in the OTA region of Device OS {taker}"),
            new DctByteStep(flag.Offset, flag.Value, "the OTA flag: the next start of the system takes the OTA region as a finished update"),
        ];
    }

    static bool Takes(Platform platform, IReadOnlyCollection<InstalledModule> installed, DeviceOsVersion system, Placement bootloader) =>
        platform.Traits.OtaFlag is { } flag && flag.Os.Contains(system)
        && UpdateAcceptance.Check(platform, installed, Inventory.Describe(bootloader.Module)) == UpdateRefusal.None;

    /// <summary>The OTA region of a Device OS version, if the bootloader that is on the board can write there.</summary>
    static Area? OtaArea(Inventory inventory, DeviceOsVersion os)
    {
        var area = inventory.Platform.FindArea(AreaNames.Ota, os);
        var traits = inventory.Platform.Traits;
        var isOld = inventory.Modules.Any(m => m.Id.Function == ModuleFunction.Bootloader && m.Version < traits.WholeExternalFlashFromBootloader);
        return area is not null && isOld && area.Range.End.Value > traits.ExternalFlashReachOfOldBootloaders ? null : area;
    }
}
