using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Pogoline.Cli.Output.Diary;
using Pogoline.FactoryData;
using Pogoline.Host.Journals;
using Pogoline.Host.Releases;
using Pogoline.Modules;
using Pogoline.Planning;
using Pogoline.Platforms;
using Pogoline.Programming;
using Pogoline.Programming.Gang;
using Pogoline.Programming.Journal;
using Pogoline.Programming.Swd;

namespace Pogoline.Cli.Commands;

/// <summary>Runs restore jobs, each with its journal, and its files kept for the case that it has to be gone on with.</summary>
/// <param name="store">Where release files come from.</param>
/// <param name="journals">The folder of the journals.</param>
sealed class JournalledJobs(ReleaseStore store, JournalFolder journals)
{
    // A job that is tried again goes on in its journal; a unit that is plugged in again is another one.
    readonly ConditionalWeakTable<IGangUnit, string> _begun = [];
    readonly ConcurrentDictionary<FirmwareModule, Lazy<Task>> _kept = new(ReferenceEqualityComparer.Instance);

    /// <summary>Brings a unit to a goal.</summary>
    public async Task<ProgrammingResult> RunAsync(IUnit unit, Goal goal, IReadOnlyCollection<Route> routes, IProgrammingObserver observer, CancellationToken stop, FactoryRow? factory = null)
    {
        foreach (var module in goal.Modules.Append(goal.App).OfType<FirmwareModule>()) await KeepAsync(module, goal, stop);
        return await RunAsync(unit, JournalGoal.Of(goal, routes) with { HasFactoryData = factory is not null },
            (journal, goesOn) => JobFor(unit, routes, goal.IsByHand, journal, observer, goesOn, factory).RunAsync(goal, stop));
    }

    /// <summary>Carries a saved plan out.</summary>
    public async Task<ProgrammingResult> RunAsync(IUnit unit, Plan plan, IProgrammingObserver observer, CancellationToken stop, FactoryRow? factory = null)
    {
        var content = await PlanFiles.ContentAsync(plan, store, stop);
        return await RunAsync(unit, JournalGoal.Of(plan) with { HasFactoryData = factory is not null }, (journal, goesOn) =>
            new RestoreJob(unit, TimeProvider.System, observer) { Journal = journal, GoesOn = goesOn, Factory = factory }.RunAsync(plan, content, stop));
    }

    /// <summary>Goes on with a job that was broken off: looks at the unit again, and does what is still to be done.</summary>
    public async Task<ProgrammingResult> ResumeAsync(IUnit unit, JobJournal journal, IProgrammingObserver observer, CancellationToken stop)
    {
        var wanted = journal.Head.Goal;
        var files = await PlanFiles.ContentAsync([.. wanted.Files], [wanted.Release], unit.Platform, store, stop);
        var goal = wanted.ToGoal(files);
        _begun.AddOrUpdate(unit, journal.Head.Job);
        return await RunAsync(unit, wanted, async (file, _) =>
        {
            var wasInDfu = unit.Presence == UnitPresence.Dfu;
            var result = await JobFor(unit, wanted.Routes, wanted.IsByHand, file, observer, goesOn: true).RunAsync(goal, stop);
            // Whether its system still runs shows when it leaves DFU mode, and some plans need it.
            var mayRun = wasInDfu && result is { Outcome: Outcome.Refused, Error.Code: "plan-route" } && unit.Presence == UnitPresence.System;
            return mayRun ? await JobFor(unit, wanted.Routes, wanted.IsByHand, file, observer, goesOn: true).RunAsync(goal, stop) : result;
        });
    }

    /// <summary>Brings the board on a probe to a goal, which is chosen once it is known which board it is.</summary>
    public async Task<ProgrammingResult> RunAsync(ProbeSeat seat, SwdJobOptions options, Func<Platform, CancellationToken, ValueTask<Goal>> choose, IProgrammingObserver observer, CancellationToken stop)
    {
        JournalFile? file = null;
        var job = new SwdJob(await seat.OpenAsync(stop), seat.Port, options, TimeProvider.System, observer) { Begin = BeginAsync };
        try
        {
            return await job.RestoreAsync(choose, stop);
        }
        finally
        {
            if (file is not null) await file.DisposeAsync();
        }

        async ValueTask<IJobJournal> BeginAsync(UnitSummary board, Goal goal)
        {
            foreach (var module in goal.Modules.Append(goal.App).OfType<FirmwareModule>()) await KeepAsync(module, goal, stop);
            if (_begun.TryGetValue(seat, out var begun))
            {
                RequireSame(journals.Read(begun).Head.Unit, board);
                file = journals.Open(begun);
            }
            else
            {
                var wanted = JournalGoal.Of(goal, []) with { Probe = new(seat.Name, options.AllowOptionBytes, options.AllowUicr) };
                file = await journals.CreateAsync(board, wanted, RunDiary.Version);
            }
            _begun.AddOrUpdate(seat, file.Job);
            Attach(file);
            return file;
        }
    }

    /// <summary>Goes on with a job by SWD: a restore to the same goal, which compares first and writes only what differs.</summary>
    public Task<ProgrammingResult> ResumeAsync(ProbeSeat seat, SwdJobOptions options, JobJournal journal, IProgrammingObserver observer, CancellationToken stop)
    {
        _begun.AddOrUpdate(seat, journal.Head.Job);
        return RunAsync(seat, options, async (platform, stopRead) =>
        {
            var wanted = journal.Head.Goal;
            if (platform.Name != journal.Head.Unit.Platform) throw OtherBoard(journal.Head.Unit, $"a {platform.Name}");
            return wanted.ToGoal(await PlanFiles.ContentAsync([.. wanted.Files], [wanted.Release], platform, store, stopRead));
        }, observer, stop);
    }

    /// <summary>A board that was locked when its job began had shown no device ID.</summary>
    static void RequireSame(UnitSummary wanted, UnitSummary here)
    {
        if (wanted.Platform != here.Platform || (wanted.Id != here.Id && wanted.Id != wanted.Port && here.Id != here.Port)) throw OtherBoard(wanted, $"{here.Platform} {here.Id}");
    }

    static PogolineException OtherBoard(UnitSummary wanted, string here) => new(JournalFaults.OtherUnit, $"The job is for {wanted.Platform} {wanted.Id}; on the probe is {here}.",
        "Connect the board of the job, or start a new job for this one.");

    RestoreJob JobFor(IUnit unit, IReadOnlyCollection<Route> routes, bool byHand, IJobJournal journal, IProgrammingObserver observer, bool goesOn, FactoryRow? factory = null) =>
        new(unit, TimeProvider.System, observer)
        {
            Routes = routes, Passages = byHand ? null : new GoalPassages(store).GetAsync, Journal = journal, GoesOn = goesOn, Factory = factory,
        };

    async Task<ProgrammingResult> RunAsync(IUnit unit, JournalGoal goal, Func<IJobJournal, bool, ValueTask<ProgrammingResult>> work)
    {
        var isBegun = _begun.TryGetValue(unit, out var job);
        var goesOn = isBegun || IsInterrupted(unit);
        var journal = isBegun ? journals.Open(job!) : await journals.CreateAsync(new(unit.DeviceId, unit.Platform.Name, unit.Port), goal, RunDiary.Version);
        await using (journal)
        {
            _begun.AddOrUpdate(unit, journal.Job);
            Attach(journal);
            return await work(journal, goesOn);
        }
    }

    void Attach(JournalFile journal)
    {
        RunDiary.Current.Attach($"journals/{journal.Job}.jsonl", () => File.ReadAllBytes(journal.Path));
        RunDiary.Current.Attach($"plans/{journal.Job}.json", () => journals.Read(journal.Job).Plan?.Save() ?? []);
    }

    /// <summary>Whether the last job on the unit was broken off, so that it may be in between.</summary>
    bool IsInterrupted(IUnit unit)
    {
        if (journals.LastOf(unit.DeviceId) is not { } last) return false;
        try
        {
            return journals.Read(last) is { Plan: not null, IsDone: false };
        }
        catch (PogolineException)
        {
            // A journal that cannot be read is no sign of a good end.
            return true;
        }
    }

    Task KeepAsync(FirmwareModule module, Goal goal, CancellationToken stop) =>
        _kept.GetOrAdd(module, m => new(() => PlanFiles.KeepAsync([m], $"job to {goal.Release}", stop))).Value;
}
