using System.CommandLine;
using Pogoline.Cli.Commands;
using Pogoline.Cli.Output;

namespace Pogoline.Cli;

static class Program
{
    static async Task<int> Main(string[] args)
    {
        // Not a RootCommand: that one is called after the file it lies in.
        var root = new Command("pogoline", "Puts a chosen Device OS version, bootloader, SoftDevice, NCP and user firmware on Particle devices.")
        {
            RestoreCommand.Create(),
            PlanCommand.Create(),
            InspectCommand.Create(),
            ReleasesCommand.Create(),
            PlatformsCommand.Create(),
            DevicesCommand.Create(),
            DfuCommand.Create(),
            DoctorCommand.Create(),
            LabCommand.Create(),
            ExplainCommand.Create(),
            CompletionCommand.Create(),
            CompletionCommand.CreateWords(),
            ExampleHelp.Option(),
            new VersionOption(),
        };
        var parsed = root.Parse(args);
        var exit = await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false });
        return parsed.Errors.Count > 0 ? (int)ExitCode.Usage : exit;
    }
}
