using System.CommandLine;

namespace Pogoline.Cli.Commands;

/// <summary><c>pogoline lab</c>: virtual boards.</summary>
static class LabCommand
{
    public static Command Create() => new("lab", "Virtual boards, for trying and testing without hardware") { LabStartCommand.Create(), LabReplayCommand.Create() };
}
