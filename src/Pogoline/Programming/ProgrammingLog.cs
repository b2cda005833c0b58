using Microsoft.Extensions.Logging;

namespace Pogoline.Programming;

/// <summary>The log lines of jobs; their numbers, 5000 to 5999, are permanent.</summary>
static partial class ProgrammingLog
{
    [LoggerMessage(5001, LogLevel.Information, "{Unit} ({Platform} at {Port}): attempt {Attempt} begins")]
    public static partial void Started(ILogger log, string unit, string platform, string port, int attempt);

    [LoggerMessage(5002, LogLevel.Debug, "{Unit}: {Phase} {Subject}, {Bytes} bytes")]
    public static partial void At(ILogger log, string unit, ProgrammingPhase phase, string subject, long bytes);

    [LoggerMessage(5003, LogLevel.Information, "{Unit} at {Port}: {Outcome} {Code} after {Attempts} attempts, {Seconds} s")]
    public static partial void Ended(ILogger log, string unit, string port, Outcome outcome, string? code, int attempts, double seconds);

    [LoggerMessage(5004, LogLevel.Warning, "{Unit} at {Port}: nothing heard for {Seconds} s, last at {Last}; job ended by itself: {IsOver}")]
    public static partial void Hung(ILogger log, string unit, string port, double seconds, string last, bool isOver);

    [LoggerMessage(5005, LogLevel.Error, "{Unit}: a defect of Pogoline")]
    public static partial void Defect(ILogger log, string unit, Exception exception);
}
