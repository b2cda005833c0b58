namespace Pogoline.Lab.UsbIp;

/// <summary>Faults in serving boards over USB/IP.</summary>
public static class UsbIpFaults
{
    /// <summary>The TCP port cannot be had.</summary>
    public static readonly FaultCode Port = new("usbip-port", ExitCode.Machine, "Another program, perhaps another lab, listens there.");
}
