using Pogoline.Host.Usb;

namespace Pogoline.Tests.Usb;

/// <summary>Against the libusb of the machine, if it has one; what is connected to it is not ours.</summary>
public class LibUsbBusTests
{
    [Fact]
    public async Task The_bus_opens_lists_and_closes_or_says_what_is_missing()
    {
        if (LibUsbBus.LibraryVersion is null)
        {
            var fault = Assert.Throws<PogolineException>(() => LibUsbBus.Open(TimeProvider.System));
            Assert.Equal(UsbFaults.Library, fault.Code);
            Assert.NotEmpty(fault.Remedy);
            return;
        }
        for (var i = 0; i < 3; i++)
        {
            await using var bus = LibUsbBus.Open(TimeProvider.System);
            var devices = bus.List();
            Assert.All(devices, d => Assert.Matches(@"^\d+-\d+(\.\d+)*$", d.Port));
            Assert.Equal(devices.Count, devices.Select(d => d.Key).Distinct().Count());
            _ = bus.Changed;
        }
    }

    [Fact]
    public async Task A_device_that_is_no_longer_there_does_not_open()
    {
        if (LibUsbBus.LibraryVersion is null) return;
        await using var bus = LibUsbBus.Open(TimeProvider.System);
        var fault = Assert.Throws<PogolineException>(() => bus.Connect(new() { Id = new(0x2b04, 0xd00d), Bus = 250, Address = 126, Port = "250-9" }));
        Assert.Contains(fault.Code, new[] { UsbFaults.Gone, UsbFaults.Node });
    }
}
