using System.CommandLine;
using Pogoline.Cli.Output;
using Pogoline.Hex;
using Spectre.Console;

namespace Pogoline.Cli.Commands;

/// <summary><c>pogoline hex check FILE…</c>: whether files are sound, whatever their size.</summary>
static class HexCheckCommand
{
    const int RunsShown = 16;

    public static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "Intel HEX files of any size.", Arity = ArgumentArity.OneOrMore };
        var (lenient, json) = (HexCommand.Lenient(), HexCommand.Json());
        var command = new ExampleCommand("check", "Checks Intel HEX files: every record, overlaps, gaps, the end; errors name their line.", "pogoline hex check boron.hex") { files, lenient, json };
        command.SetAction((parsed, stop) => Terminal.GuardAsync(parsed.GetValue(json), async () =>
        {
            var checkedFiles = new List<(string Path, HexSummary Summary)>();
            foreach (var path in parsed.GetValue(files)!)
            {
                await using var file = HexInput.Open(path);
                checkedFiles.Add((path, await new HexConversion(file, HexCommand.Mode(parsed, lenient)).CheckAsync(stop)));
            }
            var isGood = checkedFiles.TrueForAll(f => f.Summary.Problems.Errors == 0);
            if (parsed.GetValue(json))
            {
                Terminal.Json(new(1, isGood ? "passed" : "failed", [.. checkedFiles.Select(f => HexCheckedFile.Of(f.Path, f.Summary))]), HexJson.Default.HexCheckReport);
            }
            else
            {
                foreach (var (path, summary) in checkedFiles) Print(path, summary);
            }
            return (int)(isGood ? ExitCode.Passed : ExitCode.BadInput);
        }));
        return command;
    }

    internal static void Print(string path, HexSummary summary)
    {
        HexView.Problems(path, summary.Problems);
        var verdict = summary.Problems.Errors > 0 ? $"{summary.Problems.Errors} errors" : "sound";
        Terminal.Out.WriteLine($"{path}: {verdict}; {Terminal.Bytes(summary.Lines)} lines, {Terminal.Bytes(summary.Bytes)} bytes in {summary.Runs.Count} runs"
            + $"{(summary.IsAscending ? "" : ", not in the order of addresses")}{(summary.Repeated.Count > 0 ? $", {summary.Repeated.Count} of them given more than once in part" : "")}");
        foreach (var run in summary.Runs.Take(RunsShown)) Terminal.Out.WriteLine($"  {run}  {Terminal.Bytes(run.Length)}");
        if (summary.Runs.Count > RunsShown) Terminal.Out.WriteLine($"  … and {summary.Runs.Count - RunsShown} more");
    }
}
