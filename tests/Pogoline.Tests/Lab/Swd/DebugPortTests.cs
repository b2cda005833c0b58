using Pogoline.Lab.Swd;
using Pogoline.Tests.Lab.Probes;

namespace Pogoline.Tests.Lab.Swd;

/// <summary>What the debug port answers, seen through a CMSIS-DAP probe.</summary>
public sealed class DebugPortTests
{
    const uint StickyError = 0x20, WriteDataError = 0x80;

    [Theory]
    [InlineData("boron"), InlineData("photon")]
    public async Task Answers_only_the_read_of_its_identity_after_a_line_reset(string board)
    {
        await using var dap = await DapClient.ConnectAsync(DapClient.Blank(board));
        await dap.ResetLineAsync();
        Assert.Equal(7, (await dap.TransferAsync(6)).Ack);
        Assert.Equal(7, (await dap.TransferAsync(2)).Ack);
        await dap.ResetLineAsync();
        Assert.Equal((1, 0x2BA01477u), await dap.TransferAsync(2));
        Assert.Equal(0xF0000000u, await dap.ReadDpAsync(4) & 0xF0000000);
    }

    [Fact]
    public async Task Of_the_STM32_speaks_JTAG_until_it_is_switched_and_after_it_was_switched_back()
    {
        await using var dap = DapClient.Open(DapClient.Blank("photon"));
        await dap.CommandAsync(2, 1);
        await dap.ResetLineAsync();
        Assert.Equal(7, (await dap.TransferAsync(2)).Ack);
        await dap.SwitchAsync();
        Assert.Equal(1, (await dap.TransferAsync(2)).Ack);
        await dap.CommandAsync([0x12, 80, .. Enumerable.Repeat((byte)0xFF, 7), 0x3C, 0xE7, 0xFF]);
        await dap.ResetLineAsync();
        Assert.Equal(7, (await dap.TransferAsync(2)).Ack);
    }

    [Fact]
    public async Task Of_the_nRF52840_knows_no_JTAG()
    {
        await using var dap = DapClient.Open(DapClient.Blank("boron"));
        await dap.CommandAsync(2, 1);
        await dap.ResetLineAsync();
        Assert.Equal(1, (await dap.TransferAsync(2)).Ack);
    }

    [Fact]
    public async Task Refuses_access_ports_without_debug_power()
    {
        await using var dap = DapClient.Open(DapClient.Blank("boron"));
        await dap.CommandAsync(2, 1);
        await dap.SwitchAsync();
        await dap.ReadDpAsync(0);
        Assert.Equal(4, (await dap.TransferAsync(3)).Ack);
        await dap.WriteDpAsync(0, 0x1E);
        await dap.WriteDpAsync(4, 0x50000000);
        Assert.Equal(0x24770011u, await dap.ReadApAsync(0, 0xFC));
    }

    [Fact]
    public async Task Answers_everything_but_identity_status_and_abort_with_FAULT_after_a_bus_error()
    {
        await using var dap = await DapClient.ConnectAsync(DapClient.Blank("boron"));
        await dap.WriteApAsync(0, 4, 0x60000000);
        Assert.Equal(4, (await dap.TransferAsync(0xD, 1)).Ack);
        Assert.Equal(4, (await dap.TransferAsync(0xE)).Ack);
        Assert.Equal(4, (await dap.TransferAsync(8, 0)).Ack);
        Assert.Equal(1, (await dap.TransferAsync(2)).Ack);
        Assert.Equal(StickyError, await dap.ReadDpAsync(4) & StickyError);
        await dap.WriteDpAsync(0, 0x1E);
        Assert.Equal(0u, await dap.ReadDpAsync(4) & StickyError);
        Assert.Equal(1, (await dap.TransferAsync(0xE)).Ack);
    }

    [Fact]
    public async Task Is_repeated_by_the_probe_while_it_answers_WAIT_and_gives_up_in_the_end()
    {
        var probe = DapClient.Blank("boron");
        await using var dap = await DapClient.ConnectAsync(probe);
        await dap.CommandAsync(4, 0, 5, 0, 0, 0);
        var waits = 5;
        probe.Target.Fault = t => t.Request.IsAccessPort && waits-- > 0 ? SwdFault.Wait : null;
        Assert.Equal((1, 0x24770011u), (1, await dap.ReadApAsync(0, 0xFC)));
        waits = 6;
        Assert.Equal(2, (await dap.TransferAsync(0xF)).Ack);
    }

    [Fact]
    public async Task Shows_a_wrong_parity_as_an_error_of_the_probe()
    {
        var probe = DapClient.Blank("boron");
        await using var dap = await DapClient.ConnectAsync(probe);
        probe.Target.Fault = _ => SwdFault.Parity;
        Assert.Equal(8, (await dap.TransferAsync(2)).Ack);
        probe.Target.Fault = null;
        Assert.Equal((1, 0x2BA01477u), await dap.TransferAsync(2));
    }

    [Fact]
    public async Task Takes_no_data_with_a_wrong_parity()
    {
        await using var dap = await DapClient.ConnectAsync(DapClient.Blank("boron"));
        await dap.WriteApAsync(0, 4, 0x20000000);
        // TAR := 4 by hand: request 8B, turnaround, three bits of ACK, turnaround, 32 bits, and a parity of 0 where 1 is right.
        await dap.CommandAsync(0x1D, 4, 8, 0x8B, 0x80 | 5, 33, 4, 0, 0, 0, 0, 8, 0);
        Assert.Equal(WriteDataError, await dap.ReadDpAsync(4) & WriteDataError);
        await dap.WriteDpAsync(0, 0x1E);
        Assert.Equal(0x20000000u, await dap.ReadApAsync(0, 4));
    }

    [Fact]
    public async Task Does_not_answer_without_a_cable_and_is_found_again_with_one()
    {
        var probe = DapClient.Blank("boron");
        await using var dap = await DapClient.ConnectAsync(probe);
        probe.Target.IsCabled = false;
        Assert.Equal(7, (await dap.TransferAsync(2)).Ack);
        Assert.Equal(0, probe.Target.Millivolts);
        probe.Target.IsCabled = true;
        Assert.Equal(7, (await dap.TransferAsync(2)).Ack);
        await dap.ResetLineAsync();
        Assert.Equal((1, 0x2BA01477u), await dap.TransferAsync(2));
    }

    [Fact]
    public async Task Forgets_power_requests_in_a_brown_out()
    {
        var probe = DapClient.Blank("boron");
        await using var dap = await DapClient.ConnectAsync(probe);
        await dap.WriteAsync(0x20000000, 1);
        probe.Target.BrownOut();
        await dap.ResetLineAsync();
        await dap.ReadDpAsync(0);
        Assert.Equal(0u, await dap.ReadDpAsync(4));
        await dap.WriteDpAsync(4, 0x50000000);
        Assert.NotEqual(1u, await dap.ReadAsync(0x20000000));
    }
}
