using System.CommandLine;
using Pogoline.Cli.Output;
using Pogoline.Hex;
using Spectre.Console;

namespace Pogoline.Cli.Commands;

/// <summary><c>pogoline hex diff A B</c>.</summary>
static class HexDiffCommand
{
    public static Command Create()
    {
        var first = new Argument<string>("A") { Description = HexInput.Description };
        var second = new Argument<string>("B") { Description = "The image to compare it with." };
        var (lenient, json) = (HexCommand.Lenient(), HexCommand.Json());
        var command = new ExampleCommand("diff",
            "Compares two images by what flash would hold: bytes that one has as FF and the other has not at all are told, and count as equal. Ends with 1 when they differ.",
            "pogoline hex diff old.hex new.hex") { first, second, lenient, json };
        command.SetAction((parsed, stop) => Terminal.GuardAsync(parsed.GetValue(json), async () =>
        {
            var mode = HexCommand.Mode(parsed, lenient);
            var one = await HexInput.ReadAsync(parsed.GetValue(first)!, mode, stop);
            var two = await HexInput.ReadAsync(parsed.GetValue(second)!, mode, stop);
            var regions = ImageMap.Of(one.Memory).Regions.Concat(ImageMap.Of(two.Memory).Regions).ToList();
            var rows = ImageDifference.Between(one.Memory, two.Memory).Select(d => new HexDiffRow($"{d.Range.Start}", $"{d.Range.End}", d.Range.Length, d.Kind switch
            {
                DifferenceKind.Changed => "changed",
                DifferenceKind.OnlyFirst => "onlyFirst",
                _ => "onlySecond",
            }, d.IsBlank, regions.Find(r => r.Range.Contains(d.Range.Start) && r.Name.Length > 0)?.Name)).ToList();
            var report = new HexDiffReport(1, rows.TrueForAll(r => r.Blank), rows);
            if (parsed.GetValue(json)) Terminal.Json(report, HexJson.Default.HexDiffReport);
            else Print(report);
            return (int)(report.Equal ? ExitCode.Passed : ExitCode.Failed);
        }));
        return command;
    }

    static void Print(HexDiffReport report)
    {
        const int shown = 50;
        var table = Terminal.Table("Addresses", "Bytes", "Where", "How");
        foreach (var row in report.Differences.Take(shown))
        {
            table.AddRow($"{row.Start} – {row.End}", Terminal.Bytes(row.Bytes), row.Component ?? "", row.Kind switch
            {
                "changed" => "they differ",
                "onlyFirst" => row.Blank ? "[grey]only the first, FF[/]" : "only the first",
                _ => row.Blank ? "[grey]only the second, FF[/]" : "only the second",
            });
        }
        if (table.Rows.Count > 0) Terminal.Out.Write(table);
        if (report.Differences.Count > shown) Terminal.Out.WriteLine($"… and {report.Differences.Count - shown} more ranges.");
        Terminal.Out.WriteLine(report.Equal ? "Flash would hold the same." : "They differ.");
    }
}
