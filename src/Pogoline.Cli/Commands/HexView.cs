using Pogoline.Cli.Output;
using Pogoline.Hex;
using Spectre.Console;

namespace Pogoline.Cli.Commands;

/// <summary>Images and problems for people.</summary>
static class HexView
{
    public static void Regions(IEnumerable<HexRegionRow> regions)
    {
        var table = Terminal.Table("Addresses", "Bytes", "Holds", "Version", "Release", "Check");
        foreach (var row in regions)
        {
            table.AddRow($"{row.Start} – {row.End}", Terminal.Bytes(row.Bytes), Holds(row), row.Version is { } version ? $"{version}" : "", row.Release ?? "",
                row.Check switch { "ok" => "[green]ok[/]", "bad" => "[red]bad[/]", _ => "" });
        }
        Terminal.Out.Write(table);
    }

    public static void Problems(string path, HexProblems problems)
    {
        foreach (var problem in problems.First)
        {
            var colour = problem.IsError ? "red" : "yellow";
            Terminal.Error.MarkupLine($"[{colour}]{(problem.IsError ? "error" : "warning")}[/] {Markup.Escape($"{path}: {problem}")} [grey]({problem.Code})[/]");
        }
        var more = problems.Errors + problems.Warnings - problems.First.Count;
        if (more > 0) Terminal.Error.WriteLine($"{path}: and {more} more.");
    }

    public static void Built(HexBuildReport report)
    {
        if (report.Regions.Count > 0) Regions(report.Regions);
        foreach (var warning in report.Warnings) Terminal.Error.MarkupLineInterpolated($"[yellow]warning[/] {warning}");
        if (report.NotIncluded.Count > 0) Terminal.Out.WriteLine("Not in the image:");
        foreach (var omission in report.NotIncluded) Terminal.Out.WriteLine($"  • {omission}");
        Terminal.Out.WriteLine($"{report.Path}: {Terminal.Bytes(report.Bytes)} bytes, SHA-256 {report.Sha256}");
    }

    static string Holds(HexRegionRow row) => Markup.Escape(row.Kind switch
    {
        "module" when row.Index is > 0 => $"{row.Name} (index {row.Index})",
        "module" or "area" or "softDevice" => row.Name,
        "mbr" => "master boot record",
        "registers" => "UICR",
        "deviceData" => $"{row.Name} (keys and settings of one board)",
        "invalidated" => $"{row.Name}: FF, so that none is started from here",
        "rest" => $"{row.Name}: no module",
        _ => "?",
    });
}
