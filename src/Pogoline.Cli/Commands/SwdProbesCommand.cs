using System.CommandLine;
using Pogoline.Cli.Output;
using Pogoline.Host.Hid;
using Pogoline.Host.Probes;
using Pogoline.Host.Usb;
using Spectre.Console;

namespace Pogoline.Cli.Commands;

/// <summary><c>pogoline swd probes</c>: every debug probe that is connected.</summary>
static class SwdProbesCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new Command("probes", "Every debug probe that is connected, also those that cannot be opened, with cause and remedy.") { json };
        command.SetAction((parsed, stop) => Terminal.GuardAsync(parsed.GetValue(json), async () =>
        {
            await using var bus = LibUsbBus.Open(TimeProvider.System);
            var rows = (await new ProbeFinder(bus, TimeProvider.System).LookAsync(stop)).Select(ProbeRow.Of).ToList();
            if (parsed.GetValue(json)) Terminal.Json(new(1, rows), SwdJson.Default.ProbeList);
            else Print(rows);
            return (int)ExitCode.Passed;
        }));
        return command;
    }

    /// <summary>Shows probes in a table, and what keeps them from being used.</summary>
    public static void Print(IReadOnlyList<ProbeRow> probes)
    {
        if (probes.Count == 0)
        {
            Terminal.Out.MarkupLine("No probe is connected.");
        }
        else
        {
            var table = Terminal.Table("Probe", "Kind", "Serial number", "Port", "USB");
            foreach (var probe in probes) table.AddRow(new[] { probe.Product, probe.Kind, probe.SerialNumber ?? "–", probe.Port, probe.Usb }.Select(Markup.Escape).ToArray());
            Terminal.Out.Write(table);
        }
        foreach (var problem in probes.Select(p => p.Problem).OfType<DeviceProblem>()) Terminal.Out.MarkupLineInterpolated($"[yellow]{problem.Code}[/]: {problem.Message}\n  [green]→[/] {problem.Remedy}");
        if (!HidDevices.IsInstalled) Terminal.Error.MarkupLineInterpolated($"[yellow]note[/] hidapi is missing, so HID probes such as the Particle Debugger cannot be opened. {HidDevices.InstallLibrary}");
    }
}
