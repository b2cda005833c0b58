using Pogoline.Platforms;

namespace Pogoline.Planning;

/// <summary>Puts the writing of factory data into a plan. The plan names the fields; the values belong to the job and are in no plan.</summary>
static class FactoryPlanner
{
    /// <summary>The steps with factory data: in the last pass, or in one of its own where that pass cannot.</summary>
    /// <param name="steps">The steps of a plan.</param>
    /// <param name="modules">What the board holds after them.</param>
    /// <param name="platform">The platform.</param>
    /// <param name="fields">The fields to write; none for the steps as they are.</param>
    /// <param name="open">The routes that may be used.</param>
    /// <exception cref="PogolineException">DFU is not open (<see cref="PlanFaults.Route"/>).</exception>
    public static List<PlanStep> With(List<PlanStep> steps, IReadOnlyList<PlannedModule> modules, Platform platform, IReadOnlyList<string> fields, IReadOnlyCollection<Route> open)
    {
        if (fields.Count == 0) return steps;
        if (!open.Contains(Route.Dfu)) throw new PogolineException(PlanFaults.Route, "Factory data is written by DFU, which may not be used.", "Leave --route out, or --factory-data.");
        if (steps is [.., RestartStep] && !platform.Traits.DctCodeInSystemParts)
        {
            // Ahead of the flags, which come last so that an interrupted pass leaves none behind.
            var at = steps.Count - 1;
            while (steps[at - 1] is DctByteStep) at--;
            return [.. steps[..at], new FactoryStep(fields, "the values of this board, in the same pass"), .. steps[at..]];
        }
        var expected = steps.LastOrDefault() switch
        {
            RestartStep restart => restart.Expected,
            UpdateStep update => update.Expected,
            _ => [.. modules.Where(m => m.Action != ModuleAction.Kept).Select(m => new ExpectedModule(m.Function, m.Index, m.To))],
        };
        return
        [
            .. steps,
            new EnterDfuStep(platform.Traits.DctCodeInSystemParts ? "the bootloader writes the configuration with code of the system parts, which are all in place now" : "factory data goes by DFU"),
            new FactoryStep(fields, "the values of this board"),
            new RestartStep(expected, "the board starts with its values"),
        ];
    }
}
