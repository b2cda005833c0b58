using System.Text;
using Pogoline.Lab.Dfu;
using Pogoline.Platforms;

namespace Pogoline.Lab.Usb;

/// <summary>
/// The descriptors of a running system: CDC-ACM with an association, and behind it an interface without endpoints that only lets Windows
/// bind a driver for control requests. Gen 2 follows the firmware's own tables. Gen 3 takes its CDC descriptors from the chip vendor's
/// library; what that library fills in (order of the data endpoints, notification interval and packet size, call management, bcdDevice,
/// the configuration string) has not been compared with a real board.
/// </summary>
sealed class SystemUsbDescriptors
{
    /// <summary>The number of the control interface while the application adds no interfaces.</summary>
    public const byte ControlInterface = 2;

    /// <summary>The endpoint by which the board receives serial data.</summary>
    public const byte DataOut = 0x01;

    /// <summary>The endpoint by which the board sends serial data.</summary>
    public const byte DataIn = 0x81;

    const byte Cdc = 0x02, CdcData = 0x0A, Vendor = 0xFF;
    const string ControlGuid = "{20b6cfa4-6dc7-468a-a8db-faa7c23ddea5}";

    readonly Dictionary<byte, byte[]> _strings = new() { [0] = [4, UsbDescriptorType.String, 0x09, 0x04] };

    SystemUsbDescriptors(Platform platform, string deviceId, byte[] device, byte[] configuration)
    {
        (Device, Configuration) = (device, configuration);
        Name(1, "Particle");
        Name(2, Product(platform));
        Name(3, deviceId);
        Name(MicrosoftOsDescriptors.StringIndex, MicrosoftOsDescriptors.Signature);
    }

    /// <summary>The device descriptor.</summary>
    public byte[] Device { get; }

    /// <summary>The only configuration.</summary>
    public byte[] Configuration { get; }

    /// <summary>Whether the configuration says so.</summary>
    public bool IsSelfPowered => (Configuration[7] & 0x40) != 0;

    /// <summary>Microsoft OS 1.0: WINUSB for the control interface.</summary>
    public byte[] CompatibleId { get; } = MicrosoftOsDescriptors.CompatibleId(ControlInterface);

    /// <summary>Microsoft OS 1.0: the GUID of the control interface.</summary>
    public byte[] ExtendedProperties { get; } = MicrosoftOsDescriptors.ExtendedProperties(ControlGuid);

    /// <summary>The descriptors of a board.</summary>
    /// <param name="platform">The board.</param>
    /// <param name="deviceId">The serial number string.</param>
    public static SystemUsbDescriptors Of(Platform platform, string deviceId) =>
        platform.Generation == 2 ? Gen2(platform, deviceId) : Gen3(platform, deviceId);

    /// <summary>The string of that index.</summary>
    public bool TryGetString(byte index, out byte[] descriptor) => _strings.TryGetValue(index, out descriptor!);

    // Bus powered; the notification endpoint is number 3.
    static SystemUsbDescriptors Gen2(Platform platform, string deviceId)
    {
        const byte BusPowered = 0x80, ControlString = 9, SerialString = 10, ConfigurationString = 4;
        byte[] functions =
        [
            .. Association(SerialString), .. Communication(SerialString, callManagement: 0),
            7, 5, 0x83, 3, 8, 0, 255,
            9, 4, 1, 0, 2, CdcData, 0, 0, SerialString,
            .. Bulk(DataOut), .. Bulk(DataIn),
        ];
        var descriptors = new SystemUsbDescriptors(
            platform, deviceId, DeviceOf(platform, 0x0250), ConfigurationOf(functions, ConfigurationString, BusPowered, ControlString));
        descriptors.Name(ConfigurationString, $"{ShortName(platform)} CDC");
        descriptors.Name(SerialString, $"{ShortName(platform)} Serial");
        descriptors.Name(ControlString, $"{ShortName(platform)} Control Interface");
        return descriptors;
    }

    // Self powered; the control interface's string comes behind the one that Windows asks for.
    static SystemUsbDescriptors Gen3(Platform platform, string deviceId)
    {
        const byte SelfPowered = 0xC0, ControlString = 0xEF, SerialString = 5;
        byte[] functions =
        [
            .. Association(0), .. Communication(0, callManagement: 3),
            7, 5, 0x82, 3, 64, 0, 16,
            9, 4, 1, 0, 2, CdcData, 0, 0, 0,
            .. Bulk(DataIn), .. Bulk(DataOut),
        ];
        var descriptors = new SystemUsbDescriptors(
            platform, deviceId, DeviceOf(platform, 0x0102), ConfigurationOf(functions, 0, SelfPowered, ControlString));
        descriptors.Name(SerialString, $"{ShortName(platform)} Serial");
        descriptors.Name(ControlString, $"{ShortName(platform)} Control Interface");
        return descriptors;
    }

    static byte[] DeviceOf(Platform platform, ushort release)
    {
        var usb = platform.Usb ?? throw new NotSupportedException($"{platform.Name} has no USB identity");
        return
        [
            18, UsbDescriptorType.Device, 0x00, 0x02, 0xEF, 0x02, 0x01, 64, (byte)usb.Vendor, (byte)(usb.Vendor >> 8),
            (byte)usb.Product, (byte)(usb.Product >> 8), (byte)release, (byte)(release >> 8), 1, 2, 3, 1,
        ];
    }

    static byte[] ConfigurationOf(byte[] functions, byte name, byte power, byte controlName)
    {
        byte[] control = [9, 4, ControlInterface, 0, 0, Vendor, Vendor, Vendor, controlName];
        var length = 9 + functions.Length + control.Length;
        return [9, UsbDescriptorType.Configuration, (byte)length, (byte)(length >> 8), 3, 1, name, power, 0x32, .. functions, .. control];
    }

    static byte[] Association(byte name) => [8, 0x0B, 0, 2, Cdc, 2, 1, name];

    static byte[] Communication(byte name, byte callManagement) =>
    [
        9, 4, 0, 0, 1, Cdc, 2, 1, name,
        5, 0x24, 0x00, 0x10, 0x01,
        5, 0x24, 0x01, callManagement, 1,
        4, 0x24, 0x02, 0x02,
        5, 0x24, 0x06, 0, 1,
    ];

    static byte[] Bulk(byte address) => [7, 5, address, 2, 64, 0, 0];

    // Gen 2 has the bare name, Gen 3 up to 4.x says the mode.
    static string Product(Platform platform) =>
        platform.Generation == 2 ? ShortName(platform) : $"{ShortName(platform, b5Som: "B5 SOM")} CDC Mode";

    // One board is spelled in three ways: in DFU mode, as product, and in the names of the interfaces.
    static string ShortName(Platform platform, string b5Som = "B5SOM") =>
        (platform.DfuProduct ?? platform.Name).Replace(" DFU Mode", "", StringComparison.Ordinal)
            .Replace("B5 SoM", b5Som, StringComparison.Ordinal);

    void Name(byte index, string text)
    {
        var bytes = Encoding.Unicode.GetBytes(text);
        _strings[index] = [(byte)(bytes.Length + 2), UsbDescriptorType.String, .. bytes];
    }
}
