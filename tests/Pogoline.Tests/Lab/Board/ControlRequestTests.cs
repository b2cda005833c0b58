using System.Text;
using Pogoline.Lab.Board;
using Pogoline.Lab.Control;
using Pogoline.Links;
using Pogoline.Programming;

namespace Pogoline.Tests.Lab.Board;

public sealed class ControlRequestTests
{
    public static TheoryData<string, string> AllBoards => Boards.WithReleases;

    [Theory]
    [MemberData(nameof(AllBoards))]
    public async Task Every_board_tells_its_device_id_and_version(string board, string os)
    {
        await using var unit = Make(board, os);
        var client = new ControlClient(unit);
        Assert.Equal((0, unit.DeviceId), Text(await client.AskAsync(ControlType.DeviceId)));
        Assert.Equal((0, os), Text(await client.AskAsync(ControlType.SystemVersion)));
    }

    [Theory]
    [InlineData("argon", 0)]
    [InlineData("tracker", 0)]
    [InlineData("photon", -1)]
    public async Task A_serial_number_is_there_where_the_line_wrote_one(string board, int result)
    {
        await using var unit = Make(board, "2.2.0");
        var (code, text) = Text(await new ControlClient(unit).AskAsync(ControlType.SerialNumber));
        Assert.Equal((result, result == 0 ? 15 : 0), (code, text.Length));
    }

    [Theory]
    [InlineData("photon", 73, -120)]
    [InlineData("boron", 210, -120)]
    [InlineData("boron", 31, -120)]
    [InlineData("boron", 260, -120)]
    [InlineData("boron", 9999, -120)]
    [InlineData("photon", 554, -120)]
    public async Task What_a_platform_has_not_is_not_supported(string board, ushort type, int result)
    {
        await using var unit = Make(board, "2.2.0");
        Assert.Equal(result, (await new ControlClient(unit).AskAsync(type)).Result);
    }

    [Theory]
    [MemberData(nameof(AllBoards))]
    public async Task The_list_of_modules_is_that_of_the_inventory(string board, string os)
    {
        await using var unit = Make(board, os);
        var (result, reply) = await new ControlClient(unit).AskAsync(ControlType.ModuleInfo);
        Assert.Equal(0, result);
        var expected = new ProtoWriter();
        var inventory = unit.Board.ReadInventory()!;
        Assert.True(ProtoMessage.TryRead(reply, [ProtoType.Bytes], out _));
        Assert.Equal(inventory.Count, CountOfParts(reply));
    }

    [Theory]
    [InlineData("boron", "2.2.0")]
    [InlineData("boron", "4.0.2")]
    public async Task Setup_done_counts_before_4_0_0_only(string board, string os)
    {
        await using var unit = Make(board, os);
        var client = new ControlClient(unit);
        var ignored = os.StartsWith('4');
        Assert.Equal(0, (await client.AskAsync(ControlType.SetSetupDone, [0x08, 0x01])).Result);
        Assert.Equal([0x08, 0x01], (await client.AskAsync(ControlType.IsSetupDone)).Reply);
        Assert.Equal(ignored ? -120 : 0, (await client.AskAsync(ControlType.SetSetupDone, [])).Result);
        Assert.Equal(ignored ? [0x08, 0x01] : [], (await client.AskAsync(ControlType.IsSetupDone)).Reply);
        unit.Board.Reset();
        Assert.Equal(ignored ? DeviceMode.Normal : DeviceMode.Listening, unit.Board.Mode);
    }

    [Fact]
    public async Task A_board_with_Wi_Fi_tells_the_address_that_its_console_shows()
    {
        await using var unit = Make("argon", "2.2.0");
        var client = new ControlClient(unit);
        Assert.Contains("wl3", Encoding.ASCII.GetString((await client.AskAsync(ControlType.InterfaceList)).Reply), StringComparison.Ordinal);
        var reply = (await client.AskAsync(ControlType.Interface, [0x08, 0x04])).Reply;
        await using var serial = await SerialClient.OpenAsync(unit);
        var shown = Convert.FromHexString((await serial.SayAsync("m")).Split("\r\n")[1].Replace(":", "", StringComparison.Ordinal));
        Assert.True(reply.AsSpan().IndexOf(shown) > 0);
        Assert.Equal(-170, (await client.AskAsync(ControlType.Interface, [0x08, 0x63])).Result);
    }

    [Fact]
    public async Task A_claim_code_goes_into_the_configuration_table()
    {
        await using var unit = Make("boron", "2.2.0");
        var code = new string('k', 63);
        Assert.Equal(0, (await new ControlClient(unit).AskAsync(ControlType.SetClaimCode, new ProtoWriter().Text(1, code).Message.ToArray())).Result);
        Assert.Equal(code, Encoding.ASCII.GetString(unit.Board.Hardware.Storage.Dct.Bytes.Slice(1762, 63)));
        Assert.Empty((await new ControlClient(unit).AskAsync(ControlType.IsClaimed)).Reply);
    }

    [Fact]
    public async Task Keys_and_servers_of_Gen_2_are_kept()
    {
        await using var unit = Make("photon", "2.2.0");
        var client = new ControlClient(unit);
        byte[] key = [0x30, 0x03, 0x02, 0x01, 0x05];
        Assert.Equal(0, (await client.AskAsync(ControlType.SetSecurityKey, new ProtoWriter().Number(1, 3).Bytes(2, key).Message.ToArray())).Result);
        Assert.Equal(key, new ProtoWriter().Bytes(1, key).Message[2..].ToArray());
        Assert.Equal(new ProtoWriter().Bytes(1, key).Message.ToArray(), (await client.AskAsync(ControlType.GetSecurityKey, [0x08, 0x03])).Reply);
        var server = new ProtoWriter().Number(1, 1).Text(2, "10.1.2.3").Number(3, 5683).Message.ToArray();
        Assert.Equal(-170, (await client.AskAsync(ControlType.GetServerAddress, [0x08, 0x01])).Result);
        Assert.Equal(0, (await client.AskAsync(ControlType.SetServerAddress, server)).Result);
        Assert.Equal(new ProtoWriter().Text(1, "10.1.2.3").Number(2, 5683).Message.ToArray(), (await client.AskAsync(ControlType.GetServerAddress, [0x08, 0x01])).Reply);
        Assert.Equal([0, 4, 10, 1, 2, 3], unit.Board.Hardware.Storage.Dct.Bytes.Slice(2082 + 384, 6).ToArray());
    }

    [Fact]
    public async Task A_modem_takes_its_time_to_start_and_only_once()
    {
        var time = new VirtualTime();
        await using var unit = Make("boron", "2.2.0", new(LabTiming.Datasheet, time));
        var client = new ControlClient(unit);
        var before = time.Elapsed;
        var (_, iccid) = Text(await client.AskAsync(ControlType.CellularIccid));
        Assert.InRange((time.Elapsed - before).TotalSeconds, 10, 20);
        Assert.Equal(20, iccid.Length);
        before = time.Elapsed;
        Assert.Equal((0, iccid), Text(await client.AskAsync(ControlType.CellularIccid)));
        Assert.True((time.Elapsed - before).TotalSeconds < 1);
    }

    [Fact]
    public async Task A_fifth_request_finds_the_board_busy_and_a_reset_frees_all()
    {
        await using var unit = Make("boron", "2.2.0");
        var client = new ControlClient(unit);
        for (var i = 0; i < 4; i++) Assert.Equal(ServiceStatus.Ok, (await client.Service(ControlService.Init, 2, ControlType.Echo)).Status);
        Assert.Equal(new(ServiceStatus.Busy), await client.Service(ControlService.Init, 0, ControlType.DeviceId));
        Assert.Equal(new(ServiceStatus.Ok), await client.Service(ControlService.Reset, 0, 0));
        Assert.Equal(0, (await client.AskAsync(ControlType.DeviceId)).Result);
    }

    [Fact]
    public async Task Three_payloads_fill_the_pool_and_the_fourth_request_finds_no_memory()
    {
        await using var unit = Make("boron", "2.2.0");
        var client = new ControlClient(unit);
        for (var i = 0; i < 3; i++) Assert.Equal(ServiceStatus.Ok, (await client.Service(ControlService.Init, 64, ControlType.Echo)).Status);
        Assert.Equal(new(ServiceStatus.NoMemory), await client.Service(ControlService.Init, 64, ControlType.Echo));
    }

    [Fact]
    public async Task Two_hosts_share_the_four_requests_and_each_finds_its_own()
    {
        await using var unit = Make("boron", "2.2.0");
        var (one, other) = (new ControlClient(unit), new ControlClient(unit));
        var a = await one.Service(ControlService.Init, 3, ControlType.Echo);
        var b = await other.Service(ControlService.Init, 3, ControlType.Echo);
        await other.SendAsync(b.Id!.Value, "two"u8.ToArray());
        await one.SendAsync(a.Id!.Value, "one"u8.ToArray());
        Assert.Equal("one"u8.ToArray(), (await one.FetchAsync(a.Id!.Value)).Reply);
        Assert.Equal("two"u8.ToArray(), (await other.FetchAsync(b.Id!.Value)).Reply);
    }

    [Theory]
    [InlineData("2.2.0", true)]
    [InlineData("1.5.2", false)]
    public async Task The_raw_requests_need_no_transaction(string os, bool resets)
    {
        await using var unit = Make("boron", os);
        await using var pipe = await unit.OpenAsync(default);
        var data = new byte[64];
        var id = await pipe.ReadAsync(new(0xC0, 0x50, 0, 20, 64), data, TimeSpan.FromSeconds(1), default);
        Assert.Equal(unit.DeviceId.ToUpperInvariant(), Encoding.ASCII.GetString(data, 0, id.Count));
        var version = await pipe.ReadAsync(new(0xC0, 0x50, 0, 30, 64), data, TimeSpan.FromSeconds(1), default);
        Assert.Equal(os, Encoding.ASCII.GetString(data, 0, version.Count));
        var before = unit.Board.Resets;
        var reset = await pipe.WriteAsync(new(0x40, 0x50, 0, 40, 0), default, TimeSpan.FromSeconds(1), default);
        Assert.Equal(resets ? TransferStatus.Gone : TransferStatus.Stalled, reset.Status);
        Assert.Equal(resets ? 1 : 0, unit.Board.Resets - before);
        Assert.Equal(UnitPresence.System, unit.Presence);
    }

    static int CountOfParts(byte[] reply)
    {
        var count = 0;
        for (ReadOnlyMemory<byte> rest = reply; !rest.IsEmpty; count++)
        {
            Assert.Equal(0x0A, rest.Span[0]);
            rest = rest[(2 + rest.Span[1])..];
        }
        return count;
    }

    static (int, string) Text((int Result, byte[] Reply) answer) =>
        (answer.Result, answer.Reply.Length == 0 ? "" : Encoding.ASCII.GetString(answer.Reply.AsSpan(2)));

    static VirtualUnit Make(string board, string os, LabClock? clock = null)
    {
        clock ??= LabClock.Immediate();
        var unit = new VirtualUnit(Boards.MakeRunning(board, os, clock), clock, "lab-1");
        while (((VirtualTime)clock.Time).AdvanceToNextTimer(TimeSpan.FromSeconds(10))) { }
        return unit;
    }
}
