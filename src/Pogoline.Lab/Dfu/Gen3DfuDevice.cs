using Pogoline.Lab.Flash;
using Pogoline.Links;
using Pogoline.Platforms;

namespace Pogoline.Lab.Dfu;

/// <summary>The USB device of a Gen 3 (nRF52840) bootloader in DFU mode.</summary>
public sealed class Gen3DfuDevice : DfuUsbDevice
{
    static readonly DeviceOsVersion DropsCompatibleUserPartSince = new(3, 1, 0, "rc.1");

    readonly DfuDescriptors _descriptors;
    readonly Gen3DfuClass _class;
    bool _configured;

    /// <summary>A board just powered up.</summary>
    public Gen3DfuDevice(DfuDeviceOptions options, BoardStorage storage)
    {
        _descriptors = DfuDescriptors.Gen3(options);
        _class = new([.. options.Platform.Alternates.Select(alternate => MemoryOf(alternate.Storage, options, storage))], options.BootloaderRelease, Timer);
    }

    /// <summary>Whether the host asked to leave into safe mode (bootloaders from 6.1.1 on).</summary>
    public bool SafeModeRequested => _class.SafeModeRequested;

    private protected override bool LeaveTimerRuns => _class.State == DfuState.ManifestWaitReset;

    internal override ReadOnlyMemory<byte> DeviceDescriptor => _descriptors.Device;

    internal override ReadOnlyMemory<byte> Configuration => _descriptors.Configuration;

    /// <inheritdoc/>
    public override void BusReset() => _configured = false;

    private protected override bool FinishDataStage() => _class.FinishDataStage();

    private protected override ControlReply Answer(SetupPacket setup, ReadOnlySpan<byte> data) => (setup.Recipient(), setup.Type()) switch
    {
        (UsbRecipient.Device, UsbRequestType.Standard) => Device(setup),
        (UsbRecipient.Device, UsbRequestType.Class) => _class.Handle(setup, data),
        (UsbRecipient.Device, UsbRequestType.Vendor) when setup is { RequestType: 0xC0, Request: UsbRequest.Microsoft, Index: 4 } =>
            ControlReply.Of(_descriptors.CompatibleId, setup.Length),
        (UsbRecipient.Interface, _) when !_configured => ControlReply.Stall,
        (UsbRecipient.Interface, UsbRequestType.Standard) => Interface(setup),
        (UsbRecipient.Interface, UsbRequestType.Class) => _class.Handle(setup, data),
        (UsbRecipient.Interface, UsbRequestType.Vendor) when setup is { RequestType: 0xC1, Request: UsbRequest.Microsoft, Index: 5 } =>
            ControlReply.Of(_descriptors.ExtendedProperties, setup.Length),
        (UsbRecipient.Endpoint, _) => Endpoint(setup),
        _ => ControlReply.Stall,
    };

    ControlReply Device(SetupPacket setup)
    {
        switch (setup.Request)
        {
            case UsbRequest.GetStatus:
                return ControlReply.Of(new byte[2], setup.Length);
            case UsbRequest.ClearFeature or UsbRequest.SetFeature when setup.Value == UsbFeature.RemoteWakeup:
                return ControlReply.Acknowledge;
            case UsbRequest.SetAddress: // the USB controller does it
                return ControlReply.Acknowledge;
            case UsbRequest.GetDescriptor when setup.Length > 0:
                return Descriptor(setup);
            case UsbRequest.GetConfiguration: // the wrong way round
                return ControlReply.Of(new byte[] { (byte)(_configured ? 0 : 1) }, setup.Length);
            case UsbRequest.SetConfiguration:
                _configured = setup.Value != 0;
                if (_configured) _class.Configure();
                return ControlReply.Acknowledge;
            default:
                return ControlReply.Stall;
        }
    }

    ControlReply Descriptor(SetupPacket setup) => setup.DescriptorType() switch
    {
        UsbDescriptorType.Device => ControlReply.Of(_descriptors.Device, setup.Length),
        UsbDescriptorType.Configuration => ControlReply.Of(_descriptors.Configuration, setup.Length),
        UsbDescriptorType.String when _descriptors.TryGetString(setup.DescriptorIndex(), out var text) => ControlReply.Of(text, setup.Length),
        _ => ControlReply.Stall,
    };

    ControlReply Interface(SetupPacket setup) => setup.Request switch
    {
        UsbRequest.GetDescriptor when setup.DescriptorType() == UsbDescriptorType.DfuFunctional =>
            ControlReply.Of(_descriptors.Functional, setup.Length),
        UsbRequest.GetDescriptor => ControlReply.Silence,
        UsbRequest.GetInterface => ControlReply.Of(new[] { _class.Alternate }, setup.Length),
        UsbRequest.SetInterface when _class.SelectAlternate(setup.Value) => ControlReply.Acknowledge,
        _ => ControlReply.Stall,
    };

    // Only endpoint 0 exists.
    ControlReply Endpoint(SetupPacket setup) => setup.Request switch
    {
        UsbRequest.GetStatus when _configured || (setup.Index & 0x7F) == 0 => ControlReply.Of(new byte[2], setup.Length),
        UsbRequest.ClearFeature or UsbRequest.SetFeature => ControlReply.Acknowledge,
        _ => ControlReply.Stall,
    };

    static IDfuMemory MemoryOf(StorageKind kind, DfuDeviceOptions options, BoardStorage storage) => (kind, storage.External) switch
    {
        (StorageKind.InternalFlash, _) => new Gen3InternalFlash(
            storage.Internal, options.Platform.Id, options.BootloaderRelease >= DropsCompatibleUserPartSince),
        (StorageKind.Dct, _) => new Gen3Dct(storage.Dct),
        (StorageKind.ExternalFlash, { } external) => new Gen3ExternalFlash(external, options.ExternalFlashReach ?? external.Range.Length),
        _ => throw new NotSupportedException($"The Gen 3 bootloader has no alternate for {kind}."),
    };
}
