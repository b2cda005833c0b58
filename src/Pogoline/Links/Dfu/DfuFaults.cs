namespace Pogoline.Links.Dfu;

/// <summary>Faults of the DFU link.</summary>
public static class DfuFaults
{
    /// <summary>The descriptors show no DFU interface, or contradict themselves.</summary>
    public static readonly FaultCode NotDfu = new("dfu-not-a-dfu-device", ExitCode.Device,
        "The device is not in DFU mode, or its descriptors are damaged.");

    /// <summary>The device refused a request or ended in dfuERROR.</summary>
    public static readonly FaultCode Refused = new("dfu-refused", ExitCode.Device,
        "The address is protected or out of range, or the flash did not take the data.");

    /// <summary>The device is protected and takes no DFU.</summary>
    public static readonly FaultCode Protected = new("dfu-protected", ExitCode.Refused,
        "Device protection is on: a protected bootloader answers every command with a vendor error.");

    /// <summary>The device answered something that the protocol does not know.</summary>
    public static readonly FaultCode Nonsense = new("dfu-nonsense", ExitCode.Device,
        "A damaged cable or hub, a device that is no Particle bootloader, or a bootloader defect.");

    /// <summary>The device did not get on with an operation in time.</summary>
    public static readonly FaultCode TimedOut = new("dfu-timeout", ExitCode.Device,
        "The bootloader hangs, or the connection is bad.");

    /// <summary>The device left the bus.</summary>
    public static readonly FaultCode Gone = new("dfu-gone", ExitCode.Device,
        "The cable was pulled, the supply sagged, or the board was reset.");

    /// <summary>The device gave other data than the memory can hold, or fewer bytes than asked for.</summary>
    public static readonly FaultCode ShortRead = new("dfu-short-read", ExitCode.Device,
        "The range runs over the end of the memory, or the connection is bad.");

    /// <summary>The device says that it cannot do what was asked.</summary>
    public static readonly FaultCode NotSupported = new("dfu-not-supported", ExitCode.Refused,
        "The functional descriptor or the command list of the device leaves it out.");

    /// <summary>A DFU file is damaged, or made for another device.</summary>
    public static readonly FaultCode File = new("dfu-file", ExitCode.BadInput,
        "The file was cut or changed, or belongs to another product.");

    /// <summary>The memory description does not allow the range.</summary>
    public static readonly FaultCode Range = new("dfu-range", ExitCode.Refused,
        "The address belongs to another alternate, or the range is protected.");

    /// <summary>What was read back is not what was written.</summary>
    public static readonly FaultCode Mismatch = new("dfu-mismatch", ExitCode.Failed,
        "A protected sector that the bootloader refuses silently, a worn flash, or a bad cable.");
}
