using System.CommandLine;
using Pogoline.Cli.Output;
using Pogoline.Programming;
using Pogoline.Programming.Modes;
using Spectre.Console;

namespace Pogoline.Cli.Commands;

/// <summary><c>pogoline usb</c>: the modes of boards, one command a change; each returns when the mode is confirmed.</summary>
static class UsbCommand
{
    public static Command Create() => new("usb", "The modes of a board: each command returns when the board is there.")
    {
        Mode("start-listening", "Into listening mode, in which the serial console answers.", DeviceMode.Listening),
        Mode("stop-listening", "Out of listening mode: the user firmware runs.", DeviceMode.Normal),
        Mode("dfu", "Into DFU mode.", DeviceMode.Dfu),
        Mode("safe-mode", "Restart without user firmware.", DeviceMode.Safe),
        CreateReset(),
        CreateSetupDone(),
    };

    static ExampleCommand Mode(string name, string description, DeviceMode mode) =>
        Make(name, description, [], (unit, _, stop) => new UnitModes(unit, TimeProvider.System).EnterAsync(mode, stop));

    static ExampleCommand CreateReset() =>
        Make("reset", "Restart; out of DFU mode too.", [], (unit, _, stop) => new UnitModes(unit, TimeProvider.System).RestartAsync(stop));

    static ExampleCommand CreateSetupDone()
    {
        var clear = new Option<bool>("--clear") { Description = "Take the mark away instead: the board starts in listening mode." };
        return Make("setup-done", "Mark the setup as done, so that a Gen 3 board before Device OS 4.0.0 does not start in listening mode.", [clear],
            (unit, parsed, stop) => new SetupMark(unit, TimeProvider.System).WriteAsync(!parsed.GetValue(clear), stop));
    }

    static ExampleCommand Make(string name, string description, IReadOnlyList<Option> own, Func<IUnit, ParseResult, CancellationToken, ValueTask<ModeSighting>> work)
    {
        var units = new UnitOptions();
        var sources = new SourceOptions();
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new ExampleCommand(name, description, $"pogoline usb {name}", $"pogoline usb {name} --device e00fce68a1b2c3d4e5f60718", $"pogoline usb {name} --lab boron@2.2.0");
        foreach (var option in own) command.Options.Add(option);
        units.AddTo(command);
        sources.AddForLabTo(command);
        command.Options.Add(json);
        command.SetAction((parsed, stop) => Terminal.GuardAsync(parsed.GetValue(json), async () =>
        {
            await using var opened = await units.OpenAsync(parsed, sources, stop);
            var rows = new List<ModeRow>();
            foreach (var unit in opened.Units) rows.Add(ModeRow.Of(unit, await work(unit, parsed, stop)));
            var isSure = rows.TrueForAll(r => r.Confirmed);
            if (parsed.GetValue(json)) Terminal.Json(new(1, isSure ? "passed" : "unverified", rows), ModeJson.Default.ModeReport);
            else Print(rows);
            return (int)(isSure ? ExitCode.Passed : ExitCode.Unverified);
        }));
        return command;
    }

    static void Print(List<ModeRow> rows)
    {
        foreach (var row in rows)
        {
            Terminal.Out.WriteLine($"{row.Platform} {row.DeviceId} at {row.Port}: {Name(row.Mode)}");
            if (row.Confirmed) continue;
            Terminal.Out.WriteLine(row.Mode == DeviceMode.Safe ? "  It restarted as asked; whether the user firmware stays out, a running system does not say."
                : "  Its system is too old to be asked for its mode.");
        }
    }

    static string Name(DeviceMode mode) => mode == DeviceMode.Dfu ? "DFU mode" : $"{mode.ToString().ToLowerInvariant()} mode";
}
