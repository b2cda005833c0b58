using System.Buffers.Binary;
using Pogoline.Lab.Control;
using Pogoline.Lab.Dfu;
using Pogoline.Links;
using Pogoline.Platforms;

namespace Pogoline.Lab.Usb;

/// <summary>What a host asked of the running system by a baud rate.</summary>
enum LineCodingCommand
{
    None,
    EnterDfu,
    Listen,
}

/// <summary>
/// The USB device of a board whose system runs: standard requests, the CDC-ACM port with the baud rates that send it to DFU or listening
/// mode, the Microsoft OS descriptors, and the control requests.
/// </summary>
/// <param name="platform">The board.</param>
/// <param name="deviceId">The serial number string.</param>
/// <param name="serial">The data that goes over the serial port.</param>
/// <param name="requests">What answers the vendor requests of Particle's own.</param>
sealed class SystemUsbDevice(Platform platform, string deviceId, CdcSerialPort serial, ControlChannel requests)
{
    const uint DfuBaud = 14400;
    const uint ListenBaud = 28800;
    const byte SetLineCoding = 0x20;
    const byte GetLineCoding = 0x21;
    const byte SetControlLineState = 0x22;
    const byte SendBreak = 0x23;

    readonly byte[] _lineCoding = [0x80, 0x25, 0, 0, 0, 0, 8];
    bool _configured;

    /// <summary>The descriptors.</summary>
    public SystemUsbDescriptors Descriptors { get; } = SystemUsbDescriptors.Of(platform, deviceId);

    /// <summary>The data that goes over the serial port.</summary>
    public CdcSerialPort Serial { get; } = serial;

    /// <summary>One control transfer.</summary>
    public ControlReply Control(SetupPacket setup, ReadOnlySpan<byte> data, out LineCodingCommand command)
    {
        command = LineCodingCommand.None;
        return (setup.Type(), setup.Recipient()) switch
        {
            (UsbRequestType.Standard, UsbRecipient.Device) => Device(setup),
            (UsbRequestType.Standard, UsbRecipient.Interface) => Interface(setup),
            (UsbRequestType.Standard, UsbRecipient.Endpoint) => Endpoint(setup),
            (UsbRequestType.Class, UsbRecipient.Interface) => SerialPort(setup, data, out command),
            (UsbRequestType.Vendor, _) when setup.Request == UsbRequest.Microsoft => Microsoft(setup),
            (UsbRequestType.Vendor, UsbRecipient.Device) => requests.Control(setup, data),
            _ => ControlReply.Stall,
        };
    }

    ControlReply Device(SetupPacket setup)
    {
        switch (setup.Request)
        {
            case UsbRequest.SetAddress:
                return ControlReply.Acknowledge;
            case UsbRequest.SetConfiguration when setup.Value <= 1:
                _configured = setup.Value == 1;
                return ControlReply.Acknowledge;
            case UsbRequest.GetConfiguration:
                return ControlReply.Of(new[] { (byte)(_configured ? 1 : 0) }, setup.Length);
            case UsbRequest.GetStatus:
                return ControlReply.Of(new byte[] { Descriptors.IsSelfPowered ? (byte)1 : (byte)0, 0 }, setup.Length);
            case UsbRequest.ClearFeature or UsbRequest.SetFeature when setup.Value == UsbFeature.RemoteWakeup:
                return ControlReply.Acknowledge;
            case UsbRequest.GetDescriptor:
                return Descriptor(setup);
            default:
                return ControlReply.Stall;
        }
    }

    ControlReply Descriptor(SetupPacket setup) => setup.DescriptorType() switch
    {
        UsbDescriptorType.Device => ControlReply.Of(Descriptors.Device, setup.Length),
        UsbDescriptorType.Configuration when setup.DescriptorIndex() == 0 => ControlReply.Of(Descriptors.Configuration, setup.Length),
        UsbDescriptorType.String when Descriptors.TryGetString(setup.DescriptorIndex(), out var text) =>
            ControlReply.Of(text, setup.Length),
        _ => ControlReply.Stall,
    };

    ControlReply Interface(SetupPacket setup) => setup.Request switch
    {
        _ when !_configured || (byte)setup.Index > SystemUsbDescriptors.ControlInterface => ControlReply.Stall,
        UsbRequest.SetInterface when setup.Value == 0 => ControlReply.Acknowledge,
        UsbRequest.GetInterface => ControlReply.Of(new byte[1], setup.Length),
        UsbRequest.GetStatus => ControlReply.Of(new byte[2], setup.Length),
        _ => ControlReply.Stall,
    };

    static ControlReply Endpoint(SetupPacket setup) => setup.Request switch
    {
        UsbRequest.GetStatus => ControlReply.Of(new byte[2], setup.Length),
        UsbRequest.ClearFeature or UsbRequest.SetFeature when setup.Value == UsbFeature.EndpointHalt => ControlReply.Acknowledge,
        _ => ControlReply.Stall,
    };

    ControlReply SerialPort(SetupPacket setup, ReadOnlySpan<byte> data, out LineCodingCommand command)
    {
        command = LineCodingCommand.None;
        if (!_configured) return ControlReply.Stall;
        switch (setup.Request)
        {
            case SetLineCoding when !setup.IsIn && data.Length >= _lineCoding.Length:
                data[.._lineCoding.Length].CopyTo(_lineCoding);
                command = BinaryPrimitives.ReadUInt32LittleEndian(data) switch
                {
                    DfuBaud => LineCodingCommand.EnterDfu,
                    ListenBaud => LineCodingCommand.Listen,
                    _ => LineCodingCommand.None,
                };
                return ControlReply.Acknowledge;
            case GetLineCoding when setup.IsIn:
                return ControlReply.Of(_lineCoding, setup.Length);
            case SetControlLineState or SendBreak when setup is { IsIn: false, Length: 0 }:
                return ControlReply.Acknowledge;
            default:
                return ControlReply.Stall;
        }
    }

    // For another interface the properties are ten zeros (Gen 3; taken to be the same on Gen 2).
    ControlReply Microsoft(SetupPacket setup) => setup switch
    {
        { RequestType: 0xC0, Request: UsbRequest.Microsoft, Index: MicrosoftOsDescriptors.CompatibleIdIndex } =>
            ControlReply.Of(Descriptors.CompatibleId, setup.Length),
        { RequestType: 0xC1, Request: UsbRequest.Microsoft, Index: MicrosoftOsDescriptors.ExtendedPropertiesIndex } =>
            ControlReply.Of(
                (byte)setup.Value == SystemUsbDescriptors.ControlInterface ? Descriptors.ExtendedProperties : new byte[10], setup.Length),
        _ => ControlReply.Stall,
    };
}
