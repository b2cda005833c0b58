namespace Pogoline.Planning;

/// <summary>
/// Makes the plan that brings a board to a release over the routes that are open. Where DFU is open it carries what it can, since it alone reads
/// back; the running system is sent what DFU cannot write, before or after. Releases to pass through are planned one after the other. Pure.
/// </summary>
public static class RoutePlanner
{
    /// <summary>The plan for a goal.</summary>
    /// <param name="inventory">What is on the board.</param>
    /// <param name="goal">What is to be there; <see cref="Goal.Through"/> names the releases to pass through.</param>
    /// <param name="open">The routes that may be used.</param>
    /// <exception cref="PogolineException"><see cref="PlanFaults"/>: the goal cannot be reached from there.</exception>
    public static Plan Make(Inventory inventory, Goal goal, IReadOnlyCollection<Route> open)
    {
        ArgumentOutOfRangeException.ThrowIfZero(open.Count);
        var steps = new List<PlanStep>();
        var notes = new List<string>();
        var passages = new List<PlannedPassage>();
        var now = inventory;
        foreach (var passed in goal.Through)
        {
            if (Pass(now, goal, passed, open) is not { } stage) continue;
            steps.AddRange(stage.Steps);
            passages.Add(new(passed.Passage.Release, passed.Passage.Reason, [.. stage.Outlook.Modules.Where(m => m.Action == ModuleAction.Written)]));
            now = stage.Outlook.AfterAll;
        }
        var outlook = Outlook.Of(now, Reachable(now, goal, open, notes));
        notes.AddRange(outlook.Notes);
        steps.AddRange(Steps(outlook, open, isLast: true, notes));
        List<PlannedModule> modules = [.. outlook.Modules.Select(m => SinceTheStart(m, inventory, passages))];
        var plan = new Plan
        {
            Platform = inventory.Platform.Name,
            Release = goal.Release,
            Modules = modules,
            Steps = FactoryPlanner.With(steps, modules, inventory.Platform, goal.FactoryFields, open),
            Through = passages,
            Notes = notes,
        };
        PlanCheck.Require(plan, inventory.Platform);
        return plan;
    }

    /// <summary>The route that carries system parts.</summary>
    public static Route Main(IReadOnlyCollection<Route> open) => open.Contains(Route.Dfu) ? Route.Dfu : Updates(open)!.Value;

    /// <summary>The route for what DFU cannot do; control requests rather than serial, which has to enter listening mode; null when neither is open.</summary>
    static Route? Updates(IReadOnlyCollection<Route> open) => open.Contains(Route.Control) ? Route.Control : open.Contains(Route.Serial) ? Route.Serial : null;

    static IReadOnlyList<PlanStep> Steps(Outlook outlook, IReadOnlyCollection<Route> open, bool isLast, List<string> notes)
    {
        if (!open.Contains(Route.Dfu)) return UpdatePlanner.Steps(outlook, Updates(open)!.Value, notes);
        var updates = Usable(outlook.Inventory, open);
        // What only a running system installs needs no DFU mode at all.
        if (updates is { } route && outlook.Inventory.SystemRuns && outlook.ToWrite is { Count: > 0 } all && all.All(p => FileModes.Find(p.Module.Id.Function, Route.Dfu)?.How != Delivery.Direct)
            && UpdateAcceptance.Orders(outlook.Inventory.Platform, outlook.Inventory.Modules, [.. all.Select(p => Inventory.Describe(p.Module))], throughout: false).Count > 0)
        {
            return UpdatePlanner.Steps(outlook, route, notes);
        }
        var setup = outlook.Inventory.Platform.Traits.SetupDone;
        var mustMark = isLast && !outlook.Goal.IsByHand && setup is not null && setup.Os.Contains(outlook.Goal.Release) && outlook.Inventory.IsSetUp == false;
        return DfuPlanner.Steps(outlook, updates, mustMark, notes);
    }

    /// <summary>The update route that the board can take beside DFU; none where nothing is known of it.</summary>
    static Route? Usable(Inventory inventory, IReadOnlyCollection<Route> open) =>
        !inventory.IsKnown ? null
        : Updates(open) is Route.Control && inventory.System is { } os && inventory.Platform.Traits.ControlRequests?.Contains(os) != true
            ? open.Contains(Route.Serial) ? Route.Serial : null
            : Updates(open);

    static Goal Reachable(Inventory inventory, Goal goal, IReadOnlyCollection<Route> open, List<string> notes) =>
        open.Contains(Route.Dfu) ? DfuPlanner.WithReachableNcp(inventory, goal, Usable(inventory, open), notes) : goal;

    /// <summary>The smallest part of a release with which it runs: its system parts, and what they need that is not there.</summary>
    static (Outlook Outlook, IReadOnlyList<PlanStep> Steps)? Pass(Inventory now, Goal goal, PassedRelease passed, IReadOnlyCollection<Route> open)
    {
        // User firmware that is replaced in the end is of no account on the way.
        var board = goal.App is null ? now : now with { Modules = [.. now.Modules.Where(m => m.Id.Function != ModuleFunction.UserPart)] };
        ModuleFunction[] functions = [ModuleFunction.SystemPart, ModuleFunction.Bootloader, ModuleFunction.RadioStack];
        PogolineException? failed = null;
        for (var count = 1; count <= functions.Length; count++)
        {
            try
            {
                var modules = passed.Modules.Where(m => functions.Take(count).Contains(m.Id.Function)).ToList();
                if (modules.TrueForAll(m => now.Find(m.Id)?.Version == m.Version)) return null;
                var outlook = Outlook.Of(board, Reachable(board, new() { Release = passed.Passage.Release, Modules = [.. modules, .. Ncp(goal, passed)], MayDowngrade = true }, open, []));
                return (outlook, Steps(outlook, open, isLast: false, []));
            }
            catch (PogolineException e)
            {
                failed ??= e;
            }
        }
        throw failed!;
    }

    /// <summary>NCP firmware is brought up while a release runs that can pass it on.</summary>
    static IEnumerable<Modules.FirmwareModule> Ncp(Goal goal, PassedRelease passed) =>
        goal.Modules.Concat(passed.Modules).Where(m => m.Id.Function == ModuleFunction.Ncp).Take(1);

    /// <summary>What changed since the start, not only in the last stage.</summary>
    static PlannedModule SinceTheStart(PlannedModule module, Inventory inventory, List<PlannedPassage> passages)
    {
        var earlier = passages.SelectMany(p => p.Modules).LastOrDefault(m => m.Id == module.Id);
        if (earlier is null) return module;
        return module with
        {
            From = inventory.Find(module.Id)?.Version,
            Action = ModuleAction.Written,
            Reason = module.Action == ModuleAction.Written ? $"{module.Reason}; on the way {earlier.To}" : $"{earlier.Reason}, on the way",
            Sha256 = module.Sha256 ?? earlier.Sha256,
            ContentSha256 = module.ContentSha256 ?? earlier.ContentSha256,
            Bytes = module.Bytes > 0 ? module.Bytes : earlier.Bytes,
        };
    }
}
