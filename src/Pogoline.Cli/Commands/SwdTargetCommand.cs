using System.CommandLine;
using Pogoline.Cli.Output;
using Pogoline.Host.Bundles;
using Pogoline.Links.Swd.Targets;
using Pogoline.Programming.Swd;
using Spectre.Console;

namespace Pogoline.Cli.Commands;

/// <summary>A command that works on the target behind one probe.</summary>
sealed class SwdTargetCommand : Command
{
    readonly SwdOptions _options = new();
    readonly UnitOptions _units = new();
    readonly SourceOptions _sources = new();
    readonly Option<bool> _json = new("--json") { Description = "Print one JSON object." };

    public SwdTargetCommand(string name, string description) : base(name, description)
    {
    }

    /// <summary>Whether it changes what the board holds, which a machine that is locked to one bundle refuses.</summary>
    public bool Changes { get; init; }

    /// <summary>Whether JSON is wanted.</summary>
    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>Says how it went.</summary>
    public void Say(ParseResult parsed, string sentence)
    {
        if (IsJson(parsed)) Terminal.Json(new(1, "passed", sentence), SwdJson.Default.SwdDone);
        else Terminal.Out.WriteLine(sentence);
    }

    /// <summary>Makes the work the command's action.</summary>
    public Command OnTarget(Func<SwdTarget, SwdJobOptions, ParseResult, CancellationToken, Task> work)
    {
        _options.AddConnection(this);
        _options.AddLeave(this);
        _units.AddLabTo(this);
        _sources.AddForLabTo(this);
        Options.Add(_json);
        SetAction((parsed, stop) => Terminal.GuardAsync(IsJson(parsed), async () =>
        {
            if (Changes) MachineLock.Default.RequireUnlocked($"'swd {Name}'");
            var options = await _options.JobAsync(parsed, stop);
            await using var probes = await _options.OpenAsync(parsed, _units, _sources, stop);
            await using var target = await SwdTarget.ConnectAsync(await probes.Only.OpenAsync(stop), options.Connect, TimeProvider.System, stop);
            await work(target, options, parsed, stop);
            return (int)ExitCode.Passed;
        }));
        return this;
    }
}
