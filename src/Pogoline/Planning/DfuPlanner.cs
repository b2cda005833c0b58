namespace Pogoline.Planning;

/// <summary>
/// Makes the plan that brings a board to a release by DFU alone. Pure: nothing is read, written or asked. All modules are checked before the
/// first step is made; what cannot be done is refused with the reason.
/// </summary>
/// <remarks>
/// DFU validates nothing, so the order within a pass is free but for two things: on Photon and P1 the OTA flag must be written while the old
/// system parts are in place, and elsewhere it comes last, so that an interrupted pass leaves no flag behind.
/// </remarks>
public static class DfuPlanner
{
    /// <summary>The plan for a goal.</summary>
    /// <exception cref="PogolineException"><see cref="PlanFaults"/>: the goal cannot be reached from there.</exception>
    public static Plan Make(Inventory inventory, Goal goal)
    {
        var platform = inventory.Platform;
        if (inventory.System is { } system && goal.Release < system && !goal.MayDowngrade)
        {
            throw new PogolineException(PlanFaults.Downgrade, $"The board has Device OS {system}, {goal.Release} is older.",
                $"Name the version exactly (--os {goal.Release}) or add --allow-downgrade.");
        }
        var placed = Placement.Of(platform, goal);
        var user = UserPartDecision.Make(inventory, goal, placed);
        var modules = placed.Select(p => Describe(inventory, p)).Concat(Kept(inventory, placed, user)).ToList();
        var after = EndState(inventory, placed, modules);
        var notes = new List<string>(user.Notes);
        RequireDependencies(inventory, goal, after, notes);

        var toWrite = placed.Where(p => modules.Single(m => m.Id == p.Module.Id).Action == ModuleAction.Written).ToList();
        var bootloader = toWrite.Find(p => p.Component.Function == ModuleFunction.Bootloader);
        var application = bootloader is null ? null : BootloaderRoute.Choose(inventory, goal, bootloader, after);
        if (application?.Note is { } note) notes.Add(note);

        var plan = new Plan
        {
            Platform = platform.Name,
            Release = goal.Release,
            Modules = modules,
            Steps = Steps(inventory, goal, [.. toWrite.Where(p => p != bootloader)], application, user, Expected(modules)),
            Notes = notes,
        };
        PlanCheck.Require(plan, platform);
        return plan;
    }

    static List<PlanStep> Steps(Inventory inventory, Goal goal, List<Placement> direct, BootloaderRoute? bootloader,
        UserPartDecision user, IReadOnlyList<ExpectedModule> expected)
    {
        var steps = new List<PlanStep> { new EnterDfuStep("modules are written and read by the bootloader's USB DFU") };
        var updated = expected.Where(e => e.Function == ModuleFunction.Bootloader).ToList();
        var others = expected.Where(e => e.Function != ModuleFunction.Bootloader).ToList();
        switch (bootloader?.When)
        {
            case BootloaderTurn.BeforeOthers:
                steps.AddRange(bootloader.Steps);
                steps.Add(new RestartStep(updated, $"the installed Device OS {inventory.System} takes the bootloader from its OTA region"));
                steps.Add(new EnterDfuStep("the other modules follow under the new bootloader"));
                steps.AddRange(DirectSteps(goal, direct, user));
                break;
            case BootloaderTurn.FirstInPass:
                steps.AddRange(bootloader.Steps);
                steps.AddRange(DirectSteps(goal, direct, user));
                break;
            case BootloaderTurn.LastInPass:
                steps.AddRange(DirectSteps(goal, direct, user));
                steps.AddRange(bootloader.Steps);
                break;
            case BootloaderTurn.AfterOthers:
                steps.AddRange(DirectSteps(goal, direct, user));
                steps.Add(new RestartStep(others, "the device configuration can be written only with working system parts; they start here"));
                steps.Add(new EnterDfuStep("the bootloader follows"));
                steps.AddRange(bootloader.Steps);
                break;
            default:
                steps.AddRange(DirectSteps(goal, direct, user));
                break;
        }
        steps.Add(new RestartStep(expected, bootloader is { When: not BootloaderTurn.BeforeOthers }
            ? $"Device OS {goal.Release} starts, takes the bootloader from its OTA region, restarts, and reports its modules"
            : $"Device OS {goal.Release} starts and reports its modules"));
        return steps;
    }

    static IEnumerable<PlanStep> DirectSteps(Goal goal, List<Placement> direct, UserPartDecision user)
    {
        var ordered = direct.OrderBy(p => p.Component.Function switch
        {
            ModuleFunction.RadioStack => 0,
            ModuleFunction.SystemPart => 1,
            _ => 2,
        }).ThenBy(p => p.Position.File ?? p.Component.Name, StringComparer.Ordinal);
        foreach (var placement in ordered)
        {
            if (placement.Component.Function == ModuleFunction.UserPart && user.StaleHeader is { } stale) yield return stale;
            var skip = placement.Module.Image.Length - placement.Module.DeviceBytes.Length;
            yield return new WriteStep(placement.Component.Name, placement.Component.Storage, placement.Module.Range.Start, placement.FileSha256,
                skip, placement.Module.DeviceBytes.Length, placement.Component.Function switch
                {
                    ModuleFunction.RadioStack => "the SoftDevice goes first, without its header: the flash holds only what follows it",
                    ModuleFunction.UserPart => $"user firmware goes last, at the address in its header ({placement.Module.Range.Start})",
                    _ when placement.Position.File is { } file => $"file {file} is module index {placement.Module.Id.Index}: its header decides the address, not its name",
                    _ => $"system parts of {goal.Release} in numerical order, all before the restart",
                });
        }
    }

    static PlannedModule Describe(Inventory inventory, Placement placement)
    {
        var installed = inventory.Find(placement.Module.Id);
        var same = installed?.ContentSha256 == placement.ContentSha256;
        return new()
        {
            Name = placement.Component.Name,
            Function = placement.Module.Id.Function,
            Index = placement.Module.Id.Index,
            From = installed?.Version,
            To = placement.Module.Version,
            Action = same ? ModuleAction.Skipped : ModuleAction.Written,
            Reason = same ? "the board holds exactly this content"
                : installed is null ? (inventory.IsKnown ? "the board has none" : "the board was not looked at")
                : installed.Version == placement.Module.Version ? "same version, but other content" : $"{installed.Version} → {placement.Module.Version}",
            Start = placement.Module.Range.Start,
            Sha256 = placement.FileSha256,
            ContentSha256 = placement.ContentSha256,
            Bytes = placement.Module.Image.Length,
        };
    }

    static IEnumerable<PlannedModule> Kept(Inventory inventory, IReadOnlyList<Placement> placed, UserPartDecision user) =>
        from installed in inventory.Modules
        let component = inventory.Platform.Find(installed.Id)
        where component is not null && placed.All(p => p.Component != component)
        where component.Function != ModuleFunction.UserPart || installed == user.Kept
        select new PlannedModule
        {
            Name = component.Name,
            Function = installed.Id.Function,
            Index = installed.Id.Index,
            From = installed.Version,
            To = installed.Version,
            Action = ModuleAction.Kept,
            Reason = component.Function switch
            {
                ModuleFunction.UserPart => "no user firmware was given",
                ModuleFunction.Ncp => "the NCP is out of reach of DFU",
                _ => "the release brings none",
            },
            Start = installed.Range.Start,
            ContentSha256 = installed.ContentSha256,
        };

    static List<InstalledModule> EndState(Inventory inventory, IReadOnlyList<Placement> placed, List<PlannedModule> modules) =>
        [.. placed.Select(p => Inventory.Describe(p.Module)),
            .. modules.Where(m => m.Action == ModuleAction.Kept).Select(m => inventory.Find(m.Id)!)];

    static void RequireDependencies(Inventory inventory, Goal goal, List<InstalledModule> after, List<string> notes)
    {
        foreach (var unmet in DependencyClosure.Unmet(after))
        {
            var function = unmet.Need.Module.Function;
            var present = after.Find(m => m.Id == unmet.Need.Module);
            if (present is null && function == ModuleFunction.Ncp)
            {
                notes.Add($"{unmet}. DFU cannot see the NCP; the board's report after the restart decides.");
                continue;
            }
            if (present is null && (!inventory.IsKnown || (function == ModuleFunction.Bootloader && inventory.Platform.Traits.EmbedsBootloader)))
            {
                notes.Add($"{unmet}; the release brings none, so the one on the board must do.");
                continue;
            }
            throw new PogolineException(PlanFaults.Dependency,
                $"After the plan {unmet}, and there would be {(present is null ? "none" : $"version {present.Version}")}.",
                function == ModuleFunction.Ncp ? "Bring the NCP to 0.0.7 from a running Device OS 3.0 to 5.5 first (serial or control requests)."
                    : unmet.Module.Id.Function == ModuleFunction.UserPart ? $"Give user firmware built for Device OS {goal.Release} or earlier with --app."
                    : "Take all modules from one release.");
        }
    }

    static List<ExpectedModule> Expected(List<PlannedModule> modules) =>
        [.. modules.Where(m => m.Action != ModuleAction.Kept || m.Function == ModuleFunction.UserPart)
            .Select(m => new ExpectedModule(m.Function, m.Index, m.To))];
}
