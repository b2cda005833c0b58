using Pogoline.Platforms;

namespace Pogoline.Planning;

/// <summary>What happens to the user firmware: the given one replaces it, or the one on the board stays, or there is none.</summary>
/// <param name="Kept">The user part on the board that stays and runs; null when one is given or none is there.</param>
/// <param name="StaleHeader">Erases the header of a user part at the former 128 K position, which would otherwise win; null when not needed.</param>
/// <param name="Notes">For people.</param>
sealed record UserPartDecision(InstalledModule? Kept, EraseStep? StaleHeader, IReadOnlyList<string> Notes)
{
    public static UserPartDecision Make(Inventory inventory, Goal goal, IReadOnlyList<Placement> placed)
    {
        var platform = inventory.Platform;
        var component = platform.Components.Single(c => c.Function == ModuleFunction.UserPart);
        return placed.FirstOrDefault(p => p.Component == component) is { } given
            ? new(null, StaleHeaderBeside(given, inventory, goal), [])
            : goal.IsByHand ? new(null, null, [])
            : KeepInstalled(inventory, goal, component, placed);
    }

    /// <summary>From Device OS 3.1.0 on a valid module at the 128 K position wins over the 256 K one: its header must go.</summary>
    static EraseStep? StaleHeaderBeside(Placement given, Inventory inventory, Goal goal)
    {
        var component = given.Component;
        var former = component.PositionsFor(goal.Release).FirstOrDefault(p => p != given.Position && p.Start > given.Position.Start);
        if (former is null || given.DeviceRange.Contains(former.Start)) return null;
        if (inventory.IsKnown && inventory.Find(component.IdAt(former)) is null) return null;
        var page = inventory.Platform.StorageOf(component.Storage).EraseUnits(AddressRange.Of(former.Start, 1)).Single();
        return new(component.Name, component.Storage, page.Start, (int)page.Length, "a user part at the former 128 K position would be started instead");
    }

    static UserPartDecision KeepInstalled(Inventory inventory, Goal goal, Component component, IReadOnlyList<Placement> placed)
    {
        var candidates = component.Positions.Select(p => inventory.Find(component.IdAt(p))).OfType<InstalledModule>().Distinct();
        // The position with the higher start is the former one, which the system tries first.
        var installed = candidates.Where(m => m.Intact != false).OrderByDescending(m => m.Range.Start).FirstOrDefault();
        if (installed is null)
        {
            if (goal.MustKeepApp && inventory.IsKnown)
            {
                throw new PogolineException(PlanFaults.AppLost, "The board has no valid user firmware that could be kept.", "Give user firmware with --app FILE or --tinker.");
            }
            return new(null, null, inventory.IsKnown ? ["The board has no valid user firmware and none was given: it will start in safe mode."] : []);
        }
        var isKnownPlace = component.PositionsFor(goal.Release).Any(p => component.IdAt(p) == installed.Id && p.Start == installed.Range.Start);
        var overwriter = placed.FirstOrDefault(p => p.DeviceRange.Overlaps(installed.Range));
        var unmet = installed.Dependencies.FirstOrDefault(need => placed.Any(p => p.Module.Id == need.Module && p.Module.Version < need.Version));
        if (isKnownPlace && overwriter is null && unmet.IsEmpty) return new(installed, null, []);
        throw new PogolineException(PlanFaults.AppLost, overwriter is not null
                ? $"The user firmware at {installed.Range} lies where {overwriter.Module.Id} of {goal.Release} goes."
                : !isKnownPlace ? $"Device OS {goal.Release} does not look for user firmware at {installed.Range.Start}."
                : $"The user firmware on the board needs {unmet}, which Device OS {goal.Release} is not.",
            $"Give user firmware built for Device OS {goal.Release} or earlier with --app FILE.");
    }
}
