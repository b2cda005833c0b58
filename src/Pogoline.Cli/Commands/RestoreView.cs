using System.Globalization;
using Pogoline.Cli.Output;
using Pogoline.Programming;
using Spectre.Console;

namespace Pogoline.Cli.Commands;

/// <summary>What a job did, for people and for programs.</summary>
static class RestoreView
{
    public static void Write(IReadOnlyList<ProgrammingResult> results, bool json, TimeSpan elapsed)
    {
        if (!json)
        {
            foreach (var result in results) Write(result);
        }
        else if (results is [var only])
        {
            Terminal.Json(only, ProgrammingJson.Default.ProgrammingResult);
        }
        else
        {
            var outcome = results.FirstOrDefault(r => r.Outcome != Outcome.Passed)?.Outcome ?? Outcome.Passed;
            Terminal.Json(new(1, outcome, results, Math.Round(elapsed.TotalSeconds, 3)), ProgrammingJson.Default.ProgrammingResults);
        }
    }

    static void Write(ProgrammingResult result)
    {
        var colour = result.Outcome == Outcome.Passed ? "green" : result.Outcome is Outcome.Refused or Outcome.Cancelled or Outcome.Unverified ? "yellow" : "red";
        Terminal.Out.MarkupLine($"[bold {colour}]{result.Outcome.ToString().ToLowerInvariant()}[/] [bold]{result.Unit.Platform}[/] {result.Unit.Id} "
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
        else Terminal.Out.MarkupLineInterpolated($"{result.Seconds:F1} s; flash and bus alone take {result.FloorSeconds:F1} s.");
    }
}
