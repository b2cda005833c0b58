using Pogoline.Planning;

namespace Pogoline.Programming;

/// <summary>What became of the modules of a plan, and how that was made sure.</summary>
/// <param name="inventory">What the unit held before; null when it was not seen.</param>
/// <param name="main">The route that the job goes by: what was only looked at was seen there.</param>
/// <param name="tally">What was done.</param>
/// <param name="isDone">Whether the whole plan was carried out and its last check was good.</param>
sealed class JobVerdict(Inventory? inventory, Route main, JobTally tally, bool isDone)
{
    /// <summary>The result for a module.</summary>
    public ModuleResult Of(PlannedModule module)
    {
        var done = tally.Of(module.Name);
        return new()
        {
            Name = module.Name,
            Function = module.Function,
            Index = module.Index,
            // A saved plan may have been made without a board; what this one held is known now.
            From = module.From ?? inventory?.Find(module.Id)?.Version,
            To = module.To,
            Route = (done?.Route ?? main).Name(),
            Action = module.Action,
            Verified = Check(module, done),
            Bytes = done?.Bytes ?? 0,
            Seconds = Math.Round(done?.Time.TotalSeconds ?? 0, 3),
        };
    }

    Verification Check(PlannedModule module, ModuleTally? done) => module.Action switch
    {
        ModuleAction.Written when done is { Route: not Route.Dfu } => isDone && tally.Reported.Contains(module.Id) ? Verification.Report : Verification.None,
        // A bootloader is read back in the OTA region only; that it arrived is the report's word, or found by reading it in its place.
        ModuleAction.Written when module.Function == ModuleFunction.Bootloader => isDone ? tally.ArrivalVerified : Verification.None,
        ModuleAction.Written => done is { ReadBack: true } ? Verification.Readback : Verification.None,
        ModuleAction.Skipped when inventory?.Find(module.Id) is { ContentSha256: null } => Verification.Report,
        ModuleAction.Skipped => Verification.Readback,
        ModuleAction.Kept when module.ContentSha256 is not null => Verification.Crc,
        ModuleAction.Kept when isDone && tally.Reported.Contains(module.Id) => Verification.Report,
        ModuleAction.Kept when inventory is { IsReported: true } && inventory.Find(module.Id) is { Intact: true } => Verification.Report,
        _ => Verification.None,
    };
}
