using Pogoline.Planning;

namespace Pogoline.Programming;

/// <summary>A saved plan was made for a board in a certain state; what it skips or keeps must still be there.</summary>
static class PlanState
{
    /// <exception cref="PogolineException"><see cref="PlanFaults.Stale"/>.</exception>
    public static void Require(Plan plan, Inventory inventory)
    {
        foreach (var module in plan.Modules.Where(m => m.Action != ModuleAction.Written))
        {
            if (IsAsPlanned(module, inventory)) continue;
            throw new PogolineException(PlanFaults.Stale, $"The plan leaves the {module.Name} as it is ({module.To}), but the board holds another one.",
                "Make a new plan for this board, or one with --platform, which writes everything.");
        }
    }

    static bool IsAsPlanned(PlannedModule module, Inventory inventory)
    {
        var installed = inventory.Find(module.Id);
        if (module.Action == ModuleAction.Kept) return installed?.Version == module.To || (module.Function == ModuleFunction.Ncp && installed is null);
        return installed?.ContentSha256 is { } content ? content == module.ContentSha256
            : inventory.IsReported && installed is { Intact: true } && installed.Version == module.To;
    }
}
