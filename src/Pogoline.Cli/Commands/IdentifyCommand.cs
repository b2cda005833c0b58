using System.CommandLine;
using Pogoline.Cli.Output;
using Pogoline.Programming.Identify;
using Spectre.Console;

namespace Pogoline.Cli.Commands;

/// <summary><c>pogoline identify</c>: who a board is.</summary>
static class IdentifyCommand
{
    public static Command Create()
    {
        var unit = new Argument<string?>("UNIT") { Description = "The board: its device ID, platform or USB port path.", Arity = ArgumentArity.ZeroOrOne };
        var units = new UnitOptions(unit);
        var sources = new SourceOptions();
        var listen = new Option<bool>("--listen") { Description = "Bring the board into listening mode for what only its console tells (MAC address, IMEI), and back." };
        var csv = new Option<string?>("--csv") { Description = "Append a line for every board to a file; a board that is in it already is refused.", HelpName = "file" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new ExampleCommand("identify", "Device ID, serial number, ICCID, IMEI, MAC address and versions.",
            "pogoline identify", "pogoline identify --listen --csv boards.csv", "pogoline identify --lab 'boron@2.2.0*2' --json") { unit, listen, csv };
        units.AddTo(command);
        sources.AddForLabTo(command);
        command.Options.Add(json);
        command.SetAction((parsed, stop) => Terminal.GuardAsync(parsed.GetValue(json), async () =>
        {
            await using var opened = await units.OpenAsync(parsed, sources, stop);
            var mayListen = parsed.GetValue(listen);
            var identities = await Task.WhenAll(opened.Units.Select(u => Task.Run(() => new UnitIdentifier(u, TimeProvider.System).ReadAsync(mayListen, stop).AsTask(), stop)));
            if (parsed.GetValue(csv) is { } path) IdentityCsv.Append(path, identities);
            if (parsed.GetValue(json)) Terminal.Json(new(1, identities), IdentityJson.Default.IdentityList);
            else Print(identities);
            return (int)ExitCode.Passed;
        }));
        return command;
    }

    static void Print(IReadOnlyList<UnitIdentity> identities)
    {
        var table = Terminal.Table("Platform", "Device ID", "Serial number", "ICCID", "IMEI", "MAC", "Device OS", "Mode", "Port");
        foreach (var i in identities)
        {
            table.AddRow(new[] { i.Platform, i.DeviceId, i.SerialNumber, i.Iccid, i.Imei, i.Mac, i.Release, $"{i.Mode}".ToLowerInvariant(), i.Port }.Select(v => Markup.Escape(v ?? "–")).ToArray());
        }
        Terminal.Out.Write(table);
        foreach (var i in identities.Where(i => i.Modules.Count > 0))
        {
            var versions = string.Join(", ", i.Modules.Select(m => $"{new ModuleId(m.Function, m.Index)} {m.Version}{(m.Ok ? "" : " (not in order)")}"));
            Terminal.Out.WriteLine($"…{i.DeviceId[^6..]}: {versions}");
        }
        foreach (var note in identities.SelectMany(i => i.Notes).Distinct()) Terminal.Out.WriteLine(note);
    }
}
