namespace Pogoline.Cli.Output;

/// <summary>What the exit codes mean, in words.</summary>
static class ExitCodes
{
    public static string Meaning(ExitCode code) => code switch
    {
        ExitCode.Passed => "passed: done, and checked",
        ExitCode.Failed => "failed: not done, or done in part; the message names the way back",
        ExitCode.Usage => "the command line was not understood",
        ExitCode.Refused => "refused before the first write: the unit is as it was",
        ExitCode.Unverified => "done, but the route could not check the result",
        ExitCode.BadInput => "a file is not what it should be",
        ExitCode.Unavailable => "a release or file could not be had",
        ExitCode.Device => "the unit did not answer, answered nonsense, or went away",
        ExitCode.Machine => "the machine refused: disk, permission, a missing program",
        ExitCode.Cancelled => "stopped by the user",
        _ => "a defect of Pogoline itself",
    };
}
