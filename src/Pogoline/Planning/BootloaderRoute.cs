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
/// How the bootloader gets in. DFU cannot write a running one, so by the OTA-flag technique its image goes into the OTA region, one byte of the
/// device configuration is set, and the system that starts next takes it as a finished update; which system that is decides the address. Where
/// that needs a pass of its own, a running system that can be sent the file is the shorter way.
/// </summary>
sealed record BootloaderRoute(BootloaderTurn When, IReadOnlyList<PlanStep> Steps, string? Note = null)
{
    /// <summary>Whether the running system is sent the file; else it is the OTA flag.</summary>
    public bool IsUpdate => Steps is [UpdateStep];

    public static BootloaderRoute Choose(Outlook outlook, Placement bootloader, Route? updates)
    {
        var (inventory, goal) = (outlook.Inventory, outlook.Goal);
        var platform = inventory.Platform;
        List<InstalledModule> withoutNew = [.. outlook.After.Where(m => m.Id.Function != ModuleFunction.Bootloader)];
        if (Takes(platform, withoutNew, goal.Release, bootloader) && OtaArea(inventory, goal.Release) is { } area)
        {
            var turn = TurnInPass(inventory);
            if (turn == BootloaderTurn.AfterOthers && updates is { } route) return new(turn, [Sent(bootloader, route, goal.Release, "the new system parts run, and take it")]);
            var assumed = !inventory.IsKnown && platform.Traits.WholeExternalFlashFromBootloader > 0
                ? $"The plan holds for a bootloader of version {platform.Traits.WholeExternalFlashFromBootloader} or later; an older one cannot reach the OTA region at {area.Start}."
                : null;
            return new(turn, FlagSteps(platform, bootloader, area, turn, goal.Release, goal.Release), assumed);
        }
        if (inventory is { SystemRuns: true, System: { } installed } && UpdateAcceptance.Check(platform, inventory.Modules, Inventory.Describe(bootloader.Module)) == UpdateRefusal.None)
        {
            if (updates is { } route)
            {
                return new(BootloaderTurn.BeforeOthers, [Sent(bootloader, route, goal.Release, $"the bootloader first: the installed Device OS {installed} takes it, and by DFU it would need a pass of its own")]);
            }
            if (platform.Traits.OtaFlag!.Os.Contains(installed) && OtaArea(inventory, installed) is { } present)
            {
                return new(BootloaderTurn.BeforeOthers, FlagSteps(platform, bootloader, present, BootloaderTurn.BeforeOthers, installed, goal.Release));
            }
        }
        throw new PogolineException(PlanFaults.Route,
            $"The bootloader {bootloader.Module.Version} cannot be installed by DFU: neither Device OS {goal.Release} nor what is on the board can take it from its OTA region.",
            inventory.SystemRuns ? "Use serial or control requests on the running system, or SWD; or go to a nearer release first."
                : "Reset the board; if its system starts, run the same command again. Otherwise use SWD.");
    }

    static BootloaderTurn TurnInPass(Inventory inventory)
    {
        if (!inventory.Platform.Traits.DctCodeInSystemParts) return BootloaderTurn.LastInPass;
        List<InstalledModule> parts = [.. inventory.Modules.Where(m => m.Id.Function == ModuleFunction.SystemPart)];
        var works = inventory.ConfigurationWorks ?? (!inventory.IsKnown || (parts.Count > 0 && parts.TrueForAll(m => m.Intact == true)));
        return works ? BootloaderTurn.FirstInPass : BootloaderTurn.AfterOthers;
    }

    static UpdateStep Sent(Placement bootloader, Route route, DeviceOsVersion release, string reason) =>
        UpdatePlanner.Step(bootloader, route, release, [new(bootloader.Module.Id.Function, bootloader.Module.Id.Index, bootloader.Module.Version)], reason);

    static List<PlanStep> FlagSteps(Platform platform, Placement bootloader, Area area, BootloaderTurn turn, DeviceOsVersion taker, DeviceOsVersion release)
    {
        var flag = platform.Traits.OtaFlag!;
        return
        [
            new WriteStep(bootloader.Component.Name, area.Storage, area.Start, bootloader.FileSha256, 0, bootloader.Module.Image.Length,
                turn == BootloaderTurn.FirstInPass
                    ? "before the system parts: the bootloader uses their code to write the flag that follows"
                    : $"DFU cannot write a running bootloader: it waits in the OTA region of Device OS {taker}")
            {
                Function = bootloader.Module.Id.Function,
                Index = bootloader.Module.Id.Index,
                Release = release,
            },
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
