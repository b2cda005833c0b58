using Pogoline.Links.Dfu;
using Pogoline.Modules;
using Pogoline.Planning;
using Pogoline.Platforms;
using Pogoline.Programming.Modes;

namespace Pogoline.Programming;

/// <summary>Finds out what a unit holds: from its running system's report, and where DFU is open from its memory.</summary>
static class UnitLook
{
    /// <summary>Asks the running system only; the unit stays in its mode.</summary>
    public static async ValueTask<Inventory> AskAsync(IUnit unit, TimeProvider time, CancellationToken stop)
    {
        if (await unit.ReadReportAsync(time, stop).ConfigureAwait(false) is { } report) return ReportInventory.Of(unit.Platform, report);
        // In DFU mode nothing can be asked, and the plan says so; a running system that does not answer is another matter.
        return unit.Presence == UnitPresence.System
            ? throw new PogolineException(ProgrammingFaults.NoReport, $"The system of {unit.DeviceId} does not say which modules it has.", "Reset the board, then run the same command again; or use --route dfu.")
            : new() { Platform = unit.Platform, IsKnown = true, IsReported = true };
    }

    /// <summary>Asks the running system if there is one, and reads the memory by DFU; the unit is in DFU mode afterwards.</summary>
    public static async ValueTask<Inventory> ReadAsync(IUnit unit, DfuExecutor executor, IReadOnlyList<FirmwareModule> wanted, TimeProvider time, JobProgress progress, CancellationToken stop)
    {
        var systemRuns = unit.Presence == UnitPresence.System;
        var answer = systemRuns ? await SystemReports.AskAsync(unit, time, stop).ConfigureAwait(false) : default;
        var dfu = await executor.OpenAsync(stop).ConfigureAwait(false);
        var current = "";
        var inventory = await DfuInventory.ReadAsync(unit.Platform, dfu, wanted, answer.Report, (component, bytes) =>
        {
            if (component != current) progress.Begin(ProgrammingPhase.Look, current = component, 0);
            progress.Add(bytes);
        }, stop).ConfigureAwait(false);
        inventory = inventory with { IsSetUp = await IsSetUpAsync(unit.Platform, dfu, stop).ConfigureAwait(false) };
        // A system that cannot be asked was at least there: nothing else serves its USB interface.
        return answer.IsUnsupported ? inventory with { SystemRuns = true } : inventory;
    }

    static async ValueTask<bool?> IsSetUpAsync(Platform platform, DfuDevice dfu, CancellationToken stop)
    {
        if (platform.Traits.SetupDone is not { } setup) return null;
        var alternate = platform.Alternates.Single(a => a.Storage == StorageKind.Dct);
        var value = new byte[1];
        await dfu.ReadAsync(alternate.Number, alternate.Offset.Value + setup.Offset, value, null, stop).ConfigureAwait(false);
        return value[0] == setup.Value;
    }
}
