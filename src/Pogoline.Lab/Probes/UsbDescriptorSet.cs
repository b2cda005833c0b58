using System.Text;
using Pogoline.Lab.Dfu;
using Pogoline.Links;
using Pogoline.Platforms;

namespace Pogoline.Lab.Probes;

/// <summary>The descriptors of a probe with one interface, and what endpoint 0 does with them.</summary>
sealed class UsbDescriptorSet
{
    const byte ReportDescriptor = 0x22, BinaryObjectStore = 0x0F, WinUsbRequest = 0x20, MicrosoftTwoIndex = 7, SetIdle = 0x0A;

    readonly Dictionary<byte, byte[]> _strings = new() { [0] = [4, UsbDescriptorType.String, 0x09, 0x04] };
    byte _configuration = 1;

    /// <summary>The device descriptor.</summary>
    public required byte[] Device { get; init; }

    /// <summary>The only configuration.</summary>
    public required byte[] Configuration { get; init; }

    /// <summary>The HID report descriptor; empty for none.</summary>
    public byte[] Report { get; init; } = [];

    /// <summary>Binary object store with the place of <see cref="WindowsSet"/>; empty for none.</summary>
    public byte[] ObjectStore { get; init; } = [];

    /// <summary>The Microsoft OS 2.0 descriptor set; empty for none.</summary>
    public byte[] WindowsSet { get; init; } = [];

    /// <summary>The endpoint that takes commands.</summary>
    public required byte Out { get; init; }

    /// <summary>The endpoint that gives answers.</summary>
    public required byte In { get; init; }

    /// <summary>The device descriptor of a full-speed device.</summary>
    public static byte[] DeviceOf(UsbId id, ushort release, byte serialIndex, ushort usb = 0x0200) =>
    [
        18, UsbDescriptorType.Device, (byte)usb, (byte)(usb >> 8), 0, 0, 0, 64, (byte)id.Vendor, (byte)(id.Vendor >> 8),
        (byte)id.Product, (byte)(id.Product >> 8), (byte)release, (byte)(release >> 8), 1, 2, serialIndex, 1,
    ];

    /// <summary>A configuration with the interfaces that are given.</summary>
    public static byte[] ConfigurationOf(byte interfaces, byte[] content) =>
    [
        9, UsbDescriptorType.Configuration, (byte)(9 + content.Length), (byte)(9 + content.Length >> 8), interfaces, 1, 0, 0x80, 250, .. content,
    ];

    /// <summary>An interface descriptor.</summary>
    public static byte[] InterfaceOf(byte number, byte endpoints, byte kind, byte name) => [9, 4, number, 0, endpoints, kind, (byte)(kind == 3 ? 0 : kind), (byte)(kind == 3 ? 0 : kind), name];

    /// <summary>An endpoint descriptor with 64 bytes in a packet.</summary>
    public static byte[] EndpointOf(byte address, bool isInterrupt = false) => [7, 5, address, (byte)(isInterrupt ? 3 : 2), 64, 0, (byte)(isInterrupt ? 1 : 0)];

    /// <summary>Gives a string its number.</summary>
    public void Name(byte index, string text)
    {
        var bytes = Encoding.Unicode.GetBytes(text);
        _strings[index] = [(byte)(bytes.Length + 2), UsbDescriptorType.String, .. bytes];
    }

    /// <summary>A transfer on endpoint 0.</summary>
    public ControlReply Control(SetupPacket setup) => (setup.Type(), setup.Recipient(), setup.Request) switch
    {
        (UsbRequestType.Standard, UsbRecipient.Device, UsbRequest.SetAddress) => ControlReply.Acknowledge,
        (UsbRequestType.Standard, UsbRecipient.Device, UsbRequest.SetConfiguration) when setup.Value <= 1 => Configure((byte)setup.Value),
        (UsbRequestType.Standard, UsbRecipient.Device, UsbRequest.GetConfiguration) => ControlReply.Of(new[] { _configuration }, setup.Length),
        (UsbRequestType.Standard, _, UsbRequest.GetStatus) => ControlReply.Of(new byte[2], setup.Length),
        (UsbRequestType.Standard, UsbRecipient.Device or UsbRecipient.Interface, UsbRequest.GetDescriptor) => Descriptor(setup),
        (UsbRequestType.Standard, UsbRecipient.Interface, UsbRequest.SetInterface) when setup.Value == 0 => ControlReply.Acknowledge,
        (UsbRequestType.Standard, UsbRecipient.Interface, UsbRequest.GetInterface) => ControlReply.Of(new byte[1], setup.Length),
        (UsbRequestType.Standard, UsbRecipient.Endpoint, UsbRequest.ClearFeature or UsbRequest.SetFeature) => ControlReply.Acknowledge,
        (UsbRequestType.Class, UsbRecipient.Interface, SetIdle) when Report.Length > 0 => ControlReply.Acknowledge,
        (UsbRequestType.Vendor, UsbRecipient.Device, WinUsbRequest) when setup.Index == MicrosoftTwoIndex && WindowsSet.Length > 0 =>
            ControlReply.Of(WindowsSet, setup.Length),
        _ => ControlReply.Stall,
    };

    /// <summary>Lets Windows bind WinUSB to the only interface (Microsoft OS 2.0).</summary>
    /// <param name="guid">The device interface GUID, with braces.</param>
    public static (byte[] ObjectStore, byte[] Set) WinUsb(string guid)
    {
        byte[] name = Encoding.Unicode.GetBytes("DeviceInterfaceGUIDs\0"), value = Encoding.Unicode.GetBytes(guid + "\0\0");
        const int Header = 10, CompatibleId = 20, PropertyFixed = 10, RegMultiSz = 7;
        var property = PropertyFixed + name.Length + value.Length;
        var total = Header + CompatibleId + property;
        byte[] version = [0x00, 0x00, 0x03, 0x06];
        byte[] set =
        [
            Header, 0, 0, 0, .. version, (byte)total, (byte)(total >> 8),
            CompatibleId, 0, 3, 0, .. "WINUSB"u8, .. new byte[10],
            (byte)property, (byte)(property >> 8), 4, 0, RegMultiSz, 0, (byte)name.Length, 0, .. name, (byte)value.Length, 0, .. value,
        ];
        byte[] platform = [0xDF, 0x60, 0xDD, 0xD8, 0x89, 0x45, 0xC7, 0x4C, 0x9C, 0xD2, 0x65, 0x9D, 0x9E, 0x64, 0x8A, 0x9F];
        byte[] store = [5, BinaryObjectStore, 33, 0, 1, 28, 0x10, 5, 0, .. platform, .. version, (byte)total, (byte)(total >> 8), WinUsbRequest, 0];
        return (store, set);
    }

    ControlReply Configure(byte value)
    {
        _configuration = value;
        return ControlReply.Acknowledge;
    }

    ControlReply Descriptor(SetupPacket setup)
    {
        byte[]? found = setup.DescriptorType() switch
        {
            UsbDescriptorType.Device => Device,
            UsbDescriptorType.Configuration when setup.DescriptorIndex() == 0 => Configuration,
            UsbDescriptorType.String => _strings.GetValueOrDefault(setup.DescriptorIndex()),
            ReportDescriptor when Report.Length > 0 => Report,
            BinaryObjectStore when ObjectStore.Length > 0 => ObjectStore,
            0x21 when Report.Length > 0 => Configuration[18..27],
            _ => null,
        };
        return found is null ? ControlReply.Stall : ControlReply.Of(found, setup.Length);
    }
}
