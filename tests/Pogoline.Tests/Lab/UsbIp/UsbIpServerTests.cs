using FsCheck.Fluent;
using Pogoline.Lab.Board;
using Pogoline.Lab.UsbIp;
using Pogoline.Links;

namespace Pogoline.Tests.Lab.UsbIp;

public sealed class UsbIpServerTests : IAsyncLifetime
{
    const int Stall = -32;
    const int ProtocolError = -71;
    const int Unlinked = -104;
    static readonly SetupPacket GetDevice = new(0x80, 6, 0x0100, 0, 18);
    static readonly SetupPacket GetStatus = new(0xA1, 3, 0, 0, 6);
    static readonly SetupPacket SetLineCoding = new(0x21, 0x20, 0, 0, 7);
    static readonly byte[] Baud14400 = [0x40, 0x38, 0, 0, 0, 0, 8];

    readonly VirtualBoard _photon = Boards.MakeRunning("photon", "2.2.0", Clock);
    readonly VirtualBoard _boron = Boards.MakeRunning("boron", "2.2.0", Clock);
    UsbIpServer _server = null!;

    static LabClock Clock => new(LabTiming.None, TimeProvider.System);

    public Task InitializeAsync()
    {
        _server = UsbIpServer.Start([_photon, _boron], Clock, 0);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _photon.Dispose();
        _boron.Dispose();
    }

    [Fact]
    public async Task The_list_names_every_board_on_the_bus_with_its_interfaces()
    {
        var devices = await UsbIpClient.ListAsync(_server.Port);
        Assert.Equal([("1-1", 0xC006), ("1-2", 0xC00D)], devices.Select(d => (d.BusId, (int)d.Product)));
        Assert.All(devices, d => Assert.Equal("02020100" + "0A000000" + "FFFFFF00", Convert.ToHexString(d.Interfaces)));
        _photon.CutPower();
        Assert.Equal(["1-2"], (await UsbIpClient.ListAsync(_server.Port)).Select(d => d.BusId));
    }

    [Fact]
    public async Task Transfers_reach_the_board_and_a_refusal_is_a_stall()
    {
        using var client = await ImportAsync("1-2");
        var device = await client.ControlAsync(GetDevice);
        Assert.Equal((0, 18), (device.Status, device.Count));
        Assert.Equal("12010002EF020140042B0DC0", Convert.ToHexString(device.Data[..12]));
        Assert.Equal(Stall, (await client.ControlAsync(new(0xC0, 6, 0, 20, 64))).Status);
        Assert.Equal(0, (await client.ControlAsync(new(0x21, 0x22, 3, 0, 0))).Status);
    }

    [Fact]
    public async Task A_setup_packet_that_contradicts_the_urb_does_not_reach_the_board()
    {
        using var client = await ImportAsync("1-1");
        var before = _photon.Traffic;
        await client.SubmitAsync(0, isIn: true, 17, [], GetDevice);
        Assert.Equal(ProtocolError, (await client.AnswerAsync()).Status);
        await client.SubmitAsync(0, isIn: false, 18, new byte[18], GetDevice);
        Assert.Equal(ProtocolError, (await client.AnswerAsync()).Status);
        Assert.Equal(before, _photon.Traffic);
    }

    [Theory]
    [InlineData("1-1", 0xD006)]
    [InlineData("1-2", 0xD00D)]
    public async Task A_board_touched_with_14400_baud_answers_leaves_and_comes_back_in_DFU_mode(string busId, int product)
    {
        using (var client = await ImportAsync(busId))
        {
            Assert.Equal(0, (await client.ControlAsync(SetLineCoding, Baud14400)).Status);
            await client.AssertClosedAsync();
        }
        using var again = await ImportAsync(busId);
        Assert.Equal(product, again.Product);
        Assert.Equal("000000000200", Convert.ToHexString((await again.ControlAsync(GetStatus)).Data));
    }

    [Fact]
    public async Task A_stall_after_the_data_is_an_error_with_the_data()
    {
        _photon.Reset(modeButtonHeld: TimeSpan.FromSeconds(4));
        using var client = await ImportAsync("1-1");
        Assert.Equal(0, (await client.ControlAsync(new(0x21, 1, 0, 0, 1), [0x55])).Status);
        var late = await client.ControlAsync(GetStatus);
        Assert.Equal((Stall, 6, 4), (late.Status, late.Count, late.Data[4]));
    }

    [Fact]
    public async Task A_read_of_serial_data_waits_until_it_is_taken_back()
    {
        using var client = await ImportAsync("1-1");
        var waiting = await client.SubmitAsync(1, isIn: true, 64, []);
        Assert.Equal(0, (await client.ControlAsync(GetDevice)).Status);
        var unlink = await client.UnlinkAsync(waiting);
        var reply = await client.AnswerAsync();
        Assert.Equal((4u, unlink, Unlinked), (reply.Command, reply.Sequence, reply.Status));
        var late = await client.UnlinkAsync(waiting);
        Assert.Equal((late, 0), ((await client.AnswerAsync()) is var again ? (again.Sequence, again.Status) : default));
    }

    [Fact]
    public async Task Reads_are_filled_in_the_order_in_which_they_were_submitted()
    {
        using var client = await ImportAsync("1-2");
        uint[] reads = [await client.SubmitAsync(1, true, 3, []), await client.SubmitAsync(1, true, 64, [])];
        _boron.Attachment!.Serial!.Write("hello"u8);
        UsbIpAnswer[] answers = [await client.AnswerAsync(), await client.AnswerAsync()];
        Assert.Equal(reads, answers.Select(a => a.Sequence));
        Assert.Equal(["hel", "lo"], answers.Select(a => System.Text.Encoding.ASCII.GetString(a.Data)));
    }

    [Fact]
    public async Task Writes_that_no_firmware_reads_wait_when_the_board_is_full()
    {
        using var client = await ImportAsync("1-2");
        await client.SubmitAsync(1, false, 256, new byte[256]);
        Assert.Equal((0, 256), (await client.AnswerAsync()) is var first ? (first.Status, first.Count) : default);
        var second = await client.SubmitAsync(1, false, 2, [1, 2]);
        Assert.Equal(0, (await client.ControlAsync(GetDevice)).Status);
        _boron.Attachment!.Serial!.Read(new byte[10]);
        Assert.Equal((second, 2), (await client.AnswerAsync()) is var last ? (last.Sequence, last.Count) : default);
    }

    [Fact]
    public async Task A_board_belongs_to_one_client_until_that_one_goes()
    {
        var first = await ImportAsync("1-1");
        Assert.Null(await UsbIpClient.ImportAsync(_server.Port, "1-1"));
        using (await ImportAsync("1-2"))
        {
            first.Dispose();
            using var next = await ImportAsync("1-1");
            Assert.Equal(0, (await next.ControlAsync(GetDevice)).Status);
        }
    }

    [Fact]
    public async Task An_import_waits_for_a_board_that_is_about_to_come_back()
    {
        _photon.CutPower();
        var import = UsbIpClient.ImportAsync(_server.Port, "1-1");
        _photon.PowerOn();
        using var client = await import;
        Assert.NotNull(client);
        Assert.Null(await UsbIpClient.ImportAsync(_server.Port, "1-9"));
    }

    [Fact]
    public async Task A_board_that_loses_its_power_is_unplugged()
    {
        using var client = await ImportAsync("1-1");
        await client.SubmitAsync(1, isIn: true, 64, []);
        _photon.CutPower();
        await client.AssertClosedAsync();
    }

    [Fact]
    public async Task A_port_in_use_is_a_fault_that_names_it()
    {
        await Task.Yield();
        var e = Assert.Throws<PogolineException>(() => UsbIpServer.Start([], Clock, _server.Port));
        Assert.Equal(UsbIpFaults.Port, e.Code);
        Assert.Contains(_server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whatever_is_sent_before_or_after_an_import_the_server_serves_on()
    {
        foreach (var noise in ArbMap.Default.ArbFor<byte[]>().Generator.Sample(60, 40))
        {
            using (var stranger = await UsbIpClient.ConnectAsync(_server.Port)) await SendSomeAsync(stranger, noise);
            using var client = await ImportAsync("1-2");
            await SendSomeAsync(client, [0, 0, 0, 1, .. noise]);
        }
        using var last = await ImportAsync("1-2");
        Assert.Equal(0, (await last.ControlAsync(GetDevice)).Status);
    }

    [Fact]
    public async Task A_client_that_submits_without_end_is_cut_off()
    {
        using var client = await ImportAsync("1-1");
        for (var i = 0; i < 300; i++) await client.SubmitAsync(1, isIn: true, 64, []);
        await client.AssertClosedAsync();
        using var next = await ImportAsync("1-1");
        Assert.Equal(0, (await next.ControlAsync(GetDevice)).Status);
    }

    [Fact]
    public async Task A_client_that_submits_and_takes_back_without_end_is_cut_off()
    {
        using var client = await ImportAsync("1-1");
        for (var i = 0; i < 300; i++) await client.UnlinkAsync(i == 0 ? 0 : await client.SubmitAsync(1, isIn: true, 0, []));
        await client.SubmitAsync(2, isIn: true, 8, []);
        for (var i = 0; i < 300; i++) await client.UnlinkAsync(await client.SubmitAsync(2, isIn: true, 0, []));
        await client.AssertClosedAsync();
    }

    static async Task SendSomeAsync(UsbIpClient client, byte[] bytes)
    {
        try
        {
            await client.SendAsync(bytes);
        }
        catch (IOException)
        {
            // Cut off already.
        }
    }

    async Task<UsbIpClient> ImportAsync(string busId) =>
        await UsbIpClient.ImportAsync(_server.Port, busId) ?? throw new InvalidOperationException($"{busId} was refused");
}
