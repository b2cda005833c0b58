namespace Pogoline.Programming;

/// <summary>Faults while a plan is carried out.</summary>
public static class ProgrammingFaults
{
    /// <summary>The unit is not on the bus.</summary>
    public static readonly FaultCode Absent = new("unit-absent", ExitCode.Device, "It is not connected, has no power, or its firmware does not start USB.");

    /// <summary>The unit did not go where it was sent.</summary>
    public static readonly FaultCode ModeSwitch = new("unit-mode", ExitCode.Device,
        "The user firmware blocks USB requests, or the connection is bad.");

    /// <summary>What was read back is not what was written.</summary>
    public static readonly FaultCode Mismatch = new("verify-mismatch", ExitCode.Failed,
        "A worn flash, a sagging supply, or a bad cable.");

    /// <summary>The unit came back in DFU mode instead of starting the system.</summary>
    public static readonly FaultCode BackInDfu = new("restart-back-in-dfu", ExitCode.Failed,
        "The bootloader finds no valid system part.");

    /// <summary>After the restart the system did not report the expected modules in time.</summary>
    public static readonly FaultCode Report = new("report-mismatch", ExitCode.Failed,
        "The system refused an update from its OTA region, or it does not start.");

    /// <summary>A running system does not say what it has.</summary>
    public static readonly FaultCode NoReport = new("report-missing", ExitCode.Device,
        "The user firmware blocks USB requests, or another program holds the interface.");

    /// <summary>The unit did not restart after an update that it had accepted.</summary>
    public static readonly FaultCode NoRestart = new("update-no-restart", ExitCode.Failed,
        "The user firmware holds resets up, or the NCP takes longer than any known.");

    /// <summary>The descriptors of the unit do not allow what the plan has to write.</summary>
    public static readonly FaultCode Memory = new("unit-memory", ExitCode.Refused,
        "The unit is another board than it says, or device protection is on.");

    /// <summary>A unit did not get on for so long that its job was given up.</summary>
    public static readonly FaultCode Hung = new("unit-hung", ExitCode.Device, "The board or its firmware hangs, or the connection is bad.");

    /// <summary>The job was stopped by the user.</summary>
    public static readonly FaultCode Cancelled = new("cancelled", ExitCode.Cancelled, "Ctrl-C was pressed, or the program was asked to end.");

    /// <summary>Something happened that Pogoline does not foresee.</summary>
    public static readonly FaultCode Defect = new("internal", ExitCode.Internal, "A defect of Pogoline.");

    /// <summary>A board answers that is another one.</summary>
    public static readonly FaultCode OtherUnit = new("unit-other", ExitCode.Device, "Two boards were swapped, or one gives a wrong serial number.");

    /// <summary>The board has no setup mark.</summary>
    public static readonly FaultCode NoSetupMark = new("setup-mark", ExitCode.Refused, "Gen 2 boards never had the mark; Device OS 4.0.0 took it away.");
}
