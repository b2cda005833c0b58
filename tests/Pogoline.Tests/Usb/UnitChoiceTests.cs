using Pogoline.Host.Usb;
using Pogoline.Platforms;
using Pogoline.Programming;

namespace Pogoline.Tests.Usb;

public class UnitChoiceTests
{
    static readonly UsbSighting Boron = Seen("boron", "e00fce680000000000000001", "1-2");
    static readonly UsbSighting OtherBoron = Seen("boron", "e00fce680000000000000002", "1-10");
    static readonly UsbSighting Photon = Seen("photon", null, "2-1.4");

    [Theory, InlineData("E00FCE680000000000000001", "1-2"), InlineData("photon", "2-1.4"), InlineData("1-10", "1-10"), InlineData("2-1.4", "2-1.4")]
    public void A_unit_is_named_by_device_ID_platform_or_port(string name, string port) =>
        Assert.Equal(port, UnitChoice.Choose([Boron, OtherBoron, Photon], name).Device.Port);

    [Fact]
    public void The_only_unit_needs_no_name() => Assert.Same(Photon, UnitChoice.Choose([Photon], null));

    [Theory, InlineData("boron", 2), InlineData(null, 3)]
    public void Several_units_are_an_error_that_lists_them(string? name, int count)
    {
        var fault = Assert.Throws<PogolineException>(() => UnitChoice.Choose([Boron, OtherBoron, Photon], name));
        Assert.Equal((UsbFaults.UnitAmbiguous, ExitCode.Usage), (fault.Code, fault.Code.Exit));
        Assert.Equal(count, fault.Message.Split(';').Length);
        Assert.Contains("--device e00fce680000000000000001", fault.Remedy, StringComparison.Ordinal);
    }

    [Theory, InlineData("argon"), InlineData("e00fce68"), InlineData("1-1")]
    public void A_name_that_fits_no_unit_is_an_error_that_lists_what_is_there(string name)
    {
        var fault = Assert.Throws<PogolineException>(() => UnitChoice.Choose([Boron, Photon], name));
        Assert.Equal(UsbFaults.UnitNone, fault.Code);
        Assert.Contains(Boron.DeviceId!, fault.Message, StringComparison.Ordinal);
        Assert.Contains("2-1.4", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ports_are_in_the_order_of_sockets()
    {
        string[] ports = ["1-10", "1-2", "2-1", "1-2.4", "1-2.10"];
        Array.Sort(ports, UsbPort.Compare);
        Assert.Equal(["1-2", "1-2.4", "1-2.10", "1-10", "2-1"], ports);
    }

    static UsbSighting Seen(string platform, string? id, string port) => new(
        new() { Id = PlatformCatalog.Require(platform).Usb!, Bus = 1, Address = 1, Port = port }, PlatformCatalog.Require(platform), UnitPresence.System, id, null);
}
