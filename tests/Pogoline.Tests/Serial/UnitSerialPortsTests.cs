using Pogoline.Host.Serial;
using Pogoline.Host.Usb;
using Pogoline.Lab.Board;
using Pogoline.Links;
using Pogoline.Platforms;
using Pogoline.Programming;

namespace Pogoline.Tests.Serial;

public class UnitSerialPortsTests
{
    static readonly Platform Boron = PlatformCatalog.Require("boron");

    [Fact]
    public void The_port_of_a_board_is_found_by_its_address_else_by_its_serial_number()
    {
        var board = Board(1, 7, "e00fce680000000000000001");
        SerialPortInfo[] ports =
        [
            new("/dev/ttyS0", null, null, 0, 0), new("/dev/ttyACM0", Boron.Usb, "E00FCE680000000000000001", 1, 6), new("/dev/ttyACM1", Boron.Usb, "E00FCE680000000000000001", 1, 7),
        ];
        Assert.Equal("/dev/ttyACM1", UnitSerialPorts.Find(ports, board)?.Name);
        Assert.Equal("COM3", UnitSerialPorts.Find([new("COM3", Boron.Usb, "E00FCE680000000000000001", 0, 0)], board)?.Name);
        Assert.Null(UnitSerialPorts.Find([new("COM3", Boron.Usb, "E00FCE680000000000000002", 0, 0)], board));
        Assert.Null(UnitSerialPorts.Find([new("/dev/ttyACM0", new(0x1234, 1), null, 1, 7)], board));
    }

    [Fact]
    public void Two_ports_with_one_serial_number_and_no_address_are_not_guessed_between() =>
        Assert.Null(UnitSerialPorts.Find([new("COM3", Boron.Usb, "e0", 0, 0), new("COM4", Boron.Usb, "e0", 0, 0)], Board(1, 7, "e0")));

    [Fact]
    public async Task A_port_that_comes_late_or_is_closed_at_first_is_waited_for()
    {
        var ports = new Ports();
        await using var opened = await UnitSerialPorts.OpenAsync(ports, Board(1, 7, "e0"), 28800, LabClock.Immediate().HostTime, default);
        Assert.Equal(("/dev/ttyACM0", 28800u), (ports.Opened, ports.Rate));
    }

    [Fact]
    public async Task One_that_never_comes_is_a_fault()
    {
        var fault = await Assert.ThrowsAsync<PogolineException>(async () => await UnitSerialPorts.OpenAsync(new Ports { Comes = int.MaxValue }, Board(1, 7, "e0"), 9600, LabClock.Immediate().HostTime, default));
        Assert.Equal(SerialFaults.None, fault.Code);
    }

    [Theory, InlineData(13, "serial-permission", "dialout"), InlineData(16, "serial-busy", "Close that program"), InlineData(2, "serial-none", "serial list"), InlineData(5, "serial-error", "dmesg")]
    public void Every_cause_has_its_remedy(int error, string code, string remedy)
    {
        if (!OperatingSystem.IsLinux()) return;
        var fault = SerialProblems.Opening("/dev/ttyACM0", error);
        Assert.Equal(code, fault.Code.Name);
        Assert.Contains(remedy, fault.Remedy, StringComparison.Ordinal);
    }

    static UsbSighting Board(byte bus, byte address, string id) =>
        new(new() { Id = Boron.Usb!, Bus = bus, Address = address, Port = "1-1" }, Boron, UnitPresence.System, id, null);

    sealed class Ports : ISerialPorts
    {
        int _lists;

        public int Comes { get; init; } = 3;

        public string? Opened { get; private set; }

        public uint Rate { get; private set; }

        public IReadOnlyList<SerialPortInfo> List() => ++_lists > Comes ? [new("/dev/ttyACM0", Boron.Usb, null, 1, 7)] : [];

        public ISerialChannel Open(string name, uint baudRate)
        {
            if (_lists < Comes + 3) throw SerialProblems.Opening(name, 13);
            (Opened, Rate) = (name, baudRate);
            return new Links.Listening.ReceiverWire(new VirtualTime());
        }
    }
}
