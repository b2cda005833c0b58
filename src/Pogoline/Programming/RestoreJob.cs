using Pogoline.FactoryData;
using Pogoline.Planning;
using Pogoline.Platforms;
using Pogoline.Programming.Journal;

namespace Pogoline.Programming;

/// <summary>
/// Brings one unit to a release over the routes that are open: looks, plans, carries out, checks, and believes only what was read back or what
/// the unit itself reports.
/// </summary>
/// <param name="unit">The unit; it belongs to the job until the job has ended.</param>
/// <param name="time">The clock.</param>
/// <param name="observer">Is told how it gets on; may be null.</param>
public sealed class RestoreJob(IUnit unit, TimeProvider time, IProgrammingObserver? observer)
{
    readonly JobProgress _progress = new(unit.DeviceId, observer);

    /// <summary>The routes that may be used.</summary>
    public IReadOnlyCollection<Route> Routes { get; init; } = [Route.Dfu];

    /// <summary>The values of this unit, where the goal or plan writes factory data; null for none.</summary>
    public FactoryRow? Factory { get; init; }

    /// <summary>Gets the releases that a board has to pass through, once it is known what it has; null for none.</summary>
    public Func<Platform, DeviceOsVersion?, DeviceOsVersion, Route, CancellationToken, ValueTask<IReadOnlyList<PassedRelease>>>? Passages { get; init; }

    /// <summary>Takes down what the job does; null for no journal.</summary>
    public IJobJournal? Journal { get; init; }

    /// <summary>
    /// Whether a job is gone on with that was broken off: the unit is left alone until it has settled, and what is to be written is compared with
    /// what is there first.
    /// </summary>
    public bool GoesOn { get; init; }

    /// <summary>Finds out what the unit holds and what a goal means for it, writes nothing, and puts the unit back into the mode it came from.</summary>
    /// <exception cref="PogolineException">The unit cannot be read, or the goal cannot be reached.</exception>
    public async ValueTask<Plan> PlanAsync(Goal goal, CancellationToken stop)
    {
        var wasInDfu = unit.Presence == UnitPresence.Dfu;
        var content = JobContent.Of(goal);
        var executor = new PlanExecutor(unit, content, new(), time, _progress);
        await using (executor.ConfigureAwait(false))
        {
            try
            {
                return await MakeAsync(await LookAsync(executor, content, Routes, stop).ConfigureAwait(false), goal, content, stop).ConfigureAwait(false);
            }
            finally
            {
                if (!wasInDfu && unit.Presence == UnitPresence.Dfu) await executor.TryLeaveAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Brings the unit to a goal.</summary>
    public ValueTask<ProgrammingResult> RunAsync(Goal goal, CancellationToken stop)
    {
        var content = JobContent.Of(goal);
        return RunAsync(goal.IsByHand ? null : goal.Release, content, Routes, goal.IsByHand, inventory => MakeAsync(inventory, goal, content, stop), stop);
    }

    /// <summary>Carries a saved plan out, unchanged.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="content">The module files that it names, by SHA-256 of the whole file.</param>
    /// <param name="stop">Observed between blocks.</param>
    public ValueTask<ProgrammingResult> RunAsync(Plan plan, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> content, CancellationToken stop)
    {
        Route[] routes = plan.Steps.Any(s => s is not UpdateStep) ? [Route.Dfu] : [.. plan.Steps.OfType<UpdateStep>().Select(s => s.Route).Distinct()];
        return RunAsync(plan.Release, JobContent.Of(plan, content), routes.Length == 0 ? Routes : routes, byHand: false, inventory =>
        {
            PlanCheck.Require(plan, unit.Platform);
            PlanState.Require(plan, inventory);
            return new(plan);
        }, stop);
    }

    async ValueTask<ProgrammingResult> RunAsync(DeviceOsVersion? release, JobContent content, IReadOnlyCollection<Route> routes, bool byHand,
        Func<Inventory, ValueTask<Plan>> plan, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        var wasInDfu = unit.Presence == UnitPresence.Dfu;
        var result = new ProgrammingResult { Outcome = Outcome.Failed, Unit = new(unit.DeviceId, unit.Platform.Name, unit.Port), Release = release, Journal = Journal?.Job };
        var tally = new JobTally();
        var executor = new PlanExecutor(unit, content, tally, time, _progress) { Journal = Journal, GoesOn = GoesOn };
        await using (executor.ConfigureAwait(false))
        {
            Plan? made = null;
            Inventory? inventory = null;
            try
            {
                if (GoesOn)
                {
                    _progress.Say(ProgrammingPhase.Mode, "lets the board finish what it began");
                    await Settling.WaitAsync(unit, time, stop).ConfigureAwait(false);
                }
                inventory = await LookAsync(executor, content, routes, stop).ConfigureAwait(false);
                made = await plan(inventory).ConfigureAwait(false);
                RequireValues(made, content);
                JobForecast.Give(_progress, made, unit.Platform);
                if (Journal is not null) await Journal.PlannedAsync(made).ConfigureAwait(false);
                await executor.RunAsync(made, inventory, byHand, stop).ConfigureAwait(false);
                var isSure = tally.Unconfirmed.Count == 0;
                result = result with { Outcome = isSure ? Outcome.Passed : Outcome.Unverified, Exit = isSure ? ExitCode.Passed : ExitCode.Unverified };
            }
            catch (PogolineException e)
            {
                result = result with
                {
                    Outcome = !tally.HasWritten && e.Code.Exit is ExitCode.Refused or ExitCode.BadInput or ExitCode.Unavailable ? Outcome.Refused : Outcome.Failed,
                    Error = ErrorSummary.Of(e),
                    Exit = e.Code.Exit,
                };
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                result = result with { Outcome = Outcome.Cancelled, Exit = ExitCode.Cancelled, Error = new("cancelled", "The job was stopped by the user.", WayBack(tally)) };
            }
            var isDone = result.Outcome is Outcome.Passed or Outcome.Unverified;
            if (!isDone && !tally.HasWritten) await executor.TryLeaveAsync().ConfigureAwait(false);
            var verdict = new JobVerdict(inventory, RoutePlanner.Main(routes), tally, isDone);
            result = result with
            {
                Error = Journal is not null && tally.HasWritten && result.Error is { } error ? error with { Remedy = $"{error.Remedy} To go on: pogoline resume {Journal.Job}." } : result.Error,
                Modules = [.. made?.Modules.Select(verdict.Of) ?? []],
                Notes = [.. made?.Notes ?? [], .. tally.Notes, .. tally.Unconfirmed],
                Seconds = Math.Round(time.GetElapsedTime(started).TotalSeconds, 3),
                FloorSeconds = made is null ? 0 : Math.Round(PlanFloor.Of(made, unit.Platform, wasInDfu).TotalSeconds, 3),
            };
            return await TakeDownAsync(result).ConfigureAwait(false);
        }
    }

    /// <summary>A plan names the fields of factory data; the values must be there, and no others.</summary>
    void RequireValues(Plan plan, JobContent content)
    {
        var named = plan.Steps.OfType<FactoryStep>().SelectMany(s => s.Fields).ToHashSet();
        if (!named.SetEquals(Factory?.Fields ?? [])) throw new PogolineException(FactoryFaults.Missing,
            named.Count == 0 ? "There is factory data, but the plan writes none." : $"The plan writes {string.Join(", ", named)}, and the factory data is {Factory?.ToString() ?? "not there"}.",
            "Give --factory-data with the same columns when the plan is made and when it is run.");
        content.Factory = Factory?.For(unit.Platform) ?? [];
    }

    async ValueTask<Inventory> LookAsync(PlanExecutor executor, JobContent content, IReadOnlyCollection<Route> routes, CancellationToken stop) =>
        routes.Contains(Route.Dfu)
            ? await UnitLook.ReadAsync(unit, executor.Dfu, content.Modules, time, _progress, stop).ConfigureAwait(false)
            : await UnitLook.AskAsync(unit, routes.Contains(Route.Serial), time, stop).ConfigureAwait(false);

    async ValueTask<Plan> MakeAsync(Inventory inventory, Goal goal, JobContent content, CancellationToken stop)
    {
        if (Passages is not null && goal is { Through.Count: 0, IsByHand: false })
        {
            goal = goal with { Through = await Passages(unit.Platform, inventory.System, goal.Release, RoutePlanner.Main(Routes), stop).ConfigureAwait(false) };
            content.Add(goal.Through);
        }
        // Files by hand are placed as the installed system has them, unless they bring another one.
        if (goal.IsByHand && inventory.System is { } runs && goal.Modules.All(m => m.Id.Function != ModuleFunction.SystemPart)) goal = goal with { Release = runs };
        return RoutePlanner.Make(inventory, goal, Routes);
    }

    /// <summary>The end of the journal; the unit is what it is, also when that line cannot be written.</summary>
    async ValueTask<ProgrammingResult> TakeDownAsync(ProgrammingResult result)
    {
        try
        {
            if (Journal is not null) await Journal.EndedAsync(result).ConfigureAwait(false);
            return result;
        }
        catch (PogolineException e)
        {
            return result with { Notes = [.. result.Notes, $"The end of the job is not in its journal: {e.Message}"] };
        }
    }

    string WayBack(JobTally tally) => !tally.HasWritten ? "Nothing was written."
        : unit.Presence == UnitPresence.Dfu ? "The unit is in DFU mode with part of the release written: run the same command again to finish."
        : "Part of the release is installed: run the same command again to finish.";
}
