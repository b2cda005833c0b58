using Pogoline.Links.Swd.Targets;
using Pogoline.Planning;
using Pogoline.Platforms;

namespace Pogoline.Programming.Swd;

/// <summary>What a job by SWD does, as a plan: the sectors that differ in one go, then a reset.</summary>
static class SwdPlan
{
    /// <summary>The plan.</summary>
    /// <param name="outlook">What the goal means for the board.</param>
    /// <param name="different">The sectors that do not hold what they should.</param>
    /// <param name="notes">What people should know besides.</param>
    public static Plan Of(Outlook outlook, IReadOnlyList<FlashUnitImage> different, IEnumerable<string> notes)
    {
        List<PlannedModule> modules = [.. outlook.Modules.Select(m => Describe(m, outlook, different))];
        var written = modules.Where(m => m.Action == ModuleAction.Written).Select(m => m.Name).ToList();
        return new()
        {
            Platform = outlook.Inventory.Platform.Name,
            Release = outlook.Goal.Release,
            Modules = modules,
            Steps = different.Count == 0 ? [new SwdResetStep("the look halted the core")] :
            [
                new SwdWriteStep(written, different.Count, different.Sum(u => (long)u.Range.Length), "they differ by checksum; the target computes it again afterwards"),
                new SwdResetStep("the board starts what was written"),
            ],
            Notes = [.. outlook.Notes, .. notes],
        };
    }

    /// <summary>How long flash alone takes for units, by the data sheets.</summary>
    public static TimeSpan Floor(Storage flash, IEnumerable<FlashUnitImage> units, bool erase) => units.Aggregate(TimeSpan.Zero, (sum, unit) =>
        sum + flash.ProgramTime(unit.UsedLength) + (erase ? flash.EraseTime(unit.Range) : TimeSpan.Zero));

    static PlannedModule Describe(PlannedModule module, Outlook outlook, IReadOnlyList<FlashUnitImage> different)
    {
        if (outlook.Placed.FirstOrDefault(p => p.Module.Id == module.Id) is not { } placed || module.Action == ModuleAction.Kept) return module;
        var sectors = different.Count(u => u.Range.Overlaps(placed.Module.Range));
        return sectors == 0
            ? module with { Action = ModuleAction.Skipped, Reason = "the board holds exactly this content, by checksum" }
            : module with { Action = ModuleAction.Written, Reason = $"{(module.From is { } from && from != module.To ? $"{from} → {module.To}" : module.Reason)}; {sectors} sectors differ" };
    }
}
