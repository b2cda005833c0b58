using System.CommandLine;
using Pogoline.Cli.Output;
using Pogoline.Host.Doctor;
using Spectre.Console;

namespace Pogoline.Cli.Commands;

/// <summary><c>pogoline doctor</c>: what this machine lacks.</summary>
static class DoctorCommand
{
    public static Command Create()
    {
        var install = new Option<bool>("--install-udev") { Description = "Write the udev rules that let users open boards (Linux, as root); harmless when they are there." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new Command("doctor", "Check libraries, permissions, drivers, npm and the cache; each with its remedy.") { install, json };
        command.SetAction((parsed, stop) => Terminal.GuardAsync(parsed.GetValue(json), async () =>
        {
            if (parsed.GetValue(install))
            {
                var (path, isNew) = await UdevInstaller.This.InstallAsync(stop);
                Terminal.Error.MarkupLineInterpolated($"{(isNew ? $"{path} was written. Unplug boards and plug them in again." : $"{path} is up to date.")}");
            }
            var report = await MachineCheckup.This.RunAsync(stop);
            if (parsed.GetValue(json)) Terminal.Json(report, HealthJson.Default.HealthReport);
            else Print(report);
            return (int)(report.State == HealthState.Problem ? ExitCode.Machine : ExitCode.Passed);
        }));
        return command;
    }

    static void Print(HealthReport report)
    {
        foreach (var check in report.Checks)
        {
            Terminal.Out.MarkupLine($"{Mark(check.State)} [bold]{Markup.Escape(check.Name)}[/]: {Markup.Escape(check.Finding)}");
            if (check.Remedy is not null) Terminal.Out.MarkupLineInterpolated($"    [green]→[/] {check.Remedy}");
        }
    }

    static string Mark(HealthState state) => state switch
    {
        HealthState.Ok => "[green]✓[/]",
        HealthState.NotApplicable => "[grey]–[/]",
        HealthState.Warning => "[yellow]![/]",
        _ => "[red]✗[/]",
    };
}
