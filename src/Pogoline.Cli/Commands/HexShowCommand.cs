using System.CommandLine;
using Pogoline.Cli.Output;
using Pogoline.Hex;
using Pogoline.Platforms;
using Spectre.Console;

namespace Pogoline.Cli.Commands;

/// <summary><c>pogoline hex show FILE</c>: what lies where.</summary>
static class HexShowCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = HexInput.Description };
        var platform = new Option<string?>("--platform", "-p") { Description = "The board; without it the one that the modules name.", HelpName = "name" };
        var (lenient, json) = (HexCommand.Lenient(), HexCommand.Json());
        var command = new ExampleCommand("show", "Shows an image by component, with the versions found inside.", "pogoline hex show boron-2.2.0.hex") { file, platform, lenient, json };
        command.SetAction((parsed, stop) => Terminal.GuardAsync(parsed.GetValue(json), async () =>
        {
            var path = parsed.GetValue(file)!;
            var image = await HexInput.ReadAsync(path, HexCommand.Mode(parsed, lenient), stop);
            var map = ImageMap.Of(image.Memory, parsed.GetValue(platform) is { } name ? PlatformCatalog.Require(name) : null);
            var report = new HexShowReport(1, path, map.Platform?.Name, map.System is { } system ? $"{(system.IsExact ? "" : "after ")}{system.Numbers.Os}" : null,
                image.Memory.Bytes, map.StartsBlankChip(image.Memory), [.. map.Regions.Select(HexRegionRow.Of)], HexProblemRow.Of(image.Problems));
            if (parsed.GetValue(json)) Terminal.Json(report, HexJson.Default.HexShowReport);
            else Print(path, report, image);
            return (int)(map.Regions.Any(r => r.IsIntact == false) ? ExitCode.BadInput : ExitCode.Passed);
        }));
        return command;
    }

    static void Print(string path, HexShowReport report, HexImage image)
    {
        Terminal.Out.WriteLine($"{report.Platform ?? "Unknown board"}{(report.Release is { } os ? $", Device OS {os}" : "")}, {Terminal.Bytes(report.Bytes)} bytes");
        HexView.Regions(report.Regions);
        if (report.Platform is not null && !report.StartsBlankChip) Terminal.Out.WriteLine("It does not make a blank chip start.");
        HexView.Problems(path, image.Problems);
    }
}
