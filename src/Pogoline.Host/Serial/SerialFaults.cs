namespace Pogoline.Host.Serial;

/// <summary>Faults of serial ports on this machine.</summary>
public static class SerialFaults
{
    /// <summary>libserialport is not installed.</summary>
    public static readonly FaultCode Library = new("serial-library", ExitCode.Machine, "The package with libserialport is not installed.");

    /// <summary>The port may not be opened by this user.</summary>
    public static readonly FaultCode Permission = new("serial-permission", ExitCode.Machine, "The user is not in the group that owns serial ports, or the udev rules are missing.");

    /// <summary>Another program holds the port.</summary>
    public static readonly FaultCode Busy = new("serial-busy", ExitCode.Machine, "A terminal, ModemManager or another program has the port open.");

    /// <summary>No port belongs to the board.</summary>
    public static readonly FaultCode None = new("serial-none", ExitCode.Device, "The system on the board does not run, its user firmware turns the port off, or the driver is missing.");

    /// <summary>The port failed in another way.</summary>
    public static readonly FaultCode Other = new("serial-error", ExitCode.Machine, "The kernel or the driver refused.");
}
