using System.CommandLine;
using Pogoline.Cli.Commands;
using Pogoline.Cli.Output;
using Pogoline.Cli.Output.Diary;

namespace Pogoline.Cli;

static class Program
{
    /// <summary>How long a job may take after Ctrl-C until a place comes where it may stop; the longest is erasing and writing 128 KiB of a Gen 2 flash.</summary>
    static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(15);

    static async Task<int> Main(string[] args)
    {
        // Not a RootCommand: that one is called after the file it lies in.
        var root = new Command("pogoline", "Puts a chosen Device OS version, bootloader, SoftDevice, NCP and user firmware on Particle devices.")
        {
            RestoreCommand.Create(),
            UpdateCommand.Create(),
            FlashCommand.Create(),
            ResumeCommand.Create(),
            BackupCommand.Create(),
            PlanCommand.Create(),
            InspectCommand.Create(),
            HexCommand.Create(),
            ReleasesCommand.Create(),
            BundleCommand.Create(),
            CacheCommand.Create(),
            KeysCommand.Create(),
            PlatformsCommand.Create(),
            DevicesCommand.Create(),
            IdentifyCommand.Create(),
            UsbCommand.Create(),
            SerialCommand.Create(),
            DfuCommand.Create(),
            SwdCommand.Create(),
            DoctorCommand.Create(),
            LabCommand.Create(),
            ExplainCommand.Create(),
            CompletionCommand.Create(),
            CompletionCommand.CreateWords(),
            ExampleHelp.Option(),
            new VersionOption(),
        };
        RunDiary.AddTo(root);
        var parsed = root.Parse(args);
        return await Terminal.GuardAsync(json: false, async () =>
        {
            await using var diary = RunDiary.Open(parsed, args);
            var exit = await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeToEnd });
            if (parsed.Errors.Count > 0) exit = (int)ExitCode.Usage;
            diary.End(exit);
            return exit;
        });
    }
}
