using System.CommandLine;
using Pogoline.Cli.Output;
using Pogoline.Host.Probes;
using Pogoline.Host.Usb;
using Spectre.Console;

namespace Pogoline.Cli.Commands;

/// <summary><c>pogoline devices</c>: every board on the bus.</summary>
static class DevicesCommand
{
    /// <summary>How soon a board is looked at again that cannot be opened yet; nothing announces that its permissions were set.</summary>
    static readonly TimeSpan Recheck = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var watch = new Option<bool>("--watch") { Description = "Go on and show what comes and goes, until it is stopped." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object; with --watch a JSON line for every change." };
        var command = new Command("devices", "Every board and debug probe that is connected, in every mode, also those that cannot be opened, with cause and remedy.") { watch, json };
        command.SetAction((parsed, stop) => Terminal.GuardAsync(parsed.GetValue(json), async () =>
        {
            await using var bus = LibUsbBus.Open(TimeProvider.System);
            var finder = new UsbUnitFinder(bus);
            if (parsed.GetValue(watch)) await WatchAsync(finder, parsed.GetValue(json), stop);
            else Print([.. (await finder.LookAsync(stop)).Select(DeviceRow.Of)], [.. (await new ProbeFinder(bus, TimeProvider.System).LookAsync(stop)).Select(ProbeRow.Of)], parsed.GetValue(json));
            return (int)ExitCode.Passed;
        }));
        return command;
    }

    static void Print(IReadOnlyList<DeviceRow> units, IReadOnlyList<ProbeRow> probes, bool json)
    {
        if (json)
        {
            Terminal.Json(new(1, units, probes), DeviceJson.Default.DeviceList);
            return;
        }
        if (probes.Count > 0) SwdProbesCommand.Print(probes);
        if (units.Count == 0)
        {
            Terminal.Out.MarkupLine("No board is connected.");
            return;
        }
        var table = Terminal.Table("Platform", "Device ID", "Mode", "Port", "USB");
        foreach (var unit in units) table.AddRow(new[] { unit.Platform, unit.DeviceId ?? "–", unit.Mode, unit.Port, unit.Usb }.Select(Markup.Escape).ToArray());
        Terminal.Out.Write(table);
        foreach (var problem in units.Select(u => u.Problem).OfType<DeviceProblem>())
        {
            Terminal.Out.MarkupLineInterpolated($"[yellow]{problem.Code}[/]: {problem.Message}\n  [green]→[/] {problem.Remedy}");
        }
    }

    static async Task WatchAsync(UsbUnitFinder finder, bool json, CancellationToken stop)
    {
        Dictionary<string, DeviceRow> shown = [];
        try
        {
            while (true)
            {
                var changed = finder.Bus.Changed;
                var now = new Dictionary<string, DeviceRow>();
                foreach (var unit in (await finder.LookAsync(stop)).Select(DeviceRow.Of)) now.TryAdd($"{unit.Port} {unit.Usb} {unit.DeviceId}", unit);
                foreach (var (key, unit) in shown.Where(s => !now.ContainsKey(s.Key))) Say("removed", unit, json);
                foreach (var (key, unit) in now.Where(n => !shown.TryGetValue(n.Key, out var before) || before != n.Value)) Say(shown.ContainsKey(key) ? "changed" : "added", unit, json);
                shown = now;
                if (now.Values.All(u => u.Problem is null)) await changed.WaitAsync(stop);
                else await Task.WhenAny(changed, Task.Delay(Recheck, stop)).WaitAsync(stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Being stopped is how watching ends.
        }
    }

    static void Say(string change, DeviceRow unit, bool json)
    {
        if (json) Terminal.Json(new(1, change, unit), DeviceJson.Default.DeviceEvent);
        else Terminal.Out.MarkupLineInterpolated($"{change,-8} {unit.Platform,-10} {unit.DeviceId ?? "–",-24} {unit.Mode,-6} {unit.Port}{(unit.Problem is null ? "" : $"  {unit.Problem.Message} {unit.Problem.Remedy}")}");
    }
}
