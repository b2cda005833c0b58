using System.CommandLine;
using Pogoline.Cli.Output;
using Pogoline.Programming;
using Pogoline.Programming.Gang;
using Pogoline.Programming.Identify;

namespace Pogoline.Cli.Commands;

/// <summary><c>pogoline identify</c>: who a board is.</summary>
static class IdentifyCommand
{
    public static Command Create()
    {
        var unit = new Argument<string?>("UNIT") { Description = "The board: its device ID, platform or USB port path.", Arity = ArgumentArity.ZeroOrOne };
        var units = new UnitOptions(unit);
        var sources = new SourceOptions();
        var gang = new GangOptions();
        var listen = new Option<bool>("--listen") { Description = "Bring the board into listening mode for what only its console tells (MAC address, IMEI), and back." };
        var csv = new Option<string?>("--csv") { Description = "Append a line for every board to a file; a board that is in it already is refused.", HelpName = "file" };
        var command = new ExampleCommand("identify", "Device ID, serial number, ICCID, IMEI, MAC address and versions.",
            "pogoline identify", "pogoline identify --listen --csv boards.csv", "pogoline identify --watch --csv boards.csv",
            "pogoline identify --lab 'boron@2.2.0*2' --json") { unit, listen, csv };
        units.AddTo(command);
        sources.AddForLabTo(command);
        gang.AddTo(command, writes: false);
        command.SetAction((parsed, stop) => Terminal.GuardAsync(gang.IsJson(parsed), async () =>
        {
            var (mayListen, path) = (parsed.GetValue(listen), parsed.GetValue(csv));
            await using var opened = await units.OpenAsync(parsed, sources, stop, gang.TakesAll(parsed));
            if (gang.TakesAll(parsed))
            {
                var job = Job(mayListen, path);
                return await gang.RunAsync(parsed, opened, _ => job, stop);
            }
            var identities = await Task.WhenAll(opened.Units.Select(u => Task.Run(() => new UnitIdentifier(u, TimeProvider.System).ReadAsync(mayListen, stop).AsTask(), stop)));
            if (path is not null) IdentityCsv.Append(path, identities);
            if (gang.IsJson(parsed)) Terminal.Json(new(1, identities), IdentityJson.Default.IdentityList);
            else IdentityView.Write(identities);
            return (int)ExitCode.Passed;
        }));
        return command;
    }

    /// <summary>Asks one board of many, and lists it at once: what went wrong with another one loses no line.</summary>
    static UnitJob<IUnit> Job(bool mayListen, string? path)
    {
        var listing = new Lock();
        return async (unit, observer, stop) =>
        {
            var started = TimeProvider.System.GetTimestamp();
            observer.On(new(unit.DeviceId, ProgrammingPhase.Look, "who it is", 0, 0, 0));
            var identity = await new UnitIdentifier(unit, TimeProvider.System).ReadAsync(mayListen, stop);
            if (path is not null) lock (listing) IdentityCsv.Append(path, [identity]);
            return new()
            {
                Outcome = Outcome.Passed,
                Unit = new(identity.DeviceId, identity.Platform, unit.Port),
                Identity = identity,
                Seconds = Math.Round(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 3),
            };
        };
    }
}
