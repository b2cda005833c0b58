using Pogoline.Platforms;

namespace Pogoline.Planning;

/// <summary>
/// Orders what is sent to the running system, file by file with a restart after each, so that it accepts every one; among the orders it accepts,
/// one that never leaves the board in safe mode if there is such, and then the vendor's: bootloader, NCP, SoftDevice, system parts, user
/// firmware, and going down the reverse.
/// </summary>
static class UpdatePlanner
{
    /// <summary>The steps for everything that is to be written.</summary>
    /// <exception cref="PogolineException"><see cref="PlanFaults.Route"/>: there is no order that the board accepts.</exception>
    public static IReadOnlyList<PlanStep> Steps(Outlook outlook, Route route, List<string> notes)
    {
        var (inventory, toWrite) = (outlook.Inventory, outlook.ToWrite);
        RequireRunning(inventory, route);
        foreach (var placement in toWrite) RequireTaken(inventory, outlook.Goal, placement, route);
        if (toWrite.Count == 0) return [];
        var isDown = inventory.System is { } system && outlook.Goal.Release < system;
        var order = BestOrder(outlook, toWrite, isDown) ?? throw Refused(outlook, toWrite, route);
        var steps = new List<PlanStep>();
        IReadOnlyCollection<InstalledModule> installed = inventory.Modules;
        var unmetAtFirst = DependencyClosure.Unmet(installed).Select(u => u.Module.Id).ToHashSet();
        for (var i = 0; i < order.Count; i++)
        {
            var (placement, isLast) = (order[i], i == order.Count - 1);
            installed = After(inventory.Platform, installed, Inventory.Describe(placement.Module));
            var unmet = DependencyClosure.Unmet(installed).FirstOrDefault(u => !unmetAtFirst.Contains(u.Module.Id));
            var reason = Reason(outlook, placement, isDown);
            if (unmet is not null && !isLast) reason += $"; after it the system starts in safe mode ({unmet})";
            steps.Add(Step(placement, route, placement.Module.Id.Function is ModuleFunction.UserPart or ModuleFunction.Ncp ? null : outlook.Goal.Release,
                isLast ? outlook.Expected : [new(placement.Module.Id.Function, placement.Module.Id.Index, placement.Module.Version)], reason) with
            {
                LeavesSafeMode = unmet is not null && !isLast,
            });
        }
        if (steps.Exists(s => s is UpdateStep { LeavesSafeMode: true }))
        {
            notes.Add("On the way the board starts in safe mode, where it would look for the missing modules over the air: it is put into listening mode as soon as it is back, "
                + "and what it should have completed by itself all the same is not sent again.");
        }
        return steps;
    }

    /// <summary>One file for the running system.</summary>
    public static UpdateStep Step(Placement placement, Route route, DeviceOsVersion? release, IReadOnlyList<ExpectedModule> expected, string reason) => new(
        placement.Component.Name, placement.Module.Id.Function, placement.Module.Id.Index, release, placement.Module.Version, route,
        placement.FileSha256, placement.Module.Image.Length, expected, reason);

    /// <summary>Refuses a route that the board cannot take as it is.</summary>
    public static void RequireRunning(Inventory inventory, Route route)
    {
        if (inventory.IsKnown && !inventory.SystemRuns)
        {
            throw new PogolineException(PlanFaults.Route, $"By {route.Spelled()} a running system is needed, and the board is in DFU mode or its system does not start.",
                "Reset the board; if its system starts, run the same command again. Otherwise use --route dfu.");
        }
        if (inventory.System is null)
        {
            throw new PogolineException(PlanFaults.Route, $"By {route.Spelled()} the running system decides what it takes, and which one that is is not known.",
                "Say what the board has with --from, or name the board.");
        }
        if (route == Route.Control && inventory.Platform.Traits.ControlRequests?.Contains(inventory.System) != true)
        {
            throw new PogolineException(PlanFaults.Route, $"Device OS {inventory.System} of {inventory.Platform.DisplayName} does not answer control requests ({inventory.Platform.Traits.ControlRequests} do).",
                "Use --route serial or --route dfu.");
        }
    }

    static void RequireTaken(Inventory inventory, Goal goal, Placement placement, Route route)
    {
        var cell = FileModes.Require(inventory.Platform, placement.Module.Id, route);
        if (!cell.Os.Contains(inventory.System!) && !cell.Os.Contains(goal.Release))
        {
            throw new PogolineException(PlanFaults.Route, $"The {placement.Module.Id} needs a running Device OS {cell.Os} to go by {route.Spelled()}.", "Use --route dfu.");
        }
    }

    static List<Placement>? BestOrder(Outlook outlook, IReadOnlyList<Placement> toWrite, bool isDown)
    {
        var (platform, before) = (outlook.Inventory.Platform, outlook.Inventory.Modules);
        var modules = toWrite.ToDictionary(p => p.Module.Id, p => p);
        var ranks = toWrite.OrderBy(p => p.Module.Id.Function switch
        {
            ModuleFunction.Bootloader => 0,
            ModuleFunction.Ncp => 1,
            ModuleFunction.RadioStack => 2,
            ModuleFunction.SystemPart => 3,
            _ => 4,
        }).ThenBy(p => p.FileKind, StringComparer.Ordinal).Select((p, rank) => (p.Module.Id, Rank: isDown ? toWrite.Count - rank : rank)).ToDictionary(r => r.Id, r => r.Rank);
        return UpdateAcceptance.Orders(platform, before, [.. toWrite.Select(p => Inventory.Describe(p.Module))], throughout: false)
            .OrderBy(order => SafeModes(platform, before, order))
            .ThenBy(order => string.Concat(order.Select(m => (char)('a' + ranks[m.Id]))), StringComparer.Ordinal)
            .FirstOrDefault()?.Select(m => modules[m.Id]).ToList();
    }

    /// <summary>How often the board starts with something lacking that did not lack at first.</summary>
    static int SafeModes(Platform platform, IReadOnlyCollection<InstalledModule> installed, IReadOnlyList<InstalledModule> order)
    {
        var atFirst = DependencyClosure.Unmet(installed).Select(u => u.Module.Id).ToHashSet();
        var count = 0;
        foreach (var module in order)
        {
            installed = After(platform, installed, module);
            if (DependencyClosure.Unmet(installed).Any(u => !atFirst.Contains(u.Module.Id))) count++;
        }
        return count;
    }

    static List<InstalledModule> After(Platform platform, IReadOnlyCollection<InstalledModule> installed, InstalledModule module) =>
        [.. UpdateAcceptance.Replace(installed, module).Where(m => m == module || platform.Find(m.Id)?.Function != ModuleFunction.UserPart || module.Id.Function != ModuleFunction.UserPart)];

    static string Reason(Outlook outlook, Placement placement, bool isDown) => placement.Module.Id.Function switch
    {
        ModuleFunction.Bootloader => isDown ? "the bootloader after the system parts that need the newer one" : "the bootloader before the system parts that need it",
        ModuleFunction.Ncp => "the NCP, which only a running system can pass on",
        ModuleFunction.RadioStack => "the SoftDevice; the running system drops its header",
        ModuleFunction.UserPart => isDown ? "user firmware first on the way down: the installed one may need the newer system" : "user firmware last: it may need the new system",
        _ when isDown => "going down, system parts go in reverse order, so that the running system keeps what it needs",
        _ => $"system parts of {outlook.Goal.Release} in the order of their dependencies{(placement.Position.File is { } file ? $": file {file} is module index {placement.Module.Id.Index}" : "")}",
    };

    static PogolineException Refused(Outlook outlook, IReadOnlyList<Placement> toWrite, Route route)
    {
        var (platform, installed) = (outlook.Inventory.Platform, outlook.Inventory.Modules);
        // The refusal that stays when everything has been sent that is taken tells most.
        IReadOnlyCollection<InstalledModule> reached = installed;
        var left = toWrite.Select(p => Inventory.Describe(p.Module)).ToList();
        while (left.Find(m => UpdateAcceptance.Check(platform, reached, m) == UpdateRefusal.None) is { } taken)
        {
            reached = After(platform, reached, taken);
            left.Remove(taken);
        }
        var why = string.Join("; ", left.Select(m => Explain(platform, reached, m)));
        return new(PlanFaults.Route, $"By {route.Spelled()} {platform.DisplayName} cannot go from Device OS {outlook.Inventory.System} to {outlook.Goal.Release}: {(why.Length > 0 ? why : "no order of the files is accepted")}.",
            "Use --route dfu, which validates nothing; or SWD.");
    }

    static string Explain(Platform platform, IReadOnlyCollection<InstalledModule> installed, InstalledModule module)
    {
        var refusal = UpdateAcceptance.Check(platform, installed, module);
        var system = UpdateAcceptance.RunningSystem(installed);
        return refusal switch
        {
            UpdateRefusal.NotFound => $"the running Device OS {system} has no place for the {module.Id} {module.Version}, which ends at {module.Range.End} (−1300)",
            UpdateRefusal.TooLarge => $"the {module.Id} {module.Version} is larger than the OTA region (−1351)",
            UpdateRefusal.OutOfReach => $"the installed bootloader cannot read the OTA region of Device OS {system}",
            _ when module.Dependencies.FirstOrDefault(need => !DependencyClosure.IsMet(installed, need)) is { IsEmpty: false } need => $"the {module.Id} {module.Version} needs {need}, which is not there (−1340)",
            _ => $"an installed system part would lose what it needs with the {module.Id} {module.Version} (−1340)",
        };
    }
}
