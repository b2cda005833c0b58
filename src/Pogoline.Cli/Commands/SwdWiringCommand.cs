using System.CommandLine;
using Pogoline.Cli.Output;
using Pogoline.Links.Swd.Targets;
using Spectre.Console;

namespace Pogoline.Cli.Commands;

/// <summary><c>pogoline swd wiring DEVICE</c>: where a device's debug connector is, and which programmers are for it.</summary>
static class SwdWiringCommand
{
    public static Command Create()
    {
        var device = new Argument<string?>("DEVICE") { Description = "The device or its platform; without it all of them.", Arity = ArgumentArity.ZeroOrOne };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new Command("wiring", "How the debug connector of a device is reached, and which programmers are for it.") { device, json };
        command.SetAction((parsed, _) => Terminal.GuardAsync(parsed.GetValue(json), () =>
        {
            var name = parsed.GetValue(device);
            var notes = name is null ? TargetCatalog.Wiring : TargetCatalog.WiringOf(name);
            if (notes.Count == 0)
            {
                throw new PogolineException(UnitFaults.Usage, $"There are no wiring notes for '{name}'.",
                    $"Use one of {string.Join(", ", TargetCatalog.Wiring.SelectMany(w => w.Platforms.Concat(w.Devices)).Distinct())}.");
            }
            if (parsed.GetValue(json)) Terminal.Json(new(1, notes, TargetCatalog.Programmers), SwdJson.Default.WiringReport);
            else Print(notes);
            return Task.FromResult((int)ExitCode.Passed);
        }));
        return command;
    }

    static void Print(IReadOnlyList<WiringNote> notes)
    {
        foreach (var note in notes)
        {
            Terminal.Out.MarkupLineInterpolated($"[bold]{note.Title}[/]\n  {note.Connection}");
            if (note.Warning is { } warning) Terminal.Out.MarkupLineInterpolated($"  [yellow]{warning}[/]");
        }
        Terminal.Out.WriteLine();
        foreach (var programmer in TargetCatalog.Programmers)
        {
            foreach (var verdict in programmer.Verdicts) Terminal.Out.MarkupLineInterpolated($"{programmer.Name}, Gen {verdict.Generation}: {(verdict.Fit == ProgrammerFit.Recommended ? "yes" : "while unlocked")}. {verdict.Reason}");
        }
    }
}
