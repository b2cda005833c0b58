using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Pogoline.Cli.Output;
using Spectre.Console;

namespace Pogoline.Cli.Commands;

/// <summary><c>pogoline explain</c>: the long form of an error.</summary>
static class ExplainCommand
{
    public static Command Create()
    {
        var code = new Argument<string?>("CODE")
        {
            Arity = ArgumentArity.ZeroOrOne, Description = "The code that an error message begins with, such as verify-mismatch; without it all are listed.",
        };
        code.CompletionSources.Add(_ => FaultCatalog.All.Select(f => new System.CommandLine.Completions.CompletionItem(f.Code)));
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new ExampleCommand("explain", "What an error means, why it happens, and what to do.",
            "pogoline explain verify-mismatch", "pogoline explain --json")
        {
            code, json,
        };
        command.SetAction((parsed, _) => Terminal.GuardAsync(parsed.GetValue(json), () =>
        {
            var faults = parsed.GetValue(code) is { } name ? [Require(name)] : FaultCatalog.All;
            if (parsed.GetValue(json)) Terminal.Json(new(1, [.. faults.Select(ExplainedFault.Of)]), ExplainJson.Default.ExplainReport);
            else if (faults is [var only]) Write(only);
            else WriteList(faults);
            return Task.FromResult((int)ExitCode.Passed);
        }));
        return command;
    }

    static FaultExplanation Require(string name) => FaultCatalog.Find(name) ?? throw new PogolineException(
        UnitFaults.Usage, $"There is no code '{name}'.", FaultCatalog.Like(name) is { Count: > 0 } like
            ? $"Did you mean {string.Join(", ", like)}?" : "List all: pogoline explain.");

    static void Write(FaultExplanation fault)
    {
        Terminal.Out.MarkupLineInterpolated($"[bold]{fault.Code}[/]: {fault.Meaning}");
        Terminal.Out.MarkupLineInterpolated($"  likely cause  {fault.Cause}");
        foreach (var (action, i) in fault.Next.Select((a, i) => (a, i)))
        {
            Terminal.Out.MarkupLineInterpolated($"  {(i == 0 ? "what to do" : ""),-12}  [green]→[/] {action}");
        }
        Terminal.Out.MarkupLineInterpolated($"  exit status   {fault.ExitStatus}, {ExitCodes.Meaning(fault.Exit)}");
    }

    static void WriteList(IReadOnlyList<FaultExplanation> faults)
    {
        var table = Terminal.Table("Code", "Exit", "Meaning");
        foreach (var fault in faults) table.AddRow(fault.Code, fault.ExitStatus.ToString(CultureInfo.InvariantCulture), Markup.Escape(fault.Meaning));
        Terminal.Out.Write(table);
    }
}

/// <summary>What <c>explain --json</c> prints.</summary>
sealed record ExplainReport(int Schema, IReadOnlyList<ExplainedFault> Faults);

/// <summary>A fault code for programs.</summary>
sealed record ExplainedFault(string Code, int Exit, string Meaning, string Cause, IReadOnlyList<string> Next)
{
    public static ExplainedFault Of(FaultExplanation fault) => new(fault.Code, fault.ExitStatus, fault.Meaning, fault.Cause, fault.Next);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ExplainReport))]
sealed partial class ExplainJson : JsonSerializerContext;
