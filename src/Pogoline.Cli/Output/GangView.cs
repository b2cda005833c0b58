using System.Globalization;
using Pogoline.Cli.Commands;
using Pogoline.Programming;
using Pogoline.Programming.Gang;
using Spectre.Console;

namespace Pogoline.Cli.Output;

/// <summary>What jobs did, for people and for programs.</summary>
static class GangView
{
    /// <summary>From so many units on there is one table of units instead of one of modules for each.</summary>
    const int ManyUnits = 3;

    /// <summary>Prints the result object: one unit's, or that of several.</summary>
    public static void WriteJson(IReadOnlyList<ProgrammingResult> results, IReadOnlyList<PortReport> ports, bool many, TimeSpan elapsed)
    {
        if (!many)
        {
            Terminal.Json(results[0], ProgrammingJson.Default.ProgrammingResult);
            return;
        }
        var outcome = results.FirstOrDefault(r => r.Outcome != Outcome.Passed)?.Outcome ?? Outcome.Passed;
        Terminal.Json(new(1, outcome, results, Math.Round(elapsed.TotalSeconds, 3)) { Ports = ports }, ProgrammingJson.Default.ProgrammingResults);
    }

    /// <summary>Prints tables and sentences.</summary>
    public static void Write(IReadOnlyList<ProgrammingResult> results, IReadOnlyList<PortReport> ports, TimeSpan elapsed)
    {
        if (results.Any(r => r.Identity is not null)) WriteIdentities(results);
        else if (results.Count < ManyUnits) foreach (var result in results) Write(result);
        else WriteTable(results, elapsed);
        foreach (var port in ports.Where(p => p.Suspect is not null)) Terminal.Out.MarkupLineInterpolated($"[yellow]{port.Suspect}[/]");
    }

    public static string Colour(Outcome outcome) =>
        outcome switch { Outcome.Passed => "green", Outcome.Failed => "red", _ => "yellow" };

    static void WriteIdentities(IReadOnlyList<ProgrammingResult> results)
    {
        IdentityView.Write([.. results.Select(r => r.Identity).OfType<Programming.Identify.UnitIdentity>()]);
        foreach (var result in results.Where(r => r.Error is not null))
        {
            Terminal.Out.MarkupLineInterpolated($"[{Colour(result.Outcome)}]{result.Outcome.ToString().ToLowerInvariant()}[/] {result.Unit.Platform} {result.Unit.Id} ({result.Unit.Port})");
            Terminal.Complain(result.Error!);
        }
    }

    static void WriteTable(IReadOnlyList<ProgrammingResult> results, TimeSpan elapsed)
    {
        var table = Terminal.Table("Unit", "Platform", "Port", "Result", "Changed", "Attempts", "Seconds", "Why");
        foreach (var result in results)
        {
            table.AddRow(Markup.Escape(result.Unit.Id), result.Unit.Platform, Markup.Escape(result.Unit.Port),
                $"[{Colour(result.Outcome)}]{result.Outcome.ToString().ToLowerInvariant()}[/]", Markup.Escape(Changes(result)),
                result.Attempts.ToString(CultureInfo.InvariantCulture), $"{result.Seconds:F1}", Markup.Escape(result.Error?.Code ?? ""));
        }
        Terminal.Out.Write(table);
        // What went wrong in the same words on many units is said once.
        foreach (var error in results.Select(r => r.Error).OfType<ErrorSummary>().DistinctBy(e => e.Code)) Terminal.Complain(error);
        foreach (var note in results.SelectMany(r => r.Notes).Distinct()) Terminal.Out.MarkupLineInterpolated($"[yellow]note[/] {note}");
        var passed = results.Count(r => r.Outcome == Outcome.Passed);
        Terminal.Out.MarkupLineInterpolated($"{passed} of {results.Count} passed in {elapsed.TotalSeconds:F1} s.");
    }

    static string Changes(ProgrammingResult result)
    {
        var written = result.Modules.Where(m => m.Action == Planning.ModuleAction.Written).ToList();
        return written.Count == 0 ? "" : string.Join(", ", written.Select(m => $"{m.Name} {m.From?.ToString(CultureInfo.InvariantCulture) ?? "–"}→{m.To}"));
    }

    static void Write(ProgrammingResult result)
    {
        Terminal.Out.MarkupLine($"[bold {Colour(result.Outcome)}]{result.Outcome.ToString().ToLowerInvariant()}[/] [bold]{result.Unit.Platform}[/] {Markup.Escape(result.Unit.Id)} "
            + $"({Markup.Escape(result.Unit.Port)}){(result.Release is null ? "" : $" to Device OS [bold]{result.Release}[/]")}");
        if (result.Modules.Count > 0)
        {
            var table = Terminal.Table("Module", "Was", "Now", "What", "Checked by", "Bytes", "Seconds");
            foreach (var module in result.Modules)
            {
                table.AddRow(Markup.Escape(module.Name), module.From?.ToString(CultureInfo.InvariantCulture) ?? "–", $"{module.To}", PlanView.Colour(module.Action),
                    module.Verified.ToString().ToLowerInvariant(), module.Bytes > 0 ? Terminal.Bytes(module.Bytes) : "", module.Bytes > 0 ? $"{module.Seconds:F1}" : "");
            }
            Terminal.Out.Write(table);
        }
        foreach (var note in result.Notes) Terminal.Out.MarkupLineInterpolated($"[yellow]note[/] {note}");
        if (result.Error is { } error) Terminal.Complain(error);
        else Terminal.Out.MarkupLineInterpolated($"{result.Seconds:F1} s; flash, bus and restarts alone take {result.FloorSeconds:F1} s.");
    }
}
