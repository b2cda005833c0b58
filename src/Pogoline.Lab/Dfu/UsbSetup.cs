using Pogoline.Links;

namespace Pogoline.Lab.Dfu;

/// <summary>bmRequestType bits 6…5.</summary>
enum UsbRequestType
{
    Standard,
    Class,
    Vendor,
    Reserved,
}

/// <summary>bmRequestType bits 4…0.</summary>
enum UsbRecipient
{
    Device,
    Interface,
    Endpoint,
}

/// <summary>bRequest of the standard requests (USB 2.0 table 9-4), and Particle's Microsoft vendor code.</summary>
static class UsbRequest
{
    public const byte GetStatus = 0;
    public const byte ClearFeature = 1;
    public const byte SetFeature = 3;
    public const byte SetAddress = 5;
    public const byte GetDescriptor = 6;
    public const byte GetConfiguration = 8;
    public const byte SetConfiguration = 9;
    public const byte GetInterface = 10;
    public const byte SetInterface = 11;
    public const byte Microsoft = 0xEE;
}

/// <summary>Descriptor types (USB 2.0 table 9-5, DFU 1.1 table 4.1.3).</summary>
static class UsbDescriptorType
{
    public const byte Device = 1;
    public const byte Configuration = 2;
    public const byte String = 3;
    public const byte DfuFunctional = 0x21;
}

/// <summary>Feature selectors (USB 2.0 table 9-6).</summary>
static class UsbFeature
{
    public const ushort EndpointHalt = 0;
    public const ushort RemoteWakeup = 1;
    public const ushort TestMode = 2;
}

static class UsbSetup
{
    public static UsbRequestType Type(this SetupPacket setup) => (UsbRequestType)(setup.RequestType >> 5 & 3);

    public static UsbRecipient Recipient(this SetupPacket setup) => (UsbRecipient)(setup.RequestType & 0x1F);

    /// <summary>The descriptor type that GET_DESCRIPTOR asks for.</summary>
    public static byte DescriptorType(this SetupPacket setup) => (byte)(setup.Value >> 8);

    /// <summary>The descriptor index that GET_DESCRIPTOR asks for.</summary>
    public static byte DescriptorIndex(this SetupPacket setup) => (byte)setup.Value;
}
