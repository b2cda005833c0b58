namespace Pogoline.Host.Usb;

/// <summary>Faults of USB on this machine.</summary>
public static class UsbFaults
{
    /// <summary>libusb-1.0 is not installed.</summary>
    public static readonly FaultCode Library = new("usb-library", ExitCode.Machine, "The package with libusb-1.0 is not installed.");

    /// <summary>libusb does not start: the machine offers no USB to this process.</summary>
    public static readonly FaultCode NoUsb = new("usb-none", ExitCode.Machine, "The kernel has no USB support, or a container hides it.");

    /// <summary>The device may not be opened by this user.</summary>
    public static readonly FaultCode Permission = new("usb-permission", ExitCode.Machine, "The udev rules for the device are missing or were not applied to it.");

    /// <summary>A container's device rules forbid the device.</summary>
    public static readonly FaultCode Confined = new("usb-confined", ExitCode.Machine, "The container was started without access to USB devices.");

    /// <summary>Another program or a driver holds the device.</summary>
    public static readonly FaultCode Busy = new("usb-busy", ExitCode.Machine, "Another program works on the device, or a system driver does not let go of it.");

    /// <summary>The system has no driver that lets programs talk to the device.</summary>
    public static readonly FaultCode Driver = new("usb-driver", ExitCode.Machine, "Windows has not bound WinUSB to the device.");

    /// <summary>The device is on the bus, but its node is missing.</summary>
    public static readonly FaultCode Node = new("usb-node", ExitCode.Machine, "No udev runs, or a container does not see nodes that appeared later.");

    /// <summary>The device is no longer on the bus.</summary>
    public static readonly FaultCode Gone = new("usb-gone", ExitCode.Device, "It was unplugged, lost power, or re-enumerated.");

    /// <summary>libusb failed in another way.</summary>
    public static readonly FaultCode Other = new("usb-error", ExitCode.Machine, "The kernel or the host controller refused.");

    /// <summary>No unit matches.</summary>
    public static readonly FaultCode UnitNone = new("unit-none", ExitCode.Device, "None is connected, or the name does not match one that is.");

    /// <summary>Several units match.</summary>
    public static readonly FaultCode UnitAmbiguous = new("unit-ambiguous", ExitCode.Usage, "Several units are connected, and one is never picked silently.");
}
