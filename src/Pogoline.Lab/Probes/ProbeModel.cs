using Pogoline.Platforms;

namespace Pogoline.Lab.Probes;

/// <summary>One kind of probe: what it is on the bus, how fast it is, what is in it.</summary>
/// <param name="Id">Vendor and product.</param>
/// <param name="Product">The product string.</param>
/// <param name="IsHid">Whether it moves reports of fixed length, one in a frame, instead of bulk transfers.</param>
/// <param name="FastestClock">The highest clock that its pins reach, in Hz.</param>
/// <param name="Describe">Makes the descriptors for a serial number.</param>
/// <param name="Build">Makes the firmware.</param>
sealed record ProbeModel(
    UsbId Id, string Product, bool IsHid, double FastestClock, Func<string, UsbDescriptorSet> Describe,
    Func<SwdDriver, string, ProbeOptions, ProbeFirmware> Build)
{
    static readonly UsbId DapLink = new(0x0D28, 0x0204), JLinkId = new(0x1366, 0x0101);

    // Vendor usage page FF00; 64 bytes in, 64 bytes out, a feature of one byte, no report numbers.
    static readonly byte[] HidReport =
    [
        0x06, 0x00, 0xFF, 0x09, 0x01, 0xA1, 0x01, 0x15, 0x00, 0x26, 0xFF, 0x00, 0x75, 0x08,
        0x95, 0x40, 0x09, 0x01, 0x81, 0x02, 0x95, 0x40, 0x09, 0x01, 0x91, 0x02, 0x95, 0x01, 0x09, 0x01, 0xB1, 0x02, 0xC0,
    ];

    /// <summary>The model of a kind.</summary>
    public static ProbeModel Of(ProbeKind kind) => kind switch
    {
        ProbeKind.CmsisDapV1 => CmsisDapV1,
        ProbeKind.CmsisDapV2 => CmsisDapV2,
        ProbeKind.StLinkV2 => StLinkV2,
        ProbeKind.StLinkV21 => StLinkV21,
        _ => JLink,
    };

    // The Particle Debugger: DAPLink on an STM32F103. Its drive and its serial port are left out.
    static ProbeModel CmsisDapV1 { get; } = new(DapLink, "DAPLink CMSIS-DAP", true, 2_000_000,
        serial => Named(new()
        {
            Device = UsbDescriptorSet.DeviceOf(DapLink, 0x0100, SerialIndexOf(serial)),
            Configuration = UsbDescriptorSet.ConfigurationOf(1,
            [
                .. UsbDescriptorSet.InterfaceOf(0, 2, kind: 3, name: 4), 9, 0x21, 0x00, 0x01, 0, 1, 0x22, (byte)HidReport.Length, 0,
                .. UsbDescriptorSet.EndpointOf(0x81, isInterrupt: true), .. UsbDescriptorSet.EndpointOf(0x01, isInterrupt: true),
            ]),
            Report = HidReport, Out = 0x01, In = 0x81,
        }, "ARM", "DAPLink CMSIS-DAP", serial, "CMSIS-DAP v1"),
        (driver, serial, _) => new CmsisDapFirmware(driver, new("ARM", "DAPLink CMSIS-DAP", serial, "1.10", 64, 4, HasBatches: false, PadsAnswers: true)));

    static ProbeModel CmsisDapV2 { get; } = new(DapLink, "DAPLink CMSIS-DAP", false, 10_000_000,
        serial =>
        {
            var (store, set) = UsbDescriptorSet.WinUsb("{CDB3B5AD-293B-4663-AA36-1AAE46463776}");
            return Named(new()
            {
                Device = UsbDescriptorSet.DeviceOf(DapLink, 0x0100, SerialIndexOf(serial), usb: 0x0210),
                Configuration = UsbDescriptorSet.ConfigurationOf(1,
                    [9, 4, 0, 0, 2, 0xFF, 0, 0, 4, .. UsbDescriptorSet.EndpointOf(0x01), .. UsbDescriptorSet.EndpointOf(0x81)]),
                ObjectStore = store, WindowsSet = set, Out = 0x01, In = 0x81,
            }, "ARM", "DAPLink CMSIS-DAP", serial, "CMSIS-DAP v2");
        },
        (driver, serial, _) => new CmsisDapFirmware(driver, new("ARM", "DAPLink CMSIS-DAP", serial, "2.1.1", 64, 4, HasBatches: true, PadsAnswers: false)));

    // The third endpoint is for trace, which is never used. A V2-1 has a drive and a serial port, too; they are left out.
    static ProbeModel StLinkV2 { get; } = StLink(new(0x0483, 0x3748), "STM32 STLink", 0x02, other: 7);

    static ProbeModel StLinkV21 { get; } = StLink(new(0x0483, 0x374B), "STM32 STLink", 0x01, other: 27);

    static ProbeModel JLink { get; } = new(JLinkId, "J-Link", false, 12_000_000,
        serial => Named(new()
        {
            Device = UsbDescriptorSet.DeviceOf(JLinkId, 0x0100, SerialIndexOf(serial)),
            Configuration = UsbDescriptorSet.ConfigurationOf(1,
                [.. UsbDescriptorSet.InterfaceOf(0, 2, kind: 0xFF, name: 0), .. UsbDescriptorSet.EndpointOf(0x81), .. UsbDescriptorSet.EndpointOf(0x02)]),
            Out = 0x02, In = 0x81,
        }, "SEGGER", "J-Link", serial, "J-Link"),
        (driver, _, _) => new JLinkFirmware(driver));

    static ProbeModel StLink(UsbId id, string product, byte endpoint, int other) => new(id, product, false, 4_000_000,
        serial => Named(new()
        {
            Device = UsbDescriptorSet.DeviceOf(id, 0x0100, SerialIndexOf(serial)),
            Configuration = UsbDescriptorSet.ConfigurationOf(1,
            [
                .. UsbDescriptorSet.InterfaceOf(0, 3, kind: 0xFF, name: 4), .. UsbDescriptorSet.EndpointOf(0x81),
                .. UsbDescriptorSet.EndpointOf(endpoint), .. UsbDescriptorSet.EndpointOf((byte)(endpoint == 2 ? 0x83 : 0x82)),
            ]),
            Out = endpoint, In = 0x81,
        }, "STMicroelectronics", product, serial, "ST Link"),
        (driver, _, options) => new StLinkFirmware(new(driver), new(id, options.StLinkVersion, other)));

    static byte SerialIndexOf(string serial) => (byte)(serial.Length == 0 ? 0 : 3);

    static UsbDescriptorSet Named(UsbDescriptorSet descriptors, string maker, string product, string serial, string interfaceName)
    {
        descriptors.Name(1, maker);
        descriptors.Name(2, product);
        if (serial.Length > 0) descriptors.Name(3, serial);
        descriptors.Name(4, interfaceName);
        return descriptors;
    }
}
