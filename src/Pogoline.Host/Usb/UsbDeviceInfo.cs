using Pogoline.Platforms;

namespace Pogoline.Host.Usb;

/// <summary>The signalling rate of a device; the values are libusb's.</summary>
public enum UsbSpeed
{
    /// <summary>The system does not say.</summary>
    Unknown = 0,

    /// <summary>1.5 Mbit/s.</summary>
    Low = 1,

    /// <summary>12 Mbit/s.</summary>
    Full = 2,

    /// <summary>480 Mbit/s.</summary>
    High = 3,

    /// <summary>5 Gbit/s.</summary>
    Super = 4,

    /// <summary>10 Gbit/s or more.</summary>
    SuperPlus = 5,
}

/// <summary>An interface in one of its alternate settings, as the descriptors give it.</summary>
/// <param name="Number">bInterfaceNumber.</param>
/// <param name="Alternate">bAlternateSetting.</param>
/// <param name="Class">bInterfaceClass.</param>
/// <param name="Subclass">bInterfaceSubClass.</param>
/// <param name="Protocol">bInterfaceProtocol.</param>
/// <param name="NameIndex">iInterface.</param>
public readonly record struct UsbInterfaceInfo(byte Number, byte Alternate, byte Class, byte Subclass, byte Protocol, byte NameIndex)
{
    /// <summary>Whether it is a DFU interface, at run time or in DFU mode (USB DFU 1.1 §4).</summary>
    public bool IsDfu => Class == 0xFE && Subclass == 1;

    /// <summary>Whether it is a DFU interface in DFU mode.</summary>
    public bool IsDfuMode => IsDfu && Protocol == 2;

    /// <summary>Its endpoints in descriptor order, without endpoint 0.</summary>
    public IReadOnlyList<UsbEndpointInfo> Endpoints { get => field ?? []; init; }

    /// <summary>The first endpoint of bulk or interrupt transfers in a direction; null when there is none.</summary>
    public UsbEndpointInfo? FirstOf(bool isIn) => Endpoints.Where(e => e.IsIn == isIn && e.IsPacket).Cast<UsbEndpointInfo?>().FirstOrDefault();
}

/// <summary>An endpoint, as its descriptor gives it.</summary>
/// <param name="Address">bEndpointAddress.</param>
/// <param name="Attributes">bmAttributes.</param>
/// <param name="PacketSize">wMaxPacketSize.</param>
public readonly record struct UsbEndpointInfo(byte Address, byte Attributes, ushort PacketSize)
{
    /// <summary>Whether data goes from device to host.</summary>
    public bool IsIn => (Address & 0x80) != 0;

    /// <summary>Whether it is a bulk endpoint.</summary>
    public bool IsBulk => (Attributes & 3) == 2;

    /// <summary>Whether it is a bulk or an interrupt endpoint.</summary>
    public bool IsPacket => (Attributes & 3) >= 2;
}

/// <summary>A device on the bus, known without opening it.</summary>
public sealed record UsbDeviceInfo
{
    /// <summary>Vendor and product id.</summary>
    public required UsbId Id { get; init; }

    /// <summary>The bus, 1 to 255.</summary>
    public required byte Bus { get; init; }

    /// <summary>The address on the bus, 1 to 127; another one each time that the device enumerates.</summary>
    public required byte Address { get; init; }

    /// <summary>Where it is plugged in: <c>bus-port.port…</c>, as Linux names devices; the same for every device at that socket.</summary>
    public required string Port { get; init; }

    /// <summary>The signalling rate.</summary>
    public UsbSpeed Speed { get; init; }

    /// <summary>bcdDevice.</summary>
    public ushort Release { get; init; }

    /// <summary>iManufacturer, 0 for none.</summary>
    public byte ManufacturerIndex { get; init; }

    /// <summary>iProduct, 0 for none.</summary>
    public byte ProductIndex { get; init; }

    /// <summary>iSerialNumber, 0 for none.</summary>
    public byte SerialNumberIndex { get; init; }

    /// <summary>The interfaces of the active configuration in descriptor order; empty when its descriptors cannot be read.</summary>
    public IReadOnlyList<UsbInterfaceInfo> Interfaces { get; init; } = [];

    /// <summary>What tells this enumeration from every other one that was seen: the same device has another key after it was re-plugged.</summary>
    public (byte Bus, byte Address, string Port, UsbId Id) Key => (Bus, Address, Port, Id);

    /// <inheritdoc/>
    public override string ToString() => $"{Id} at {Port}";
}
