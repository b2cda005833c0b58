using System.Buffers.Binary;
using System.Text;
using Pogoline.Lab.Usb;
using Pogoline.Platforms;

namespace Pogoline.Lab.Dfu;

/// <summary>The descriptors of a board in DFU mode.</summary>
sealed class DfuDescriptors
{
    const int FunctionalLength = 9;
    const byte FirstInterfaceString = 6;
    const byte SecurityModeString = 0xFA;
    const string InterfaceGuid = "{37fb5f90-1a34-4929-933b-8a27e1850033}";

    static readonly DeviceOsVersion SecurityModeSince = new(6, 2, 0);

    readonly Dictionary<byte, ReadOnlyMemory<byte>> _strings = [];

    DfuDescriptors(DfuDeviceOptions options, ushort release, byte configurationString)
    {
        Device = DeviceDescriptor(options.Platform, release);
        Configuration = ConfigurationDescriptor(options.Platform.Alternates.Count, configurationString);
        _strings[0] = new byte[] { 4, UsbDescriptorType.String, 0x09, 0x04 };
        _strings[1] = Text("Particle");
        _strings[2] = Text(Product(options));
        foreach (var alternate in options.Platform.Alternates)
            _strings[(byte)(FirstInterfaceString + alternate.Number)] = Text(alternate.TextFor(options.BootloaderRelease));
        _strings[MicrosoftOsDescriptors.StringIndex] = Text(MicrosoftOsDescriptors.Signature);
    }

    /// <summary>The device descriptor.</summary>
    public ReadOnlyMemory<byte> Device { get; }

    /// <summary>The configuration with all its alternates; the functional descriptor comes last.</summary>
    public ReadOnlyMemory<byte> Configuration { get; }

    /// <summary>The DFU functional descriptor.</summary>
    public ReadOnlyMemory<byte> Functional => Configuration[^FunctionalLength..];

    /// <summary>Microsoft OS 1.0: the extended compatible ID, WINUSB.</summary>
    public ReadOnlyMemory<byte> CompatibleId { get; } = MicrosoftOsDescriptors.CompatibleId(0);

    /// <summary>Microsoft OS 1.0: the extended properties, with the interface's GUID.</summary>
    public ReadOnlyMemory<byte> ExtendedProperties { get; } = MicrosoftOsDescriptors.ExtendedProperties(InterfaceGuid);

    /// <summary>Gen 2: bcdDevice 2.50, iConfiguration is the product; strings 4 and 5 say DFU; upper-case id before 0.8.0.</summary>
    public static DfuDescriptors Gen2(DfuDeviceOptions options)
    {
        var descriptors = new DfuDescriptors(options, 0x0250, 2);
        var upperCase = options.BootloaderRelease < new DeviceOsVersion(0, 8, 0, "rc.1");
        descriptors._strings[3] = Text(upperCase ? options.DeviceId.ToUpperInvariant() : options.DeviceId);
        descriptors._strings[4] = descriptors._strings[5] = Text("DFU");
        return descriptors;
    }

    /// <summary>Gen 3: bcdDevice 2.51; strings 4 and 5 repeat the product; from 6.2.0 one string tells the security mode.</summary>
    public static DfuDescriptors Gen3(DfuDeviceOptions options)
    {
        var descriptors = new DfuDescriptors(options, 0x0251, 4);
        descriptors._strings[3] = Text(options.DeviceId);
        descriptors._strings[4] = descriptors._strings[5] = descriptors._strings[2];
        if (options.BootloaderRelease >= SecurityModeSince) descriptors._strings[SecurityModeString] = Text("sm=o\0\0\0\0");
        return descriptors;
    }

    /// <summary>The string of that index.</summary>
    public bool TryGetString(byte index, out ReadOnlyMemory<byte> descriptor) => _strings.TryGetValue(index, out descriptor);

    static string Product(DfuDeviceOptions options) =>
        options.Platform.DfuProduct ?? throw new NotSupportedException($"The product string of {options.Platform} in DFU mode is not known.");

    static byte[] DeviceDescriptor(Platform platform, ushort release)
    {
        var usb = platform.DfuUsb ?? throw new NotSupportedException($"{platform} has no DFU mode.");
        byte[] bytes = [18, UsbDescriptorType.Device, 0x00, 0x02, 0, 0, 0, 64, 0, 0, 0, 0, 0, 0, 1, 2, 3, 1];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), usb.Vendor);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(10), usb.Product);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(12), release);
        return bytes;
    }

    static byte[] ConfigurationDescriptor(int alternates, byte configurationString)
    {
        var bytes = new List<byte> { 9, UsbDescriptorType.Configuration, 0, 0, 1, 1, configurationString, 0xC0, 0x32 };
        for (byte i = 0; i < alternates; i++) bytes.AddRange([9, 4, 0, i, 0, 0xFE, 0x01, 0x02, (byte)(FirstInterfaceString + i)]);
        // Download, upload, will detach; detach timeout 255 ms; transfer size 4096; DFU 1.1a.
        bytes.AddRange([FunctionalLength, UsbDescriptorType.DfuFunctional, 0x0B, 0xFF, 0x00, 0x00, 0x10, 0x1A, 0x01]);
        bytes[2] = (byte)bytes.Count;
        return [.. bytes];
    }

    static byte[] Text(string text) => [(byte)(2 + text.Length * 2), UsbDescriptorType.String, .. Encoding.Unicode.GetBytes(text)];
}
