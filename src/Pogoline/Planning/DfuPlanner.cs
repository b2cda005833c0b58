using Pogoline.Platforms;

namespace Pogoline.Planning;

/// <summary>
/// Makes the plan that brings a board to a release by DFU, and by updates of the running system for what DFU cannot do where such a route is
/// open. Pure: nothing is read, written or asked. All modules are checked before the first step is made; what cannot be done is refused with the reason.
/// </summary>
/// <remarks>
/// DFU validates nothing, so the order within a pass is free but for two things: on Photon and P1 the OTA flag must be written while the old
/// system parts are in place, and elsewhere it comes last, so that an interrupted pass leaves no flag behind.
/// </remarks>
public static class DfuPlanner
{
    /// <summary>The plan for a goal by DFU alone.</summary>
    /// <exception cref="PogolineException"><see cref="PlanFaults"/>: the goal cannot be reached from there.</exception>
    public static Plan Make(Inventory inventory, Goal goal) => RoutePlanner.Make(inventory, goal, [Route.Dfu]);

    /// <summary>The steps for what DFU writes, and for what the running system has to take before or after.</summary>
    /// <param name="outlook">What the goal means for the board.</param>
    /// <param name="updates">The route for what DFU cannot do; null when none is open.</param>
    /// <param name="markSetUp">Whether to mark setup done.</param>
    /// <param name="notes">Takes what people should know.</param>
    internal static IReadOnlyList<PlanStep> Steps(Outlook outlook, Route? updates, bool markSetUp, List<string> notes)
    {
        var (inventory, goal) = (outlook.Inventory, outlook.Goal);
        var toWrite = outlook.ToWrite;
        var ncp = toWrite.FirstOrDefault(p => p.Module.Id.Function == ModuleFunction.Ncp);
        var (early, late) = NcpSteps(outlook, ncp, updates);
        var bootloader = toWrite.FirstOrDefault(p => p.Module.Id.Function == ModuleFunction.Bootloader);
        var technique = bootloader is null ? null : BootloaderRoute.Choose(outlook, bootloader, updates);
        if (technique?.Note is { } note) notes.Add(note);

        List<Placement> direct = [.. toWrite.Where(p => p != bootloader && p != ncp)];
        List<ExpectedModule> expected = [.. outlook.Expected.Where(e => late.Count == 0 || e.Id != ncp!.Module.Id)];
        List<PlanStep> steps = [.. early];
        if (technique is { When: BootloaderTurn.BeforeOthers, IsUpdate: true }) steps.AddRange(technique.Steps);
        steps.Add(new EnterDfuStep("modules are written and read by the bootloader's USB DFU"));
        steps.AddRange(Pass(outlook, direct, technique, markSetUp));
        if (goal.StaysInDfu)
        {
            steps.Add(new StayStep("the board was in DFU mode before, and more may follow"));
            return steps;
        }
        var isFlagLeft = technique is { IsUpdate: false, When: not BootloaderTurn.BeforeOthers };
        var lateBootloader = technique is { IsUpdate: true, When: BootloaderTurn.AfterOthers };
        steps.Add(new RestartStep(lateBootloader ? Without(expected, bootloader!) : expected, isFlagLeft
            ? $"Device OS {goal.Release} starts, takes the bootloader from its OTA region, restarts, and reports its modules"
            : $"Device OS {goal.Release} starts and reports its modules"));
        if (lateBootloader) steps.AddRange(technique!.Steps);
        steps.AddRange(late);
        return steps;
    }

    static IEnumerable<PlanStep> Pass(Outlook outlook, List<Placement> direct, BootloaderRoute? bootloader, bool markSetUp)
    {
        var others = DirectSteps(outlook, direct).ToList();
        if (markSetUp && outlook.Inventory.Platform.Traits.SetupDone is { } setup)
        {
            others.Add(new DctByteStep(setup.Offset, setup.Value, "setup done: before Device OS 4.0.0 the board would wait in listening mode at every start without it"));
        }
        if (bootloader is null or { IsUpdate: true }) return others;
        return bootloader.When switch
        {
            BootloaderTurn.BeforeOthers =>
            [
                .. bootloader.Steps,
                new RestartStep([.. outlook.Expected.Where(e => e.Function == ModuleFunction.Bootloader)], $"the installed Device OS {outlook.Inventory.System} takes the bootloader from its OTA region"),
                new EnterDfuStep("the other modules follow under the new bootloader"),
                .. others,
            ],
            BootloaderTurn.FirstInPass => [.. bootloader.Steps, .. others],
            BootloaderTurn.LastInPass => [.. others, .. bootloader.Steps],
            _ =>
            [
                .. others,
                new RestartStep([.. outlook.Expected.Where(e => e.Function is not (ModuleFunction.Bootloader or ModuleFunction.Ncp))],
                    "the device configuration can be written only with working system parts; they start here"),
                new EnterDfuStep("the bootloader follows"),
                .. bootloader.Steps,
            ],
        };
    }

    static IEnumerable<PlanStep> DirectSteps(Outlook outlook, List<Placement> direct)
    {
        var goal = outlook.Goal;
        var ordered = direct.OrderBy(p => p.Component.Function switch
        {
            ModuleFunction.RadioStack => 0,
            ModuleFunction.SystemPart => 1,
            _ => 2,
        }).ThenBy(p => p.FileKind, StringComparer.Ordinal);
        foreach (var placement in ordered)
        {
            var module = placement.Module;
            if (placement.Component.Function == ModuleFunction.UserPart && outlook.User.StaleHeader is { } stale) yield return stale;
            yield return new WriteStep(placement.Component.Name, placement.Component.Storage, module.Range.Start, placement.FileSha256,
                module.Image.Length - module.DeviceBytes.Length, module.DeviceBytes.Length, placement.Component.Function switch
                {
                    ModuleFunction.RadioStack => "the SoftDevice goes first, without its header: the flash holds only what follows it",
                    ModuleFunction.UserPart => $"user firmware goes last, at the address in its header ({module.Range.Start})",
                    _ when placement.Position.File is { } file => $"file {file} is module index {module.Id.Index}: its header decides the address, not its name",
                    _ => $"system parts of {goal.Release} in numerical order, all before the restart",
                })
            {
                Function = module.Id.Function,
                Index = module.Id.Index,
                Release = module.Id.Function == ModuleFunction.UserPart ? null : goal.Release,
            };
        }
    }

    /// <summary>NCP firmware only a running system can pass on: the one that is installed if it can, else the new one.</summary>
    static (IReadOnlyList<PlanStep> Early, IReadOnlyList<PlanStep> Late) NcpSteps(Outlook outlook, Placement? ncp, Route? updates)
    {
        if (ncp is null || updates is not { } route) return ([], []);
        return CanPassOn(outlook.Inventory, ncp.Component)
            ? ([UpdatePlanner.Step(ncp, route, null, [Expect(ncp)], "the NCP before DFU: only a running system can pass it on")], [])
            : ([], [UpdatePlanner.Step(ncp, route, null, outlook.Expected, $"the NCP after DFU: Device OS {outlook.Goal.Release} can pass it on, the installed one cannot")]);
    }

    /// <summary>The goal without NCP firmware that nothing could pass on.</summary>
    internal static Goal WithReachableNcp(Inventory inventory, Goal goal, Route? updates, List<string> notes)
    {
        if (goal.Modules.FirstOrDefault(m => m.Id.Function == ModuleFunction.Ncp) is not { } ncp || inventory.Platform.Find(ncp.Id) is not { } component) return goal;
        if (updates is not null && (CanPassOn(inventory, component) || component.PositionsFor(goal.Release).Any())) return goal;
        notes.Add(updates is null ? "The NCP stays as it is: DFU cannot reach it, and no running system may be asked."
            : $"The NCP stays as it is: neither the installed Device OS nor {goal.Release} can pass its firmware on.");
        return goal with { Modules = [.. goal.Modules.Where(m => m != ncp)] };
    }

    static bool CanPassOn(Inventory inventory, Component ncp) => inventory is { SystemRuns: true, System: { } os } && ncp.PositionsFor(os).Any();

    static ExpectedModule Expect(Placement placement) => new(placement.Module.Id.Function, placement.Module.Id.Index, placement.Module.Version);

    static List<ExpectedModule> Without(List<ExpectedModule> expected, Placement placement) => [.. expected.Where(e => e.Id != placement.Module.Id)];
}
