using Pogoline.Lab.Board;
using Pogoline.Lab.Control;

namespace Pogoline.Tests.Lab.Board;

/// <summary>Requests for Wi-Fi networks on boards whose co-processor has the radio.</summary>
public sealed class WifiRequestTests
{
    [Theory]
    [InlineData("argon", "1.5.2", 0)]
    [InlineData("tracker", "4.0.2", 0)]
    [InlineData("tracker", "2.2.0", -120)]
    [InlineData("boron", "4.0.2", -120)]
    [InlineData("photon", "2.2.0", -120)]
    public async Task They_are_served_where_there_is_such_a_co_processor(string board, string os, int result)
    {
        await using var unit = Make(board, os);
        foreach (var type in new[] { ControlType.WifiListKnown, ControlType.WifiClearKnown, ControlType.WifiScan })
            Assert.Equal(result, (await new ControlClient(unit).AskAsync(type)).Result);
    }

    [Fact]
    public async Task Known_networks_are_listed_removed_and_cleared()
    {
        await using var unit = Make("argon", "2.2.0");
        unit.Board.Hardware.WifiNetworks = [new("Workshop", 3, 1, "secret"), new("open", 0, 0, "")];
        var client = new ControlClient(unit);
        Assert.Equal((0, "0a0e0a08576f726b73686f70100318010a060a046f70656e"), Hex(await client.AskAsync(ControlType.WifiListKnown)));
        Assert.Equal(0, (await client.AskAsync(ControlType.WifiRemoveKnown, Ssid("Workshop"))).Result);
        Assert.Equal((0, "0a060a046f70656e"), Hex(await client.AskAsync(ControlType.WifiListKnown)));
        Assert.Equal(0, (await client.AskAsync(ControlType.WifiRemoveKnown, Ssid("never there"))).Result);
        Assert.Equal(0, (await client.AskAsync(ControlType.WifiClearKnown)).Result);
        Assert.Empty(unit.Board.Hardware.WifiNetworks);
    }

    [Fact]
    public async Task No_network_is_in_sight_so_none_is_joined_and_none_that_was_tried_is_kept()
    {
        await using var unit = Make("argon", "2.2.0");
        var client = new ControlClient(unit);
        var before = unit.Board.Hardware.WifiNetworks;
        var credentials = new ProtoWriter().Number(1, 1).Text(2, "secret");
        Assert.Equal(-170, (await client.AskAsync(ControlType.WifiJoinNew, new ProtoWriter().Text(1, "Workshop").Number(3, 3).Part(4, credentials).Message.ToArray())).Result);
        var enterprise = new ProtoWriter().Number(1, 2);
        Assert.Equal(-120, (await client.AskAsync(ControlType.WifiJoinNew, new ProtoWriter().Text(1, "Office").Part(4, enterprise).Message.ToArray())).Result);
        Assert.Equal(-170, (await client.AskAsync(ControlType.WifiJoinKnown, Ssid("lab"))).Result);
        Assert.Equal(-210, (await client.AskAsync(ControlType.WifiCurrent)).Result);
        Assert.Equal((0, ""), Hex(await client.AskAsync(ControlType.WifiScan)));
        Assert.Equal(before, unit.Board.Hardware.WifiNetworks);
    }

    static byte[] Ssid(string name) => new ProtoWriter().Text(1, name).Message.ToArray();

    static (int, string) Hex((int Result, byte[] Reply) answer) => (answer.Result, Convert.ToHexStringLower(answer.Reply));

    static VirtualUnit Make(string board, string os)
    {
        var clock = LabClock.Immediate();
        return new(Boards.MakeRunning(board, os, clock), clock, board);
    }
}
