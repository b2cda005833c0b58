namespace Pogoline.Links.Listening;

/// <summary>Faults of the serial console and of YMODEM.</summary>
public static class ListeningFaults
{
    /// <summary>Nothing answers on the port.</summary>
    public static readonly FaultCode Silent = new("console-silent", ExitCode.Device,
        "The board is not in listening mode, or its user firmware holds the port.");

    /// <summary>Something answers, but not what the console says.</summary>
    public static readonly FaultCode Nonsense = new("console-nonsense", ExitCode.Device,
        "Another device is on the port, or log output buries the answers.");

    /// <summary>The console says no.</summary>
    public static readonly FaultCode Refused = new("console-refused", ExitCode.Device,
        "What was asked for does not fit the board; the message says why.");

    /// <summary>The port went away.</summary>
    public static readonly FaultCode Gone = new("serial-gone", ExitCode.Device,
        "The cable was pulled, the supply sagged, or the board restarted.");

    /// <summary>The receiver of a file stopped answering.</summary>
    public static readonly FaultCode TimedOut = new("ymodem-timeout", ExitCode.Device,
        "The receiver hangs, or the connection is bad.");

    /// <summary>The receiver of a file ended the transfer.</summary>
    public static readonly FaultCode Cancelled = new("ymodem-cancelled", ExitCode.Device,
        "The file does not fit, updates are disabled, an earlier transfer was broken off, or storing failed.");

    /// <summary>Sender and receiver do not agree on what was sent.</summary>
    public static readonly FaultCode OutOfStep = new("ymodem-out-of-step", ExitCode.Device,
        "Bytes were lost or doubled on the way.");

    /// <summary>The board took the file and found it wrong.</summary>
    public static readonly FaultCode Validation = new("update-validation", ExitCode.Device,
        "The module is damaged, for another board, or depends on something that is not there.");
}
