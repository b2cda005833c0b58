namespace Pogoline.Host.Usb.Native;

/// <summary>Reads libusb's device list.</summary>
static unsafe class UsbEnumeration
{
    const byte HubClass = 9;
    const int DeepestPort = 7;

    /// <summary>The devices, hubs left out, in the order of bus and port.</summary>
    public static List<UsbDeviceInfo> Read(ContextHandle context)
    {
        var devices = new List<UsbDeviceInfo>();
        var count = LibUsb.GetDeviceList(context, out var list);
        if (count < 0) throw UsbProblems.NoUsb((LibUsbError)count);
        try
        {
            for (nint i = 0; i < count; i++)
            {
                if (Describe(list[i]) is { } device) devices.Add(device);
            }
        }
        finally
        {
            LibUsb.FreeDeviceList(list, 1);
        }
        devices.Sort((left, right) => UsbPort.Compare(left.Port, right.Port));
        return devices;
    }

    /// <summary>Opens the device if it is still the same one.</summary>
    public static LibUsbError Open(ContextHandle context, UsbDeviceInfo wanted, out OpenDeviceHandle? handle)
    {
        handle = null;
        var count = LibUsb.GetDeviceList(context, out var list);
        if (count < 0) return (LibUsbError)count;
        try
        {
            for (nint i = 0; i < count; i++)
            {
                if (LibUsb.GetBusNumber(list[i]) != wanted.Bus || LibUsb.GetDeviceAddress(list[i]) != wanted.Address || Describe(list[i])?.Key != wanted.Key) continue;
                var error = LibUsb.Open(list[i], out var opened);
                if (error == LibUsbError.Success) handle = new(opened, context);
                return error;
            }
            return LibUsbError.NoDevice;
        }
        finally
        {
            LibUsb.FreeDeviceList(list, 1);
        }
    }

    static UsbDeviceInfo? Describe(nint device)
    {
        if (LibUsb.GetDeviceDescriptor(device, out var descriptor) != LibUsbError.Success || descriptor.DeviceClass == HubClass) return null;
        var bus = LibUsb.GetBusNumber(device);
        return new()
        {
            Id = new(descriptor.Vendor, descriptor.Product),
            Bus = bus,
            Address = LibUsb.GetDeviceAddress(device),
            Port = Port(device, bus),
            Speed = LibUsb.GetDeviceSpeed(device) is var speed && Enum.IsDefined((UsbSpeed)speed) ? (UsbSpeed)speed : UsbSpeed.Unknown,
            Release = descriptor.DeviceRelease,
            ManufacturerIndex = descriptor.ManufacturerIndex,
            ProductIndex = descriptor.ProductIndex,
            SerialNumberIndex = descriptor.SerialNumberIndex,
            Interfaces = Interfaces(device),
        };
    }

    static string Port(nint device, byte bus)
    {
        var ports = stackalloc byte[DeepestPort];
        var depth = LibUsb.GetPortNumbers(device, ports, DeepestPort);
        return UsbPort.Name(bus, depth > 0 ? new(ports, depth) : default);
    }

    /// <summary>Empty when libusb finds the descriptors damaged: lengths that lead out, more than 32 interfaces.</summary>
    static List<UsbInterfaceInfo> Interfaces(nint device)
    {
        var interfaces = new List<UsbInterfaceInfo>();
        if (LibUsb.GetActiveConfiguration(device, out var configuration) != LibUsbError.Success
            && LibUsb.GetConfiguration(device, 0, out configuration) != LibUsbError.Success)
        {
            return interfaces;
        }
        for (var i = 0; i < configuration->InterfaceCount; i++)
        {
            var item = configuration->Interfaces[i];
            for (var j = 0; j < item.AlternateCount; j++)
            {
                var a = item.Alternates[j];
                interfaces.Add(new(a.InterfaceNumber, a.AlternateSetting, a.InterfaceClass, a.InterfaceSubclass, a.InterfaceProtocol, a.InterfaceIndex)
                {
                    Endpoints = Endpoints(a),
                });
            }
        }
        LibUsb.FreeConfiguration(configuration);
        return interfaces;
    }

    static UsbEndpointInfo[] Endpoints(in LibUsbAlternate alternate)
    {
        var endpoints = new UsbEndpointInfo[alternate.EndpointCount];
        for (var i = 0; i < endpoints.Length; i++)
        {
            var e = alternate.Endpoints[i];
            endpoints[i] = new(e.Address, e.Attributes, (ushort)(e.MaxPacketSize & 0x7FF));
        }
        return endpoints;
    }
}
