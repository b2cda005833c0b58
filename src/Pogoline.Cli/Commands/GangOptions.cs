using System.CommandLine;
using Pogoline.Cli.Output;
using Pogoline.Cli.Output.Diary;
using Pogoline.Host.Journals;
using Pogoline.Host.Releases;
using Pogoline.Programming;
using Pogoline.Programming.Gang;
using Pogoline.Programming.Swd;

namespace Pogoline.Cli.Commands;

/// <summary>The options of commands that work on many boards at once, and how they do.</summary>
sealed class GangOptions
{
    readonly Option<bool> _all = new("--all") { Description = "Work on every connected board." };
    readonly Option<bool> _watch = new("--watch") { Description = "Work on every board that is plugged in, now and later, until Ctrl-C." };
    readonly Option<int?> _jobs = new("--jobs", "-j") { Description = "Boards at once; without it all of them.", HelpName = "number" };
    readonly Option<int?> _retries = new("--retries")
    {
        Description = "How often a board is tried again after a fault that may pass; without it once with --all and --watch, else not.", HelpName = "number",
    };

    readonly Option<int?> _deadline = new("--deadline")
    {
        Description = "Seconds without any progress after which a board counts as hung; 90 unless said.", HelpName = "seconds",
    };

    readonly Option<string?> _journal = new("--journal")
    {
        Description = "The folder of the journals; without it 'jobs' in POGOLINE_STATE or in the user's state folder.", HelpName = "DIR",
    };

    readonly Option<bool> _json = new("--json") { Description = "Print one JSON object." };
    readonly Option<bool> _ndjson = new("--ndjson") { Description = "Print every event as a JSON line, then the result." };

    public GangOptions()
    {
        foreach (var (option, least, most) in new[] { (_jobs, 1, 1000), (_retries, 0, 100), (_deadline, 1, 86400) })
        {
            option.Validators.Add(result =>
            {
                if (result.Tokens is [var token] && (!int.TryParse(token.Value, out var number) || number < least || number > most))
                    result.AddError($"{option.Name} takes a number from {least} to {most}, not '{token.Value}'.");
            });
        }
    }

    /// <summary>Adds the options.</summary>
    /// <param name="command">The command.</param>
    /// <param name="many">Whether it works on many boards.</param>
    /// <param name="writes">Whether it writes to them, so that there are journals.</param>
    public void AddTo(Command command, bool many = true, bool writes = true)
    {
        foreach (var option in many ? new Option[] { _all, _watch, _jobs } : []) command.Options.Add(option);
        foreach (var option in new Option[] { _retries, _deadline }) command.Options.Add(option);
        if (writes) command.Options.Add(_journal);
        foreach (var option in new Option[] { _json, _ndjson }) command.Options.Add(option);
    }

    /// <summary>The folder of the journals.</summary>
    public JournalFolder Journals(ParseResult parsed) => JournalFolder.Default(parsed.GetValue(_journal), TimeProvider.System);

    /// <summary>What runs the jobs.</summary>
    public JournalledJobs Jobs(ParseResult parsed, ReleaseStore store) => new(store, Journals(parsed));

    /// <summary>Whether results go to standard output as JSON.</summary>
    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json) || parsed.GetValue(_ndjson);

    /// <summary>Whether every board is meant, and not those that are named.</summary>
    public bool TakesAll(ParseResult parsed) => parsed.GetValue(_all) || parsed.GetValue(_watch);

    /// <summary>Does a job on the units, shows how it gets on, and prints the results.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="opened">The units.</param>
    /// <param name="job">Makes the job of a unit, given who shows it.</param>
    /// <param name="stop">Ends the waiting, and the jobs where that is safe.</param>
    /// <returns>The exit code.</returns>
    public Task<int> RunAsync(ParseResult parsed, OpenedUnits opened, Func<IGangOutput, UnitJob<IUnit>> job, CancellationToken stop) =>
        RunAsync<IUnit>(parsed, opened.ArrivalsAsync(parsed.GetValue(_watch), stop), opened.Units.Count > 1, output => async (unit, observer, stopUnit) =>
        {
            using var taken = opened.Lock(unit);
            return await job(output)(unit, observer, stopUnit);
        }, opened.Release, stop);

    /// <summary>The same for what hangs on probes.</summary>
    public Task<int> RunAsync(ParseResult parsed, OpenedProbes probes, Func<IGangOutput, UnitJob<ProbeSeat>> job, CancellationToken stop)
    {
        if (parsed.GetValue(_watch)) throw new PogolineException(UnitFaults.Usage, "--watch waits for boards on USB; a probe stays plugged in while boards change.", "Give --all, and run the command again for the next boards.");
        return RunAsync(parsed, probes.All.ToAsyncEnumerable(), probes.All.Count > 1, job, _ => { }, stop);
    }

    async Task<int> RunAsync<T>(ParseResult parsed, IAsyncEnumerable<T> units, bool many, Func<IGangOutput, UnitJob<T>> job, Action<T> ended, CancellationToken stop) where T : IGangUnit
    {
        var started = TimeProvider.System.GetTimestamp();
        var output = OutputFor(parsed, many);
        var policy = new GangPolicy
        {
            Jobs = parsed.GetValue(_jobs) ?? int.MaxValue,
            Retries = parsed.GetValue(_retries) ?? (TakesAll(parsed) ? 1 : 0),
            Deadline = TimeSpan.FromSeconds(parsed.GetValue(_deadline) ?? 90),
        };
        var runner = new GangRunner<T>(job(output), policy, TimeProvider.System, new Releasing<T>(output, ended), RunDiary.Current.Log);
        var results = await output.RunAsync(() => runner.RunAsync(units, stop));
        return Print(parsed, results, runner.Ports, TimeProvider.System.GetElapsedTime(started));
    }

    IGangOutput OutputFor(ParseResult parsed, bool many) =>
        parsed.GetValue(_ndjson) ? new EventLines(TakesAll(parsed)) : IsJson(parsed) ? new NoOutput() : new LiveOutput(many || TakesAll(parsed));

    int Print(ParseResult parsed, IReadOnlyList<ProgrammingResult> results, IReadOnlyList<PortReport> ports, TimeSpan elapsed)
    {
        if (IsJson(parsed)) GangView.WriteJson(results, ports, TakesAll(parsed) || results.Count != 1, elapsed);
        else GangView.Write(results, ports, elapsed);
        return (int)(results.FirstOrDefault(r => r.Outcome != Outcome.Passed)?.Exit ?? ExitCode.Passed);
    }

    /// <summary>Passes on, and says when the job of a unit has ended.</summary>
    sealed class Releasing<T>(IGangOutput output, Action<T> ended) : IGangObserver where T : IGangUnit
    {
        public void On(in ProgrammingEvent step) => output.On(step);

        public void Joined(IGangUnit unit) => output.Joined(unit);

        public void Started(IGangUnit unit, int attempt) => output.Started(unit, attempt);

        public void Ended(IGangUnit unit, ProgrammingResult result)
        {
            output.Ended(unit, result);
            ended((T)unit);
        }
    }
}
