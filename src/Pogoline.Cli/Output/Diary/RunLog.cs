using Microsoft.Extensions.Logging;

namespace Pogoline.Cli.Output.Diary;

/// <summary>The log lines of the command line itself. Numbers are permanent: 1000 to 1999 are these, 5000 to 5999 the engine's jobs.</summary>
static partial class RunLog
{
    [LoggerMessage(1001, LogLevel.Information, "pogoline {Version} on {System}: {Arguments}")]
    public static partial void Started(ILogger log, string version, string system, string arguments);

    [LoggerMessage(1002, LogLevel.Information, "Ended with exit status {Exit} after {Seconds} s, with {PeakBytes} bytes of memory at most and {AllocatedBytes} bytes allocated in all")]
    public static partial void Ended(ILogger log, int exit, double seconds, long peakBytes, long allocatedBytes);

    [LoggerMessage(1003, LogLevel.Error, "{Code}: {Facts} -> {Remedy}")]
    public static partial void Faulted(ILogger log, string code, string facts, string remedy, Exception? exception);
}
