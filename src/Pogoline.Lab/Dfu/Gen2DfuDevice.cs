using Pogoline.Lab.Flash;
using Pogoline.Links;
using Pogoline.Platforms;

namespace Pogoline.Lab.Dfu;

/// <summary>The USB device of a Gen 2 (STM32F205) bootloader in DFU mode.</summary>
public sealed class Gen2DfuDevice : DfuUsbDevice
{
    const byte HighestInterface = 10;
    const byte OnlyConfiguration = 1;
    const byte FirstDescriptorBytes = 8;
    const byte SelfPowered = 1;
    const byte RemoteWakeup = 2;

    readonly DfuDescriptors _descriptors;
    readonly Gen2DfuClass _class;
    UsbState _usb;
    bool _remoteWakeup;

    /// <summary>A board just powered up.</summary>
    public Gen2DfuDevice(DfuDeviceOptions options, BoardStorage storage)
    {
        _descriptors = DfuDescriptors.Gen2(options);
        _class = new([.. options.Platform.Alternates.Select(alternate => MemoryOf(alternate.Storage, options, storage))], Timer);
    }

    enum UsbState
    {
        Default,
        Addressed,
        Configured,
    }

    internal override ReadOnlyMemory<byte> DeviceDescriptor => _descriptors.Device;

    internal override ReadOnlyMemory<byte> Configuration => _descriptors.Configuration;

    /// <inheritdoc/>
    public override void BusReset() => _usb = UsbState.Default;

    private protected override bool FinishDataStage() => _usb != UsbState.Configured || _class.FinishDataStage();

    // Requests to the device and to endpoints are told apart by bRequest alone: a class request with the number of a standard one is taken
    // for it.
    private protected override ControlReply Answer(SetupPacket setup, ReadOnlySpan<byte> data) => setup.Recipient() switch
    {
        _ when setup is { RequestType: 0xC0, Request: UsbRequest.Microsoft, Value: 0, Index: 4 } =>
            ControlReply.Of(_descriptors.CompatibleId, setup.Length),
        _ when setup is { RequestType: 0xC1, Request: UsbRequest.Microsoft, Value: 0, Index: 5 } =>
            ControlReply.Of(_descriptors.ExtendedProperties, setup.Length),
        UsbRecipient.Device => Device(setup),
        UsbRecipient.Interface when _usb == UsbState.Configured && (byte)setup.Index <= HighestInterface => Interface(setup, data),
        UsbRecipient.Endpoint => Endpoint(setup),
        _ => ControlReply.Stall,
    };

    ControlReply Device(SetupPacket setup)
    {
        switch (setup.Request)
        {
            case UsbRequest.GetDescriptor:
                return Descriptor(setup);
            case UsbRequest.SetAddress when _usb != UsbState.Configured && setup is { Index: 0, Length: 0 }:
                _usb = (setup.Value & 0x7F) == 0 ? UsbState.Default : UsbState.Addressed;
                return ControlReply.Acknowledge;
            case UsbRequest.SetConfiguration when _usb != UsbState.Default && (byte)setup.Value <= OnlyConfiguration:
                SetConfiguration((byte)setup.Value);
                return ControlReply.Acknowledge;
            case UsbRequest.GetConfiguration when _usb != UsbState.Default && setup.Length == 1:
                return ControlReply.Of(new byte[] { (byte)(_usb == UsbState.Configured ? OnlyConfiguration : 0) }, setup.Length);
            case UsbRequest.GetStatus when _usb != UsbState.Default:
                return ControlReply.Of(new byte[] { (byte)(SelfPowered | (_remoteWakeup ? RemoteWakeup : 0)), 0 }, setup.Length);
            case UsbRequest.SetFeature:
                return SetFeature(setup);
            case UsbRequest.ClearFeature when _usb != UsbState.Default:
                if (setup.Value != UsbFeature.RemoteWakeup) return ControlReply.Silence;
                _remoteWakeup = false;
                return ControlReply.Acknowledge;
            default:
                return ControlReply.Stall;
        }
    }

    void SetConfiguration(byte value)
    {
        switch (_usb, value)
        {
            case (UsbState.Addressed, OnlyConfiguration):
                _usb = UsbState.Configured;
                _class.Configure();
                break;
            case (UsbState.Configured, 0):
                _usb = UsbState.Addressed;
                _class.Deconfigure();
                break;
        }
    }

    ControlReply SetFeature(SetupPacket setup)
    {
        if (setup.Value == UsbFeature.RemoteWakeup) _remoteWakeup = true;
        return setup.Value == UsbFeature.RemoteWakeup || (setup.Value == UsbFeature.TestMode && (byte)setup.Index == 0)
            ? ControlReply.Acknowledge
            : ControlReply.Silence;
    }

    ControlReply Descriptor(SetupPacket setup)
    {
        ReadOnlyMemory<byte> descriptor;
        switch (setup.DescriptorType())
        {
            // Hosts that ask for a full packet only want bMaxPacketSize0.
            case UsbDescriptorType.Device when setup.Length == 64 || _usb == UsbState.Default:
                descriptor = _descriptors.Device[..FirstDescriptorBytes];
                break;
            case UsbDescriptorType.Device:
                descriptor = _descriptors.Device;
                break;
            case UsbDescriptorType.Configuration:
                descriptor = _descriptors.Configuration;
                break;
            case UsbDescriptorType.String when _descriptors.TryGetString(setup.DescriptorIndex(), out descriptor):
                break;
            default:
                return ControlReply.Stall;
        }
        return setup.Length == 0 ? ControlReply.Silence : ControlReply.Of(descriptor, setup.Length);
    }

    ControlReply Interface(SetupPacket setup, ReadOnlySpan<byte> data) => (setup.Type(), setup.Request) switch
    {
        (UsbRequestType.Class, _) => _class.Handle(setup, data),
        (UsbRequestType.Standard, UsbRequest.GetDescriptor) => ControlReply.Of(
            setup.DescriptorType() == UsbDescriptorType.DfuFunctional ? _descriptors.Functional : default, setup.Length),
        (UsbRequestType.Standard, UsbRequest.GetInterface) => ControlReply.Of(new[] { _class.Alternate }, setup.Length),
        (UsbRequestType.Standard, UsbRequest.SetInterface) when !_class.SelectAlternate((byte)setup.Value) => ControlReply.Stall,
        _ => Unhandled(setup),
    };

    // Nobody looks at the request: without a data stage the status stage is released all the same, with one nothing happens.
    static ControlReply Unhandled(SetupPacket setup) => setup.Length == 0 ? ControlReply.Acknowledge : ControlReply.Silence;

    ControlReply Endpoint(SetupPacket setup) => (_usb, setup.Request) switch
    {
        (UsbState.Default, UsbRequest.GetStatus or UsbRequest.ClearFeature or UsbRequest.SetFeature) => ControlReply.Stall,
        (UsbState.Configured, UsbRequest.GetStatus) => ControlReply.Of(new byte[2], setup.Length),
        (UsbState.Configured, UsbRequest.SetFeature) => ControlReply.Acknowledge,
        (UsbState.Configured, UsbRequest.ClearFeature) when setup.Value == UsbFeature.EndpointHalt => ControlReply.Acknowledge,
        _ => ControlReply.Silence,
    };

    static IGen2Memory MemoryOf(StorageKind kind, DfuDeviceOptions options, BoardStorage storage) => (kind, storage.External) switch
    {
        (StorageKind.InternalFlash, _) => new Gen2InternalFlash(storage.Internal),
        (StorageKind.Dct, _) => new Gen2Dct(storage.Dct, options.DctUsable),
        (StorageKind.ExternalFlash, { } external) => new Gen2SerialFlash(external),
        _ => throw new NotSupportedException($"The Gen 2 bootloader has no alternate for {kind}."),
    };
}
