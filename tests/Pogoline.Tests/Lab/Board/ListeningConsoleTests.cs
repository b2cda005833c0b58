using System.Text.Json;
using Pogoline.Lab.Board;
using Pogoline.Lab.Boot;
using Pogoline.Lab.Control;

namespace Pogoline.Tests.Lab.Board;

public sealed class ListeningConsoleTests
{
    public static TheoryData<string> AllBoards => new(Boards.Names);

    [Theory]
    [MemberData(nameof(AllBoards))]
    public async Task Every_board_introduces_itself(string board)
    {
        await using var unit = Make(board, "2.2.0");
        await using var serial = await SerialClient.OpenAsync(unit);
        var introduction = await serial.SayAsync("i");
        Assert.Contains(unit.DeviceId, introduction, StringComparison.Ordinal);
        Assert.Equal(board is "electron" or "boron" or "bsom" or "b5som" or "tracker", introduction.Contains("ICCID: ", StringComparison.Ordinal));
        Assert.Equal(board is "photon" or "p1", introduction.StartsWith("Your device id is ", StringComparison.Ordinal));
        Assert.Equal("system firmware version: 2.2.0\n\r\n", await serial.SayAsync("v"));
        Assert.Equal("Device claimed: no\r\n", await serial.SayAsync("c"));
        Assert.Matches(@"^Your device MAC address is\r\n([0-9a-f]{2}:){5}[0-9a-f]{2}\r\n$", await serial.SayAsync("m"));
    }

    [Theory]
    [MemberData(nameof(AllBoards))]
    public async Task The_description_lists_the_modules_of_the_inventory(string board)
    {
        await using var unit = Make(board, "2.2.0");
        await using var serial = await SerialClient.OpenAsync(unit);
        using var description = JsonDocument.Parse(await serial.SayAsync("s"));
        Assert.Equal(unit.Platform.Id, description.RootElement.GetProperty("p").GetInt32());
        Assert.Equal(
            unit.Board.ReadInventory()!.Select(entry => (int)entry.Header.Version),
            description.RootElement.GetProperty("m").EnumerateArray().Where(m => m.GetProperty("l").GetString() == "m").Select(m => m.GetProperty("v").GetInt32()));
    }

    [Fact]
    public async Task Only_a_board_that_listens_has_a_console()
    {
        await using var unit = Make("boron", "2.2.0");
        await using (var serial = await SerialClient.OpenAsync(unit, 9600)) Assert.Equal("", await serial.SayAsync("v"));
        await using (var serial = await SerialClient.OpenAsync(unit))
        {
            // What waited is read now.
            Assert.Equal("system firmware version: 2.2.0\n\r\n", await serial.HearAsync());
            Assert.Equal("", await serial.SayAsync("x"));
            Assert.Equal("", await serial.SayAsync("v"));
        }
        Assert.Equal(DeviceMode.Normal, unit.Board.Mode);
    }

    [Fact]
    public async Task Garbage_changes_nothing()
    {
        await using var unit = Make("boron", "2.2.0");
        await using var serial = await SerialClient.OpenAsync(unit);
        var random = new Random(5);
        for (var i = 0; i < 50; i++)
        {
            // All but what is a command, or begins a transfer.
            var garbage = Enumerable.Range(0, 200).Select(_ => (byte)random.Next(256)).Where(b => !"imsvfxLcCd\u0001\u0002".Contains((char)b, StringComparison.Ordinal)).ToArray();
            Assert.Equal("", await serial.SayAsync(garbage));
        }
        Assert.Equal("Device claimed: no\r\n", await serial.SayAsync("c"));
    }

    [Theory]
    [InlineData("photon")]
    [InlineData("argon")]
    public async Task A_stored_network_ends_listening_mode(string board)
    {
        await using var unit = Make(board, "2.2.0");
        unit.Board.Hardware.WifiNetworks = [];
        unit.Board.Reset();
        Assert.Equal(DeviceMode.Listening, unit.Board.Mode);
        await using var serial = await SerialClient.OpenAsync(unit, 9600);
        Assert.Equal("SSID: ", await serial.SayAsync("w"));
        Assert.Contains("Security 0=unsecured", await serial.SayAsync("Workshop\r"), StringComparison.Ordinal);
        Assert.Contains("Security Cipher", await serial.SayAsync("3\r"), StringComparison.Ordinal);
        Assert.EndsWith("Password: ", await serial.SayAsync("1\r"), StringComparison.Ordinal);
        Assert.EndsWith("Particle <3 you!\r\n\r\n", await serial.SayAsync("secret\r"), StringComparison.Ordinal);
        Assert.Equal(DeviceMode.Normal, unit.Board.Mode);
        Assert.Equal([new("Workshop", 3, 1, "secret")], unit.Board.Hardware.WifiNetworks);
        unit.Board.Reset();
        Assert.Equal(DeviceMode.Normal, unit.Board.Mode);
    }

    [Theory]
    [InlineData("2.2.0", "")]
    [InlineData("4.0.2", "SSID: ")]
    public async Task A_Tracker_stores_networks_from_3_0_0_on(string os, string answer)
    {
        await using var unit = Make("tracker", os);
        await using var serial = await SerialClient.OpenAsync(unit);
        Assert.Equal(answer, await serial.SayAsync("w"));
    }

    [Fact]
    public async Task The_lengths_of_a_network_are_those_of_the_firmware()
    {
        await using var unit = Make("argon", "2.2.0");
        unit.Board.Hardware.WifiNetworks = [];
        unit.Board.Reset();
        await using var serial = await SerialClient.OpenAsync(unit, 9600);
        await serial.SayAsync("w");
        // The byte behind the 32nd ends the line, whatever it is.
        await serial.SayAsync(new string('s', 33));
        await serial.SayAsync("3\r");
        await serial.SayAsync("1\r");
        await serial.SayAsync(new string('p', 65));
        Assert.Equal([new(new('s', 32), 3, 1, new('p', 64))], unit.Board.Hardware.WifiNetworks);
    }

    [Fact]
    public async Task A_cellular_board_has_no_Wi_Fi_dialogue()
    {
        await using var unit = Make("boron", "2.2.0");
        await using var serial = await SerialClient.OpenAsync(unit);
        Assert.Equal("", await serial.SayAsync("w"));
    }

    [Theory]
    [InlineData("2.2.0", true)]
    [InlineData("4.2.0", false)]
    public void A_prompt_keeps_requests_waiting_before_4_2_0(string os, bool waits)
    {
        // The packages have no 4.2.0; the rule is the loop's.
        var board = Boards.MakeRunning("boron", "2.2.0");
        var port = new Pogoline.Lab.Usb.CdcSerialPort();
        var version = SystemReleases.Find(os)!.Value;
        var system = new BoardSystem(board.Hardware, new(board.Hardware, version), _ => { }, () => TimeSpan.Zero);
        var channel = new ControlChannel(system);
        var loop = new SystemLoop(system, channel, port, () => TimeSpan.Zero);
        system.Listen(true);
        using var running = loop.Run().GetEnumerator();
        port.Send("C"u8);
        Assert.True(running.MoveNext());
        channel.Control(new(0xC0, ControlService.Init, 0, ControlType.DeviceId, 64), []);
        while (loop.HasWork) Assert.True(running.MoveNext());
        Assert.Equal((byte)(waits ? ServiceStatus.Pending : ServiceStatus.Ok), channel.Control(new(0xC0, ControlService.Check, 0, 1, 64), []).Data.Span[4]);
    }

    [Fact]
    public async Task A_host_that_does_not_read_does_not_stop_the_board()
    {
        await using var unit = Make("boron", "2.2.0");
        await using (var pipe = await unit.OpenSerialAsync(28800, default))
        {
            for (var i = 0; i < 1000; i++) await pipe.WriteAsync("s"u8.ToArray(), TimeSpan.FromSeconds(1), default);
        }
        Assert.Equal(0, (await new ControlClient(unit).AskAsync(ControlType.DeviceId)).Result);
    }

    [Fact]
    public async Task Two_ends_of_the_port_share_one_console()
    {
        await using var unit = Make("boron", "2.2.0");
        await using var one = await SerialClient.OpenAsync(unit);
        await using var other = await SerialClient.OpenAsync(unit);
        Assert.Equal("Device claimed: no\r\n", await one.SayAsync("c"));
        Assert.Equal("Device claimed: no\r\n", await other.SayAsync("c"));
    }

    static VirtualUnit Make(string board, string os)
    {
        var clock = LabClock.Immediate();
        return new(Boards.MakeRunning(board, os, clock), clock, "lab-1");
    }
}
