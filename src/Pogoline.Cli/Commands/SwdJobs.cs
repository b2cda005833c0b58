using System.CommandLine;
using Pogoline.Planning;
using Pogoline.Platforms;
using Pogoline.Programming;
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
        Options.AddConnection(command);
        Options.AddLeave(command);
    }

    /// <summary>Whether SWD is meant.</summary>
    public bool IsMeant(ParseResult parsed) => parsed.GetValue(_swd);

    /// <summary>Brings the board on each probe to a goal.</summary>
    public Task<int> RestoreAsync(ParseResult parsed, GangOptions gang, UnitOptions units, SourceOptions sources, Func<Platform, Task<ChosenGoal>> choose, CancellationToken stop) =>
        RunAsync(parsed, gang, units, sources, async job => await job.RestoreAsync(async (platform, _) => (await choose(platform)).Goal, stop), stop);

    /// <summary>Writes files: modules at their places, everything else at its addresses.</summary>
    public async Task<int> FlashAsync(ParseResult parsed, GangOptions gang, UnitOptions units, SourceOptions sources, string[] paths, CancellationToken stop)
    {
        if (await AllModulesAsync(paths, stop) is { } files)
        {
            return await RunAsync(parsed, gang, units, sources, async job => await job.RestoreAsync((platform, _) =>
            {
                var modules = files.For(platform);
                return new(new Goal { Release = FlashRoutes.ReleaseOf(platform, modules), Modules = modules, MayDowngrade = true, IsByHand = true });
            }, stop), stop);
        }
        var segments = await SwdOptions.SegmentsAsync(paths, stop);
        return await RunAsync(parsed, gang, units, sources, async job => await job.WriteAsync(segments, stop), stop);
    }

    async Task<int> RunAsync(ParseResult parsed, GangOptions gang, UnitOptions units, SourceOptions sources, Func<SwdJob, Task<ProgrammingResult>> work, CancellationToken stop)
    {
        var options = await Options.JobAsync(parsed, stop);
        await using var probes = await Options.OpenAsync(parsed, units, sources, stop);
        var started = TimeProvider.System.GetTimestamp();
        var output = gang.OutputFor(parsed, probes.All.Count > 1);
        var results = await output.RunAsync(async () => await Task.WhenAll(probes.All.Select(p =>
            Task.Run(async () => await work(new(p.Probe, p.Port, options, TimeProvider.System, output)), CancellationToken.None))));
        return gang.Print(parsed, results, [], TimeProvider.System.GetElapsedTime(started));
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
