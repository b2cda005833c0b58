using Pogoline.Platforms;

namespace Pogoline.Host.Serial;

/// <summary>A serial port of this machine.</summary>
/// <param name="Name">What it is opened by: <c>/dev/ttyACM0</c>, <c>/dev/cu.usbmodem1</c>, <c>COM3</c>.</param>
/// <param name="Usb">Vendor and product id; null when it is no USB device, or the system does not say.</param>
/// <param name="SerialNumber">The serial number of the USB device; null when there is none.</param>
/// <param name="Bus">The USB bus; 0 when the system does not say.</param>
/// <param name="Address">The USB address on the bus; 0 when the system does not say.</param>
public sealed record SerialPortInfo(string Name, UsbId? Usb, string? SerialNumber, int Bus, int Address);
