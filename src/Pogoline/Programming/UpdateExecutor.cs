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
        var deadline = update.Function == ModuleFunction.Ncp ? NcpDeadline : RestartDeadline;
        var hasRestarted = await SendAsync(content[update.Sha256], new(progress.Add, Accept, deadline), stop).ConfigureAwait(false);
        if (!hasRestarted)
        {
            throw new PogolineException(ProgrammingFaults.NoRestart, $"The board took the {update.Module}, but did not restart within {deadline.TotalSeconds} s.",
                "Reset the board, then run the same command again: it goes on from there.");
        }
        var answer = await ReportCheck.WaitForAsync(unit, update.Expected, requireDependencies: place.MustBeWhole, AskAsync, time, stop).ConfigureAwait(false);
        if (answer.Report is not null)
        {
            tally.Reported.UnionWith(update.Expected.Select(e => e.Id));
        }
        else if (answer.Why is { } why)
        {
            tally.Unconfirmed.Add($"The board took the {update.Module} {update.Version}, restarted, and did not confirm it. {why}");
        }
        else
        {
            throw new PogolineException(ProgrammingFaults.NoReport, $"The board took the {update.Module}; the system that runs now is too old to say which modules it has.", "Go on by DFU: --route dfu.");
        }
        tally.Add(update.Module, update.Route, update.Length, time.GetElapsedTime(started));

        void Accept()
        {
            tally.HasWritten = true;
            progress.Say(ProgrammingPhase.Restart, update.Reason);
        }
    }

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Sends the file, and waits until the board ends the session to restart: it may be back before anybody looks at the bus.</summary>
    /// <param name="file">The module file.</param>
    /// <param name="transfer">Who is told, and how long the board may take to restart.</param>
    /// <param name="stop">Observed between blocks.</param>
    /// <returns>Whether it restarted.</returns>
    /// <exception cref="PogolineException">The board refused the file, with its reason in words.</exception>
    protected abstract ValueTask<bool> SendAsync(ReadOnlyMemory<byte> file, UpdateTransfer transfer, CancellationToken stop);

    /// <summary>Asks the running system which modules it has, in the ways that the route leaves open.</summary>
    protected virtual ValueTask<ReportAnswer> AskAsync(IUnit unit, TimeProvider time, CancellationToken stop) => SystemReports.AskAsync(unit, time, stop);

    async ValueTask<bool> IsThereAsync(UpdateStep update, Inventory before, CancellationToken stop)
    {
        // Apps share one version, and a module that had the version from the start was to be replaced all the same.
        if (update.Function == ModuleFunction.UserPart || before.Find(update.Id)?.Version == update.Version) return false;
        var report = (await AskAsync(unit, time, stop).ConfigureAwait(false)).Report;
        return report?.Modules.FirstOrDefault(m => m.Module == update.Id) is { IntegrityOk: true } found
            && (found.Version == update.Version || (found.Version > update.Version && unit.Platform.Find(update.Id) is { OnlyUp: true }));
    }
}

/// <summary>What goes with sending a file.</summary>
/// <param name="Sent">Told the bytes that the board has taken.</param>
/// <param name="Accepted">Told when the board has accepted the whole file.</param>
/// <param name="RestartDeadline">How long it may take to restart.</param>
readonly record struct UpdateTransfer(Action<int> Sent, Action Accepted, TimeSpan RestartDeadline);
