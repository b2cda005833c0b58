namespace Pogoline.Lab.Usb;

/// <summary>A board while it is on the bus, as the host's operating system knows it. The next enumeration makes a new one.</summary>
/// <param name="Enumeration">Counts the times that the board joined the bus.</param>
/// <param name="Device">The device descriptor.</param>
/// <param name="Configuration">The only configuration.</param>
/// <param name="Serial">The serial port; null in DFU mode.</param>
sealed record UsbAttachment(int Enumeration, ReadOnlyMemory<byte> Device, ReadOnlyMemory<byte> Configuration, CdcSerialPort? Serial);
