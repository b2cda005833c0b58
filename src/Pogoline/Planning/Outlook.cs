using Pogoline.Platforms;

namespace Pogoline.Planning;

/// <summary>What a goal means for a board, whichever way it goes: what is written, what stays, and what the board holds afterwards.</summary>
sealed record Outlook
{
    public required Inventory Inventory { get; init; }

    public required Goal Goal { get; init; }

    /// <summary>The goal's modules at their places.</summary>
    public required IReadOnlyList<Placement> Placed { get; init; }

    public required UserPartDecision User { get; init; }

    /// <summary>Every module of the board afterwards.</summary>
    public required IReadOnlyList<PlannedModule> Modules { get; init; }

    /// <summary>The same as they will be installed.</summary>
    public required IReadOnlyList<InstalledModule> After { get; init; }

    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>What is not on the board yet.</summary>
    public IReadOnlyList<Placement> ToWrite => [.. Placed.Where(p => Modules.Single(m => m.Id == p.Module.Id).Action == ModuleAction.Written)];

    /// <summary>What a report must show in the end.</summary>
    public IReadOnlyList<ExpectedModule> Expected => [.. Modules.Where(m => m.Action != ModuleAction.Kept || m.Function == ModuleFunction.UserPart)
        .Select(m => new ExpectedModule(m.Function, m.Index, m.To))];

    /// <summary>The board when all of it is done and its system runs.</summary>
    public Inventory AfterAll => Inventory with { Modules = After, IsKnown = true, SystemRuns = true };

    /// <exception cref="PogolineException"><see cref="PlanFaults"/>: a module has no place, or something would lack what it needs.</exception>
    public static Outlook Of(Inventory inventory, Goal goal)
    {
        if (inventory.System is { } system && goal.Release < system && !goal.MayDowngrade)
        {
            throw new PogolineException(PlanFaults.Downgrade, $"The board has Device OS {system}, {goal.Release} is older.",
                "Add --allow-downgrade; 'restore' also goes down to a version that --os names exactly.");
        }
        var placed = Placement.Of(inventory.Platform, goal);
        var user = UserPartDecision.Make(inventory, goal, placed);
        if (goal.IsByHand) return ByHand(inventory, goal, placed, user);
        List<PlannedModule> modules = [.. placed.Select(p => Describe(inventory, p)), .. Kept(inventory, placed, user)];
        List<InstalledModule> after =
        [
            .. placed.Select(p => modules.Single(m => m.Id == p.Module.Id).Action == ModuleAction.Kept
                ? inventory.Find(p.Module.Id)! : Inventory.Describe(p.Module) with { ContentSha256 = p.ContentSha256 }),
            .. modules.Where(m => m.Action == ModuleAction.Kept && placed.All(p => p.Module.Id != m.Id)).Select(m => inventory.Find(m.Id)!),
        ];
        var notes = new List<string>(user.Notes);
        RequireDependencies(inventory, goal, after, notes);
        return new() { Inventory = inventory, Goal = goal, Placed = placed, User = user, Modules = modules, After = after, Notes = notes };
    }

    /// <summary>Only what was named, whatever the board holds; of what would lack something afterwards people are told.</summary>
    static Outlook ByHand(Inventory inventory, Goal goal, IReadOnlyList<Placement> placed, UserPartDecision user)
    {
        List<PlannedModule> modules = [.. placed.Select(p => Describe(inventory, p)).Select(m => m.Action == ModuleAction.Skipped ? m with { Action = ModuleAction.Written, Reason = "sent again, as told" } : m)];
        if (modules.Find(m => m.Action == ModuleAction.Kept) is { } newer)
        {
            throw new PogolineException(PlanFaults.Ncp, $"The {newer.Name} stays as it is: {newer.Reason}.", "Leave the file out.");
        }
        List<InstalledModule> after = [.. inventory.Modules.Where(m => placed.All(p => p.Module.Id != m.Id)), .. placed.Select(p => Inventory.Describe(p.Module) with { ContentSha256 = p.ContentSha256 })];
        var before = DependencyClosure.Unmet(inventory.Modules).ToHashSet();
        IReadOnlyList<string> notes = inventory.IsKnown ? [.. DependencyClosure.Unmet(after).Where(u => !before.Contains(u)).Select(u => $"Afterwards {u}, which is not there: until it is, the board may start in safe mode or not at all.")] : [];
        return new() { Inventory = inventory, Goal = goal, Placed = placed, User = user, Modules = modules, After = after, Notes = notes };
    }

    static PlannedModule Describe(Inventory inventory, Placement placement)
    {
        var installed = inventory.Find(placement.Module.Id);
        var module = placement.Module;
        var (action, reason) = Decide(inventory, installed, placement);
        return new()
        {
            Name = placement.Component.Name,
            Function = module.Id.Function,
            Index = module.Id.Index,
            From = installed?.Version,
            To = action == ModuleAction.Kept ? installed!.Version : module.Version,
            Action = action,
            Reason = reason,
            Start = module.Range.Start,
            Sha256 = action == ModuleAction.Kept ? null : placement.FileSha256,
            ContentSha256 = action == ModuleAction.Kept ? null : placement.ContentSha256,
            Bytes = module.Image.Length,
        };
    }

    static (ModuleAction, string) Decide(Inventory inventory, InstalledModule? installed, Placement placement)
    {
        var module = placement.Module;
        if (installed is null) return (ModuleAction.Written, inventory.IsKnown ? "the board has none" : "the board was not looked at");
        if (placement.Component.OnlyUp && installed.Version > module.Version)
        {
            return (ModuleAction.Kept, $"{installed.Version} is newer than {module.Version}, and this module must never go down");
        }
        if (installed.ContentSha256 == placement.ContentSha256) return (ModuleAction.Skipped, "the board holds exactly this content");
        // Apps share one version, so a report says nothing of them; of what lies beyond memory it is all there is.
        var isWordEnough = (inventory.IsReported || placement.Component.Storage == StorageKind.ExternalMcu) && module.Id.Function != ModuleFunction.UserPart;
        if (isWordEnough && installed is { ContentSha256: null, Intact: true } && installed.Version == module.Version)
        {
            return (ModuleAction.Skipped, "the board reports this version, intact");
        }
        return (ModuleAction.Written, installed.Version == module.Version ? "same version, but other content" : $"{installed.Version} → {module.Version}");
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
                ModuleFunction.Ncp => "no NCP firmware was given",
                _ => "the release brings none",
            },
            Start = installed.Range.Start,
            ContentSha256 = installed.ContentSha256,
        };

    static void RequireDependencies(Inventory inventory, Goal goal, List<InstalledModule> after, List<string> notes)
    {
        foreach (var unmet in DependencyClosure.Unmet(after))
        {
            var function = unmet.Need.Module.Function;
            var present = after.Find(m => m.Id == unmet.Need.Module);
            if (present is null && function == ModuleFunction.Ncp)
            {
                notes.Add($"{unmet}. What NCP is there was not to be seen; the board's report after the restart decides.");
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
}
