using Pogoline.Links.Dfu;
using Pogoline.Modules;
using Pogoline.Planning;
using Pogoline.Platforms;
using Pogoline.Programming.Modes;

namespace Pogoline.Programming;

/// <summary>Finds out what a unit holds: from its running system's report, and where DFU is open from its memory.</summary>
static class UnitLook
{
    static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(20);
    static readonly TimeSpan AnswerDeadline = TimeSpan.FromSeconds(30);
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Asks the running system only; a unit in DFU mode is started for it.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="mayUseConsole">Whether the console may be asked, where control requests are not to be had.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends the waiting.</param>
    public static async ValueTask<Inventory> AskAsync(IUnit unit, bool mayUseConsole, TimeProvider time, CancellationToken stop)
    {
        await AwaitAsync(unit, stop).ConfigureAwait(false);
        if (unit.Presence == UnitPresence.Dfu) await TryStartAsync(unit, time, stop).ConfigureAwait(false);
        string? why = null;
        for (var started = time.GetTimestamp(); unit.Presence != UnitPresence.Dfu && time.GetElapsedTime(started) < AnswerDeadline;)
        {
            var answer = mayUseConsole ? await SystemReports.AskAnyhowAsync(unit, time, stop).ConfigureAwait(false) : await SystemReports.AskAsync(unit, time, stop).ConfigureAwait(false);
            if (answer.Report is { } report) return ReportInventory.Of(unit.Platform, report);
            why = answer.Why ?? why;
            if (answer.IsUnsupported) break;
            // It may be restarting, with what was sent to it before.
            await unit.WaitForAsync(UnitPresence.Absent | UnitPresence.Dfu, Interval, stop).ConfigureAwait(false);
            await AwaitAsync(unit, stop).ConfigureAwait(false);
        }
        if (unit.Presence == UnitPresence.Absent)
        {
            throw new PogolineException(ProgrammingFaults.Absent, $"The unit {unit.DeviceId} at {unit.Port} was not seen on the bus within {StartDeadline.TotalSeconds} s.", "Connect and power it.");
        }
        // In DFU mode nothing can be asked, and the plan says so; a running system that does not answer is another matter.
        return unit.Presence == UnitPresence.System
            ? throw new PogolineException(ProgrammingFaults.NoReport, $"The system of {unit.DeviceId} does not say which modules it has.{(why is null ? "" : $" {why}")}", "Reset the board, then run the same command again; or use --route dfu.")
            : new() { Platform = unit.Platform, IsKnown = true, IsReported = true };
    }

    /// <summary>Asks the running system if there is one, and reads the memory by DFU; the unit is in DFU mode afterwards.</summary>
    public static async ValueTask<Inventory> ReadAsync(IUnit unit, DfuExecutor executor, IReadOnlyList<FirmwareModule> wanted, TimeProvider time, JobProgress progress, CancellationToken stop)
    {
        await AwaitAsync(unit, stop).ConfigureAwait(false);
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

    /// <summary>A unit that was just connected, or that another job has just left, may still be starting.</summary>
    static ValueTask<bool> AwaitAsync(IUnit unit, CancellationToken stop) => unit.WaitForAsync(UnitPresence.System | UnitPresence.Dfu, StartDeadline, stop);

    static async ValueTask TryStartAsync(IUnit unit, TimeProvider time, CancellationToken stop)
    {
        try
        {
            await new UnitModes(unit, time).RestartAsync(stop).ConfigureAwait(false);
        }
        catch (PogolineException e) when (e.Code == ProgrammingFaults.BackInDfu)
        {
            // It has no system that starts.
        }
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
