using System.CommandLine;
using Pogoline.Host.Releases;
using Pogoline.Modules;
using Pogoline.Planning;
using Pogoline.Platforms;
using Pogoline.Programming.Journal;
using Pogoline.Programming.Swd;

namespace Pogoline.Cli.Commands;

/// <summary><c>restore --swd</c> and <c>flash --swd</c>: a job for each probe, all at once.</summary>
sealed class SwdJobs
{
    readonly Option<bool> _swd = new("--swd") { Description = "By SWD through a debug probe; nothing on the board needs to work. See 'pogoline swd --help'." };

    public SwdOptions Options { get; } = new();

    public void AddTo(Command command)
    {
        command.Options.Add(_swd);
        AddOptionsTo(command);
    }

    /// <summary>Adds the options of probes alone, where a journal says that SWD is meant.</summary>
    public void AddOptionsTo(Command command)
    {
        Options.AddConnection(command);
        Options.AddLeave(command);
    }

    /// <summary>Whether SWD is meant.</summary>
    public bool IsMeant(ParseResult parsed) => parsed.GetValue(_swd);

    /// <summary>Brings the board on each probe to a goal.</summary>
    public async Task<int> RestoreAsync(ParseResult parsed, GangOptions gang, UnitOptions units, SourceOptions sources, ReleaseStore store,
        Func<Platform, CancellationToken, ValueTask<Goal>> choose, CancellationToken stop)
    {
        var options = await Options.JobAsync(parsed, stop);
        await using var probes = await Options.OpenAsync(parsed, units, sources, stop, gang.TakesAll(parsed));
        var jobs = gang.Jobs(parsed, store);
        return await gang.RunAsync(parsed, probes, _ => (seat, observer, stopJob) => jobs.RunAsync(seat, options, choose, observer, stopJob), stop);
    }

    /// <summary>Shows what a restore would do, as a plan; the files that it names are kept for 'restore --swd --plan'.</summary>
    public async Task<int> PlanAsync(ParseResult parsed, GangOptions gang, UnitOptions units, SourceOptions sources, Func<Platform, CancellationToken, ValueTask<Goal>> choose, CancellationToken stop)
    {
        var options = await Options.JobAsync(parsed, stop);
        await using var probes = await Options.OpenAsync(parsed, units, sources, stop);
        var seat = probes.Only;
        Goal? goal = null;
        var plan = await new SwdJob(await seat.OpenAsync(stop), seat.Port, options, TimeProvider.System, null)
            .PlanAsync(async (platform, stopChoose) => goal = await choose(platform, stopChoose), stop);
        await PlanFiles.KeepAsync(goal!.Modules.Append(goal.App).OfType<FirmwareModule>(), $"plan for {plan.Platform} {plan.Release}", stop);
        if (gang.IsJson(parsed)) Console.Out.WriteLine(System.Text.Encoding.UTF8.GetString(plan.Save()));
        else PlanView.Write(plan, []);
        return (int)ExitCode.Passed;
    }

    /// <summary>Goes on with a job that was broken off, through the probe that it went through unless another is named.</summary>
    public async Task<int> ResumeAsync(ParseResult parsed, GangOptions gang, UnitOptions units, SourceOptions sources, ReleaseStore store, JobJournal journal, CancellationToken stop)
    {
        var before = journal.Head.Goal.Probe!;
        var options = await Options.JobAsync(parsed, stop);
        options = options with { AllowOptionBytes = options.AllowOptionBytes || before.AllowOptionBytes, AllowUicr = options.AllowUicr || before.AllowUicr };
        // A board that lost its modules half-way does not say which one it is; the job knows.
        options = options with { Platform = options.Platform ?? PlatformCatalog.Require(journal.Head.Unit.Platform) };
        await using var probes = await Options.OpenAsync(parsed, units, sources, stop, unless: before.Name);
        _ = probes.Only;
        var jobs = gang.Jobs(parsed, store);
        return await gang.RunAsync(parsed, probes, _ => (seat, observer, stopJob) => jobs.ResumeAsync(seat, options, journal, observer, stopJob), stop);
    }

    /// <summary>Writes files: modules at their places, everything else at its addresses.</summary>
    public async Task<int> FlashAsync(ParseResult parsed, GangOptions gang, UnitOptions units, SourceOptions sources, string[] paths, CancellationToken stop)
    {
        if (await AllModulesAsync(paths, stop) is { } files)
        {
            using var store = sources.OpenForLab(parsed);
            return await RestoreAsync(parsed, gang, units, sources, store, (platform, _) =>
            {
                var modules = files.For(platform);
                return new(new Goal { Release = FlashRoutes.ReleaseOf(platform, modules), Modules = modules, MayDowngrade = true, IsByHand = true });
            }, stop);
        }
        var segments = await SwdOptions.SegmentsAsync(paths, stop);
        var options = await Options.JobAsync(parsed, stop);
        await using var probes = await Options.OpenAsync(parsed, units, sources, stop, gang.TakesAll(parsed));
        return await gang.RunAsync(parsed, probes, _ => async (seat, observer, stopJob) =>
            await new SwdJob(await seat.OpenAsync(stopJob), seat.Port, options, TimeProvider.System, observer).WriteAsync(segments, stopJob), stop);
    }

    /// <summary>The files as modules; null when one is bare bytes or Intel HEX.</summary>
    static async Task<FlashFiles?> AllModulesAsync(string[] paths, CancellationToken stop)
    {
        foreach (var path in paths)
        {
            if (!File.Exists(path) || path.EndsWith(".hex", StringComparison.OrdinalIgnoreCase)) return null;
        }
        return await FlashFiles.ReadAsync(paths, stop);
    }
}
