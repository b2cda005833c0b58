using System.CommandLine;
using Pogoline.Cli.Output;
using Pogoline.Platforms;
using Spectre.Console;

namespace Pogoline.Cli.Commands;

/// <summary><c>pogoline platforms</c>: which components each board has.</summary>
static class PlatformsCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var all = new Option<bool>("--all") { Description = "Also list boards that are only recognised." };
        var command = new Command("platforms", "The boards, their USB identity and the components that each of them has.") { json, all };
        command.SetAction(parsed =>
        {
            var platforms = parsed.GetValue(all) ? PlatformCatalog.All : [.. PlatformCatalog.Supported];
            if (parsed.GetValue(json)) Terminal.Json(new(1, [.. platforms.Select(PlatformRow.Of)]), CliJson.Default.PlatformList);
            else Print(platforms);
            return (int)ExitCode.Passed;
        });
        return command;
    }

    static void Print(IEnumerable<Platform> platforms)
    {
        var rows = platforms.Select(PlatformRow.Of).ToList();
        var notes = rows.Select(r => r.NcpNote).OfType<string>().Distinct().ToList();
        var table = Terminal.Table("Platform", "Id", "Device", "Gen", "MCU", "USB", "DFU", "System parts", "Bootloader", "SoftDevice", "NCP");
        foreach (var row in rows)
        {
            var footnote = row.NcpNote is null ? "" : $" {new string('*', notes.IndexOf(row.NcpNote) + 1)}";
            table.AddRow(row.Platform, $"{row.Id}", row.DisplayName, row.Generation > 0 ? $"{row.Generation}" : "–", row.Mcu, row.Usb ?? "–", row.DfuUsb ?? "–",
                row.SystemParts > 0 ? $"{row.SystemParts}" : "–", Mark(row.Bootloader), Mark(row.SoftDevice), Mark(row.Ncp) + footnote);
        }
        Terminal.Out.Write(table);
        for (var i = 0; i < notes.Count; i++) Terminal.Out.MarkupLineInterpolated($"{new string('*', i + 1)} {notes[i]}");
    }

    static string Mark(bool has) => has ? "✓" : "–";
}

/// <summary>What <c>platforms --json</c> prints.</summary>
sealed record PlatformList(int Schema, IReadOnlyList<PlatformRow> Platforms);

/// <summary>A platform's row of the component matrix.</summary>
sealed record PlatformRow(string Platform, int Id, string DisplayName, int Generation, string Mcu, PlatformSupport Support, string? Usb, string? DfuUsb,
    int SystemParts, bool Bootloader, bool SoftDevice, bool Ncp, string? NcpNote)
{
    public static PlatformRow Of(Platform platform)
    {
        var ncp = platform.Components.FirstOrDefault(c => c.Function == ModuleFunction.Ncp);
        return new(platform.Name, platform.Id, platform.DisplayName, platform.Generation, platform.Mcu, platform.Support, platform.Usb?.ToString(), platform.DfuUsb?.ToString(),
            platform.Components.Count(c => c.Function == ModuleFunction.SystemPart), Has(ModuleFunction.Bootloader), Has(ModuleFunction.RadioStack), ncp is not null, ncp?.Note);

        bool Has(ModuleFunction function) => platform.Components.Any(c => c.Function == function);
    }
}
