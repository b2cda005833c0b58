using Pogoline.Platforms;

namespace Pogoline.Lab.Board;

/// <summary>The descriptors of a running system: CDC-ACM and, behind it, an interface without endpoints for control requests.</summary>
static class SystemUsbDescriptors
{
    /// <summary>The device descriptor.</summary>
    public static byte[] Device(Platform platform)
    {
        var usb = platform.Usb ?? throw new NotSupportedException($"{platform.Name} has no USB identity");
        // bcdDevice 1.2 of Gen 3: the encoding 0x0102 is one of two that the vendor's library could give.
        var release = platform.Generation == 2 ? 0x0250 : 0x0102;
        return
        [
            18, 1, 0x00, 0x02, 0xEF, 0x02, 0x01, 64, (byte)usb.Vendor, (byte)(usb.Vendor >> 8), (byte)usb.Product, (byte)(usb.Product >> 8),
            (byte)release, (byte)(release >> 8), 1, 2, 3, 1,
        ];
    }

    /// <summary>The only configuration. The notification endpoint is 0x82 on Gen 3, 0x83 on Gen 2.</summary>
    public static byte[] Configuration(int generation)
    {
        const byte Cdc = 0x02, Data = 0x0A, Vendor = 0xFF;
        var notification = (byte)(generation == 2 ? 0x83 : 0x82);
        byte[] body =
        [
            8, 0x0B, 0, 2, Cdc, 2, 1, 0,
            9, 4, 0, 0, 1, Cdc, 2, 1, 0,
            5, 0x24, 0x00, 0x10, 0x01,
            5, 0x24, 0x01, 0x00, 1,
            4, 0x24, 0x02, 0x02,
            5, 0x24, 0x06, 0, 1,
            7, 5, notification, 3, 8, 0, 255,
            9, 4, 1, 0, 2, Data, 0, 0, 0,
            7, 5, 0x01, 2, 64, 0, 0,
            7, 5, 0x81, 2, 64, 0, 0,
            9, 4, 2, 0, 0, Vendor, Vendor, Vendor, 0,
        ];
        var length = body.Length + 9;
        return [9, 2, (byte)length, (byte)(length >> 8), 3, 1, 0, 0xC0, 0x32, .. body];
    }

    /// <summary>
    /// The product string: Gen 2 has the bare name, Gen 3 up to 4.x says the mode; one board is spelled in another way than in DFU mode.
    /// </summary>
    public static string Product(Platform platform)
    {
        var name = (platform.DfuProduct ?? platform.Name).Replace(" DFU Mode", "", StringComparison.Ordinal);
        return platform.Generation == 2 ? name : $"{name.Replace("B5 SoM", "B5 SOM", StringComparison.Ordinal)} CDC Mode";
    }
}
