using Pogoline.Planning;
using Pogoline.Programming.Modes;

namespace Pogoline.Programming;

/// <summary>
/// Carries out the steps that send a file to the running system: one file, one restart, one report. What the board should have completed by
/// itself meanwhile is not sent again.
/// </summary>
abstract class UpdateExecutor(IUnit unit, JobContent content, JobTally tally, TimeProvider time, JobProgress progress) : IStepExecutor
{
    static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    // The board restarts a second after it was told; before, the system passes NCP firmware on to the co-processor.
    static readonly TimeSpan RestartDeadline = TimeSpan.FromSeconds(20);
    static readonly TimeSpan NcpDeadline = TimeSpan.FromMinutes(4);

    /// <inheritdoc/>
    public async ValueTask RunAsync(PlanStep step, StepPlace place, CancellationToken stop)
    {
        var update = step as UpdateStep ?? throw new PogolineException(PlanFaults.BadPlan, $"The running system takes no such step: {step.GetType().Name}.", "Make the plan again.");
        if (!await unit.WaitForAsync(UnitPresence.System, StartDeadline, stop).ConfigureAwait(false))
        {
            throw new PogolineException(ProgrammingFaults.Absent, $"The system of {unit.DeviceId} was not seen on the bus within {StartDeadline.TotalSeconds} s.",
                "Reset the board, then run the same command again.");
        }
        if (await IsThereAsync(update, place.Before, stop).ConfigureAwait(false))
        {
            tally.Notes.Add($"The board had the {update.Module} {update.Version} before it was sent: it completed that over the air, or another program did.");
            return;
        }
        var started = time.GetTimestamp();
        progress.Begin(ProgrammingPhase.Write, update.Module, update.Length);
        await SendAsync(content[update.Sha256], progress.Add, stop).ConfigureAwait(false);
        tally.HasWritten = true;
        progress.Say(ProgrammingPhase.Restart, update.Reason);
        var deadline = update.Function == ModuleFunction.Ncp ? NcpDeadline : RestartDeadline;
        if (!await unit.WaitForAsync(UnitPresence.Absent | UnitPresence.Dfu, deadline, stop).ConfigureAwait(false))
        {
            throw new PogolineException(ProgrammingFaults.NoRestart, $"The board took the {update.Module}, but did not restart within {deadline.TotalSeconds} s.",
                "Reset the board, then run the same command again: it goes on from there.");
        }
        if (!await ReportCheck.WaitForAsync(unit, update.Expected, requireDependencies: place.MustBeWhole, time, stop).ConfigureAwait(false))
        {
            throw new PogolineException(ProgrammingFaults.NoReport, $"The board took the {update.Module}; the system that runs now is too old to say which modules it has.", "Go on by DFU: --route dfu.");
        }
        tally.Add(update.Module, update.Route, update.Length, time.GetElapsedTime(started));
    }

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Sends the file; returns when the board has accepted it and is about to restart.</summary>
    /// <param name="file">The module file.</param>
    /// <param name="sent">Told the bytes that the board has taken.</param>
    /// <param name="stop">Observed between blocks.</param>
    /// <exception cref="PogolineException">The board refused it, with its reason in words.</exception>
    protected abstract ValueTask SendAsync(ReadOnlyMemory<byte> file, Action<int> sent, CancellationToken stop);

    async ValueTask<bool> IsThereAsync(UpdateStep update, Inventory before, CancellationToken stop)
    {
        // Apps share one version, and a module that had the version from the start was to be replaced all the same.
        if (update.Function == ModuleFunction.UserPart || before.Find(update.Id)?.Version == update.Version) return false;
        var report = await unit.ReadReportAsync(time, stop).ConfigureAwait(false);
        return report?.Modules.FirstOrDefault(m => m.Module == update.Id) is { IntegrityOk: true } found
            && (found.Version == update.Version || (found.Version > update.Version && unit.Platform.Find(update.Id) is { OnlyUp: true }));
    }
}
