namespace Pogoline.Links.Control;

/// <summary>Faults of the control-request link.</summary>
public static class ControlFaults
{
    /// <summary>The device does not know the service, or not this request.</summary>
    public static readonly FaultCode NotSupported = new("control-not-supported", ExitCode.Refused,
        "The Device OS on the board is too old for the request, or its platform does not have it.");

    /// <summary>The device carried the request out and says no.</summary>
    public static readonly FaultCode Refused = new("control-refused", ExitCode.Device,
        "What was asked for does not fit what the board holds or does; the result code says why.");

    /// <summary>The device has no room for the request, or none of its places comes free.</summary>
    public static readonly FaultCode Busy = new("control-busy", ExitCode.Device,
        "The firmware is short of memory, or its system thread is blocked.");

    /// <summary>The device did not finish the request in time.</summary>
    public static readonly FaultCode TimedOut = new("control-timeout", ExitCode.Device,
        "The user firmware blocks the system thread, the console waits for a line, or a modem does not answer.");

    /// <summary>The device forgot a request.</summary>
    public static readonly FaultCode Lost = new("control-lost", ExitCode.Device,
        "Another program resets the requests, or the board restarted.");

    /// <summary>The device answered something that the protocol does not know.</summary>
    public static readonly FaultCode Nonsense = new("control-nonsense", ExitCode.Device,
        "A damaged cable or hub, or a device that is no Particle board.");

    /// <summary>The device left the bus.</summary>
    public static readonly FaultCode Gone = new("control-gone", ExitCode.Device,
        "The cable was pulled, the supply sagged, or the board restarted.");
}
