namespace Pogoline.Lab.Replay;

/// <summary>Faults of recordings.</summary>
public static class ReplayFaults
{
    /// <summary>A file is no recording, is empty, or is damaged.</summary>
    public static readonly FaultCode UnreadableCode =
        new("recording-unreadable", ExitCode.BadInput, "The file is damaged, is empty, or is something else.");

    internal static PogolineException Unreadable(string file, int line, string reason, Exception? inner = null) =>
        new(UnreadableCode, line > 0 ? $"{file}, line {line}: {reason}" : $"{file}: {reason}", "Fetch the recording again.", inner);
}
