using System.CommandLine;
using Pogoline.Cli.Output;
using Pogoline.Platforms;
using Pogoline.Programming;

namespace Pogoline.Cli.Commands;

/// <summary>Runs a job on every board at once, shows how they get on, and prints what is left of them.</summary>
sealed class RestoreRun
{
    readonly Option<bool> _json = new("--json") { Description = "Print one JSON object." };
    readonly Option<bool> _ndjson = new("--ndjson") { Description = "Print every event as a JSON line, then the result." };

    public void AddTo(Command command)
    {
        command.Options.Add(_json);
        command.Options.Add(_ndjson);
    }

    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json) || parsed.GetValue(_ndjson);

    /// <summary>How jobs are shown.</summary>
    public IRestoreOutput OutputFor(ParseResult parsed) => parsed.GetValue(_ndjson) ? new EventLines() : IsJson(parsed) ? new NoOutput() : new LiveOutput();

    /// <summary>Runs the work for each board.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(ParseResult parsed, IReadOnlyList<IUnit> boards, Func<IUnit, IProgrammingObserver, IRestoreOutput, Task<ProgrammingResult>> work)
    {
        var output = OutputFor(parsed);
        var started = TimeProvider.System.GetTimestamp();
        var results = await output.RunAsync(boards, observer => Task.WhenAll(boards.Select(board => Task.Run(() => work(board, observer, output)))));
        RestoreView.Write(results, IsJson(parsed), TimeProvider.System.GetElapsedTime(started));
        return (int)(results.FirstOrDefault(r => r.Outcome != Outcome.Passed)?.Exit ?? ExitCode.Passed);
    }

    /// <summary>Chooses the goal for a board and brings it there; what cannot be chosen is a refused job.</summary>
    public static async Task<ProgrammingResult> RunGoalAsync(IUnit unit, RestoreJob job, Func<Platform, Task<ChosenGoal>> choose, IRestoreOutput output, CancellationToken stop)
    {
        ChosenGoal chosen;
        try
        {
            chosen = await choose(unit.Platform);
        }
        catch (PogolineException e)
        {
            return new() { Outcome = Outcome.Refused, Unit = new(unit.DeviceId, unit.Platform.Name, unit.Port), Error = ErrorSummary.Of(e), Exit = e.Code.Exit };
        }
        output.Say(unit, chosen.Sentences);
        return await job.RunAsync(chosen.Goal, stop);
    }
}
