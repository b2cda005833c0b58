using Pogoline.Host.Usb.Native;

namespace Pogoline.Host.Usb;

/// <summary>Turns what libusb says into the true cause and one remedy.</summary>
static class UsbProblems
{
    /// <summary>How libusb-1.0 is installed here.</summary>
    public static string InstallLibrary => OperatingSystem.IsWindows() ? "Put libusb-1.0.dll (64 bit, from libusb.info) beside pogoline.exe."
        : OperatingSystem.IsMacOS() ? "Run 'brew install libusb'."
        : "Install it: 'sudo apt install libusb-1.0-0' (Debian, Ubuntu), 'sudo dnf install libusb1' (Fedora) or 'sudo pacman -S libusb' (Arch).";

    public static PogolineException NoLibrary() => new(UsbFaults.Library, "libusb-1.0 is not on this machine.", InstallLibrary);

    public static PogolineException NoUsb(LibUsbError error) => new(UsbFaults.NoUsb, $"libusb does not start ({Name(error)}): there is no USB here.",
        OperatingSystem.IsLinux() ? "In a container, mount the host's USB: docker run -v /dev/bus/usb:/dev/bus/usb --device-cgroup-rule 'c 189:* rmw'. Else load the kernel's USB modules."
            : "Check that the machine has a working USB controller.");

    public static UsbProblem Busy(UsbDeviceInfo device, string why) => new(UsbFaults.Busy, $"{device} is in use: {why}.", "End that program, then try again.");

    public static UsbProblem Gone(UsbDeviceInfo device) => new(UsbFaults.Gone, $"{device} has left the bus.", "Plug it in again, or wait until it is back.");

    /// <summary>Why a device did not open.</summary>
    public static UsbProblem Opening(UsbDeviceInfo device, LibUsbError error) => LinuxUsb.This?.FindProblem(device) ?? error switch
    {
        LibUsbError.NoDevice or LibUsbError.NotFound => Gone(device),
        LibUsbError.NotSupported when OperatingSystem.IsWindows() => new(UsbFaults.Driver, $"{device}: Windows has bound no WinUSB driver to it.",
            "Unplug the board and plug it in again: its bootloader asks Windows for WinUSB. For one older than Device OS 0.7, bind WinUSB with Zadig (zadig.akeo.ie)."),
        LibUsbError.Access when OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() => Busy(device, "another program or a driver has it open"),
        LibUsbError.Busy => Busy(device, "another program has it open"),
        _ => new(UsbFaults.Other, $"{device} cannot be opened: {Name(error)}.", "Unplug it and plug it in again."),
    };

    /// <summary>Why an interface was not to be had.</summary>
    public static UsbProblem Claiming(UsbDeviceInfo device, byte interfaceNumber, LibUsbError error) => error switch
    {
        LibUsbError.Busy or LibUsbError.Access => LinuxUsb.This?.FindProblem(device) is { } found && found.Code == UsbFaults.Busy
            ? found : Busy(device, $"its interface {interfaceNumber} is held by another program or a driver"),
        LibUsbError.NotFound => new(UsbFaults.Other, $"{device} has no interface {interfaceNumber}.", "Unplug it and plug it in again; if it stays, its descriptors are damaged."),
        LibUsbError.NotSupported when OperatingSystem.IsWindows() => new(UsbFaults.Driver, $"{device}: Windows has bound another driver than WinUSB to interface {interfaceNumber}.",
            "Put the board into DFU mode by its buttons: hold MODE while resetting until the LED blinks yellow."),
        _ => new(UsbFaults.Other, $"{device}: interface {interfaceNumber} cannot be claimed: {Name(error)}.", "Unplug it and plug it in again."),
    };

    static string Name(LibUsbError error) => $"libusb error {(int)error}, {error}";
}
