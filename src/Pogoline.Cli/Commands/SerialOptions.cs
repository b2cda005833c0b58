using System.CommandLine;
using Pogoline.Host.Serial;
using Pogoline.Links;
using Pogoline.Links.Listening;

namespace Pogoline.Cli.Commands;

/// <summary>The options of the <c>serial</c> commands that say which port: a named one, or that of a board.</summary>
sealed class SerialOptions
{
    readonly UnitOptions _units = new();
    readonly SourceOptions _sources = new();
    readonly Option<string?> _port = new("--port", "-p") { Description = "A serial port by its name, whatever is behind it, instead of a board.", HelpName = "port" };

    /// <summary>Whether output is an object.</summary>
    public Option<bool> Json { get; } = new("--json") { Description = "Print one JSON object." };

    public void AddTo(Command command)
    {
        command.Options.Add(_port);
        _units.AddTo(command);
        _sources.AddForLabTo(command);
        command.Options.Add(Json);
    }

    /// <summary>Runs a command's work on the one port that was meant.</summary>
    public Task<int> RunAsync(ParseResult parsed, Func<ISerialChannel, string, Task<ExitCode>> work, CancellationToken stop) => Output.Terminal.GuardAsync(parsed.GetValue(Json), async () =>
    {
        if (parsed.GetValue(_port) is { } name)
        {
            if (_units.AreNamed(parsed)) throw new PogolineException(UnitFaults.Usage, "--port names a port, --device and --lab boards.", "Give one of them.");
            await using var named = new LibSerialPorts(TimeProvider.System).Open(name, ListeningConsole.BaudRate);
            return (int)await work(named, name);
        }
        await using var opened = await _units.OpenAsync(parsed, _sources, stop);
        if (opened.Units is not [var unit]) throw new PogolineException(UnitFaults.Usage, $"{opened.Units.Count} boards were named; this is for one.", "Name one board.");
        await using var channel = await unit.OpenSerialAsync(ListeningConsole.BaudRate, stop);
        return (int)await work(channel, unit.Port);
    });
}
