using Pogoline.Planning;
using Pogoline.Programming.Journal;

namespace Pogoline.Programming;

/// <summary>Carries a plan out step by step, each by the executor of its route.</summary>
sealed class PlanExecutor(IUnit unit, JobContent content, JobTally tally, TimeProvider time, JobProgress progress) : IAsyncDisposable
{
    readonly Dictionary<Route, IStepExecutor> _others = [];

    /// <summary>Takes each step down before and after it; null for no journal.</summary>
    public IJobJournal? Journal { get; init; }

    /// <summary>Whether a job is gone on with: see <see cref="DfuExecutor.GoesOn"/>.</summary>
    public bool GoesOn { init => Dfu.GoesOn = value; }

    /// <summary>The one for DFU.</summary>
    public DfuExecutor Dfu { get; } = new(unit, content, tally, time, progress);

    /// <summary>Carries the plan out.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="before">What the unit held.</param>
    /// <param name="byHand">Whether only single files are meant, whatever the others need.</param>
    /// <param name="stop">Observed where stopping is safe.</param>
    public async ValueTask RunAsync(Plan plan, Inventory before, bool byHand, CancellationToken stop)
    {
        // Looking by DFU left the unit there; a running system that is to be sent something first has to start.
        if (plan.Steps is [UpdateStep, ..] or []) await LeaveAsync(stop).ConfigureAwait(false);
        for (var i = 0; i < plan.Steps.Count; i++)
        {
            stop.ThrowIfCancellationRequested();
            var step = plan.Steps[i];
            if (Journal is not null) await Journal.StepAsync(i, StepState.Begun, step).ConfigureAwait(false);
            await ExecutorOf(step).RunAsync(step, new(plan.Steps.Skip(i), before, byHand), stop).ConfigureAwait(false);
            if (Journal is not null) await Journal.StepAsync(i, StepState.Done, step).ConfigureAwait(false);
        }
    }

    /// <summary>Leaves DFU mode after a job that wrote nothing; a failure there is not the one to report.</summary>
    public async ValueTask TryLeaveAsync()
    {
        try
        {
            if (Dfu.IsOpen) await LeaveAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (PogolineException)
        {
            // The first error is the one to report; the unit stays in DFU mode with its old content.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Dfu.DisposeAsync().ConfigureAwait(false);
        foreach (var other in _others.Values) await other.DisposeAsync().ConfigureAwait(false);
    }

    ValueTask LeaveAsync(CancellationToken stop) => unit.Presence == UnitPresence.Dfu ? Dfu.LeaveAsync(stop) : ValueTask.CompletedTask;

    IStepExecutor ExecutorOf(PlanStep step) => step is UpdateStep update ? Updater(update.Route) : Dfu;

    IStepExecutor Updater(Route route)
    {
        if (!_others.TryGetValue(route, out var executor))
        {
            _others[route] = executor = route == Route.Serial
                ? new SerialExecutor(unit, content, tally, time, progress) : new ControlExecutor(unit, content, tally, time, progress);
        }
        return executor;
    }
}
