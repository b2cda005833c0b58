using System.Globalization;
using Pogoline.Cli.Output;
using Pogoline.Planning;
using Pogoline.Platforms;
using Spectre.Console;

namespace Pogoline.Cli.Commands;

/// <summary>A plan for people.</summary>
static class PlanView
{
    public static void Write(Plan plan, IEnumerable<string> sentences)
    {
        Terminal.Out.MarkupLineInterpolated($"[bold]{plan.Platform}[/] to Device OS [bold]{plan.Release}[/]");
        foreach (var passage in plan.Through) Terminal.Out.MarkupLineInterpolated($"  through [bold]{passage.Release}[/]: {passage.Reason}.");
        foreach (var sentence in sentences) Terminal.Out.MarkupLineInterpolated($"  {sentence}");
        var modules = Terminal.Table("Module", "Was", "Will be", "What", "Why");
        foreach (var module in plan.Modules)
        {
            modules.AddRow(Markup.Escape(module.Name), module.From?.ToString(CultureInfo.InvariantCulture) ?? "–", $"{module.To}", Colour(module.Action), Markup.Escape(module.Reason));
        }
        Terminal.Out.Write(modules);
        var steps = Terminal.Table("#", "Step", "Where", "Why");
        for (var i = 0; i < plan.Steps.Count; i++)
        {
            var (what, where) = Describe(plan.Steps[i]);
            steps.AddRow($"{i + 1}", Markup.Escape(what), Markup.Escape(where), Markup.Escape(plan.Steps[i].Reason));
        }
        Terminal.Out.Write(steps);
        foreach (var note in plan.Notes) Terminal.Out.MarkupLineInterpolated($"[yellow]note[/] {note}");
        var floor = PlanFloor.Of(plan, PlatformCatalog.Require(plan.Platform));
        if (floor > TimeSpan.Zero) Terminal.Out.MarkupLineInterpolated($"Flash, bus and restarts alone take {floor.TotalSeconds:F1} s.");
    }

    public static string Colour(ModuleAction action) => action switch
    {
        ModuleAction.Written => "[green]written[/]",
        ModuleAction.Skipped => "[grey]skipped[/]",
        _ => "[grey]kept[/]",
    };

    static (string What, string Where) Describe(PlanStep step) => step switch
    {
        EnterDfuStep => ("enter DFU mode", ""),
        WriteStep write => ($"write {write.Module}, {Terminal.Bytes(write.Length)} bytes", $"{Name(write.Storage)} {write.At}"),
        EraseStep erase => ($"erase {erase.Module}, {Terminal.Bytes(erase.Length)} bytes", $"{Name(erase.Storage)} {erase.At}"),
        DctByteStep dct => ($"set byte 0x{dct.Value:X2}", $"configuration {dct.Offset}"),
        UpdateStep update => ($"send {update.Module}{(update.Release is null ? "" : $" of {update.Release}")}, {Terminal.Bytes(update.Length)} bytes", update.Route.Spelled()),
        StayStep => ("read back, stay in DFU mode", ""),
        FactoryStep factory => ($"write {string.Join(", ", factory.Fields)} of the board", "configuration"),
        SwdWriteStep swd => ($"write {swd.Sectors} sectors, {Terminal.Bytes(swd.Bytes)} bytes", string.Join(", ", swd.Modules)),
        SwdResetStep => ("reset by SWD", ""),
        RestartStep => ("leave DFU mode, restart", ""),
        _ => (step.GetType().Name, ""),
    };

    static string Name(StorageKind storage) => storage switch
    {
        StorageKind.InternalFlash => "internal",
        StorageKind.ExternalFlash => "external",
        _ => storage.ToString(),
    };
}
