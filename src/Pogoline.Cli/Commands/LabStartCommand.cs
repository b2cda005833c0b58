using System.CommandLine;
using Pogoline.Cli.Output;
using Pogoline.Lab.Board;
using Pogoline.Lab.Probes;
using Pogoline.Lab.UsbIp;
using Pogoline.Programming;

namespace Pogoline.Cli.Commands;

/// <summary><c>start BOARD…</c>: virtual boards as USB devices, by USB/IP, until it is stopped.</summary>
static class LabStartCommand
{
    static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        var boards = new Argument<string[]>("BOARD")
        {
            Arity = ArgumentArity.OneOrMore,
            Description = "BOARD[@OS][*N], such as boron@1.5.2 or argon@2.2.0*4.",
        };
        var port = new Option<int>("--port")
        {
            Description = "The TCP port on 127.0.0.1.", DefaultValueFactory = _ => UsbIpServer.DefaultPort,
        };
        port.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !ushort.TryParse(token.Value, out var number) | number == 0)
                result.AddError($"'{token.Value}' is no TCP port: 1 to 65535.");
        });
        var mode = new Option<string?>("--mode") { Description = "The mode to start in; without it, what the boards come up with.", HelpName = "mode" };
        mode.AcceptOnlyFromAmong("normal", "dfu", "listening", "safe");
        var timing = new Option<string?>("--timing")
        {
            Description = "'datasheet' gives the boards the erase, program and bus times of the real parts.", HelpName = "timing",
        };
        timing.AcceptOnlyFromAmong("none", "datasheet");
        var state = new Option<string?>("--state")
        {
            Description = "Keep each board's memories in DIR/<device-id> and take them up again.", HelpName = "DIR",
        };
        var fresh = new Option<bool>("--fresh") { Description = "Discard what --state has of these boards." };
        var probe = new Option<string?>("--probe") { Description = "Connect a debug probe of this kind to every board.", HelpName = "kind" };
        probe.AcceptOnlyFromAmong([.. ProbeKinds.Names]);
        var json = new Option<bool>("--json") { Description = "One JSON object per board instead of its line." };
        var sources = new SourceOptions();
        var command = new ExampleCommand("start", "Serves virtual boards as USB devices over USB/IP; prints a line per board, then 'ready'.",
            "pogoline lab start boron@1.5.2 --mode dfu", "pogoline lab start photon argon@2.2.0*4 --port 3241 --state boards --timing datasheet",
            "pogoline lab start boron@1.5.2 --probe cmsis-dap-v2")
        {
            boards, port, mode, timing, state, fresh, probe, json,
        };
        sources.AddForLabTo(command);
        command.SetAction((parsed, stop) => Terminal.GuardAsync(parsed.GetValue(json), async () =>
        {
            var clock = new LabClock(parsed.GetValue(timing) == "datasheet" ? LabTiming.Datasheet : LabTiming.None, TimeProvider.System);
            var options = new LabOptions
            {
                State = parsed.GetValue(state) is { } folder ? new(folder, parsed.GetValue(fresh)) : null,
                Mode = parsed.GetValue(mode) is { } name ? Enum.Parse<DeviceMode>(name, ignoreCase: true) : null,
            };
            var store = sources.OpenForLab(parsed);
            var specs = parsed.GetRequiredValue(boards).Select(LabSpec.Parse).ToList();
            var units = await VirtualLab.MakeAsync(specs, UnitOptions.ModulesFrom(store), clock, stop, options);
            try
            {
                IReadOnlyList<VirtualProbe> probes = parsed.GetValue(probe) is { } kind
                    ? [.. units.Select(unit => unit.AttachProbe(ProbeKinds.Parse(kind)))] : [];
                await ServeAsync(units, probes, clock, parsed.GetValue(port), parsed.GetValue(json), stop);
            }
            finally
            {
                foreach (var unit in units) await unit.DisposeAsync();
            }
            return (int)ExitCode.Passed;
        }));
        return command;
    }

    static async Task ServeAsync(
        IReadOnlyList<VirtualUnit> units, IReadOnlyList<VirtualProbe> probes, LabClock clock, int port, bool json, CancellationToken stop)
    {
        await using var server = UsbIpServer.Start(units.Select(unit => unit.Board), clock, port, probes);
        try
        {
            for (var i = 0; i < units.Count; i++)
            {
                await units[i].WaitForAsync(UnitPresence.System | UnitPresence.Dfu, StartDeadline, stop);
                var line = new LabBoardLine(UsbIpServer.BusIdOf(i), units[i].Platform.Name, units[i].DeviceId, units[i].Board.Mode);
                if (json) Terminal.Json(line, CliJson.Default.LabBoardLine);
                else Console.WriteLine(line);
            }
            for (var i = 0; i < probes.Count; i++)
            {
                var line = new LabProbeLine(
                    UsbIpServer.BusIdOf(units.Count + i), ProbeKinds.NameOf(probes[i].Kind), probes[i].Serial, probes[i].Target.Board.Hardware.DeviceId);
                if (json) Terminal.Json(line, CliJson.Default.LabProbeLine);
                else Console.WriteLine(line);
            }
            Console.WriteLine("ready");
            await server.Completion.WaitAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to stop: the regular end.
        }
    }
}

/// <summary>What <c>lab start</c> says of a board.</summary>
sealed record LabBoardLine(string BusId, string Platform, string DeviceId, DeviceMode Mode)
{
    public override string ToString() => $"{BusId} {Platform} {DeviceId} {Mode.ToString().ToLowerInvariant()}";
}

/// <summary>What <c>lab start</c> says of a debug probe.</summary>
sealed record LabProbeLine(string BusId, string Probe, string Serial, string DeviceId)
{
    public override string ToString() => $"{BusId} {Probe} {Serial} {DeviceId}";
}
