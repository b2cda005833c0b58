using System.CommandLine;
using Pogoline.Cli.Output;
using Pogoline.Programming.Backup;
using Spectre.Console;

namespace Pogoline.Cli.Commands;

/// <summary><c>pogoline backup</c>: reads a board's flash before it changes.</summary>
static class BackupCommand
{
    public static Command Create()
    {
        var output = new Option<string>("--output", "-o") { Description = "The file to write; one that exists is not overwritten.", HelpName = "file", Required = true };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var units = new UnitOptions();
        var sources = new SourceOptions();
        var command = new ExampleCommand("backup",
            "Reads bootloader, system and user firmware of a board, for 'restore --from-backup'. Keys and settings are not in it: they stay on the board.",
            "pogoline backup -o before.zip",
            "pogoline backup -o before.zip --lab boron@1.5.2 --state boards")
        {
            output,
        };
        units.AddTo(command);
        sources.AddForLabTo(command);
        command.Options.Add(json);
        command.SetAction((parsed, stop) => Terminal.GuardAsync(parsed.GetValue(json), async () =>
        {
            await using var opened = await units.OpenAsync(parsed, sources, stop);
            if (opened.Units is not [var unit]) throw new PogolineException(UnitFaults.Usage, $"{opened.Units.Count} boards were named; a backup is of one.", "Name one board.");
            var archive = await new BackupJob(unit, TimeProvider.System, null).RunAsync(stop);
            var path = parsed.GetRequiredValue(output);
            await BackupFiles.SaveAsync(path, archive, stop);
            var backup = FlashBackup.Unpack(archive);
            if (parsed.GetValue(json)) Terminal.Json(new(1, path, backup.Manifest), CliJson.Default.BackupReport);
            else Terminal.Out.MarkupLineInterpolated($"{path}: {string.Join(", ", backup.Modules.Select(m => $"{m.Id} {m.Version}"))} of {unit.Platform.Name} {unit.DeviceId}.");
            return (int)ExitCode.Passed;
        }));
        return command;
    }
}

/// <summary>What <c>backup --json</c> prints.</summary>
sealed record BackupReport(int Schema, string File, BackupManifest Backup);
