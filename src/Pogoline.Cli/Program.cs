using System.CommandLine;
using Pogoline.Cli.Commands;

namespace Pogoline.Cli;

static class Program
{
    static async Task<int> Main(string[] args)
    {
        var root = new RootCommand("Puts a chosen Device OS version, bootloader, SoftDevice, NCP and user firmware on Particle devices.")
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
        };
        return await root.Parse(args).InvokeAsync(new() { EnableDefaultExceptionHandler = false });
    }
}
