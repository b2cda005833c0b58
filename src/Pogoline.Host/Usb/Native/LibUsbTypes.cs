using System.Runtime.InteropServices;

namespace Pogoline.Host.Usb.Native;

/// <summary><c>enum libusb_error</c>.</summary>
enum LibUsbError
{
    Success = 0,
    InputOutput = -1,
    InvalidParameter = -2,
    Access = -3,
    NoDevice = -4,
    NotFound = -5,
    Busy = -6,
    Timeout = -7,
    Overflow = -8,
    Pipe = -9,
    Interrupted = -10,
    NoMemory = -11,
    NotSupported = -12,
    Other = -99,
}

/// <summary><c>enum libusb_transfer_status</c>.</summary>
enum LibUsbTransferStatus
{
    Completed,
    Error,
    TimedOut,
    Cancelled,
    Stall,
    NoDevice,
    Overflow,
}

/// <summary><c>enum libusb_transfer_type</c>.</summary>
enum LibUsbTransferType : byte
{
    Control = 0,
    Bulk = 2,
    Interrupt = 3,
}

[StructLayout(LayoutKind.Sequential)]
unsafe struct LibUsbTransfer
{
    public nint Device;
    public byte Flags;
    public byte Endpoint;
    public LibUsbTransferType Type;
    public uint TimeoutMilliseconds;
    public LibUsbTransferStatus Status;
    public int Length;
    public int ActualLength;
    public delegate* unmanaged<LibUsbTransfer*, void> Callback;
    public nint UserData;
    public byte* Buffer;
    public int IsochronousPackets;
}

[StructLayout(LayoutKind.Sequential)]
struct LibUsbVersion
{
    public ushort Major;
    public ushort Minor;
    public ushort Micro;
    public ushort Nano;
}

[StructLayout(LayoutKind.Sequential)]
struct LibUsbDeviceDescriptor
{
    public byte Length;
    public byte DescriptorType;
    public ushort UsbRelease;
    public byte DeviceClass;
    public byte DeviceSubclass;
    public byte DeviceProtocol;
    public byte MaxPacketSize0;
    public ushort Vendor;
    public ushort Product;
    public ushort DeviceRelease;
    public byte ManufacturerIndex;
    public byte ProductIndex;
    public byte SerialNumberIndex;
    public byte ConfigurationCount;
}

[StructLayout(LayoutKind.Sequential)]
unsafe struct LibUsbConfiguration
{
    public byte Length;
    public byte DescriptorType;
    public ushort TotalLength;
    public byte InterfaceCount;
    public byte ConfigurationValue;
    public byte ConfigurationIndex;
    public byte Attributes;
    public byte MaxPower;
    public LibUsbInterface* Interfaces;
    public byte* Extra;
    public int ExtraLength;
}

[StructLayout(LayoutKind.Sequential)]
unsafe struct LibUsbInterface
{
    public LibUsbAlternate* Alternates;
    public int AlternateCount;
}

[StructLayout(LayoutKind.Sequential)]
unsafe struct LibUsbAlternate
{
    public byte Length;
    public byte DescriptorType;
    public byte InterfaceNumber;
    public byte AlternateSetting;
    public byte EndpointCount;
    public byte InterfaceClass;
    public byte InterfaceSubclass;
    public byte InterfaceProtocol;
    public byte InterfaceIndex;
    public LibUsbEndpoint* Endpoints;
    public byte* Extra;
    public int ExtraLength;
}

[StructLayout(LayoutKind.Sequential)]
unsafe struct LibUsbEndpoint
{
    public byte Length;
    public byte DescriptorType;
    public byte Address;
    public byte Attributes;
    public ushort MaxPacketSize;
    public byte Interval;
    public byte Refresh;
    public byte SynchAddress;
    public byte* Extra;
    public int ExtraLength;
}
