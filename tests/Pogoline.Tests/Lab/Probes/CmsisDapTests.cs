using System.Buffers.Binary;
using Pogoline.Lab.Probes;
using Pogoline.Links;

namespace Pogoline.Tests.Lab.Probes;

/// <summary>The virtual CMSIS-DAP probes, command by command; OpenOCD and dapjs are their other witnesses.</summary>
public sealed class CmsisDapTests
{
    [Theory]
    [InlineData(ProbeKind.CmsisDapV1, "1.10", 0x01), InlineData(ProbeKind.CmsisDapV2, "2.1.1", 0x11)]
    public async Task Says_what_it_is(ProbeKind kind, string version, byte capabilities)
    {
        await using var dap = DapClient.Open(DapClient.Blank("boron", kind));
        Assert.Equal([0, 1, capabilities], Trim(await dap.CommandAsync(0, 0xF0), 3));
        Assert.Equal([0, 2, 64, 0], Trim(await dap.CommandAsync(0, 0xFF), 4));
        Assert.Equal([0, 1, 4], Trim(await dap.CommandAsync(0, 0xFE), 3));
        Assert.Equal([0, (byte)(version.Length + 1), .. version.Select(c => (byte)c), 0], Trim(await dap.CommandAsync(0, 4), version.Length + 3));
        var serial = await dap.CommandAsync(0, 3);
        Assert.Equal([0, 49, .. dap.Probe.Serial.Select(c => (byte)c), 0], Trim(serial, 51));
        Assert.StartsWith("3104", dap.Probe.Serial, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ProbeKind.CmsisDapV1), InlineData(ProbeKind.CmsisDapV2)]
    public async Task Answers_the_start_of_OpenOCD_to_the_byte(ProbeKind kind)
    {
        await using var dap = DapClient.Open(DapClient.Blank("boron", kind));
        (string Command, string Answer)[] exchange =
        [
            ("02 01", "02 01"), ("10 00 00 00 00 00 00", "10 83"), ("11 40 42 0F 00", "11 00"), ("04 00 40 00 00 00", "04 00"), ("13 00", "13 00"),
            ("01 00 01", "01 00"), ("03", "03 00"), ("02 01", "02 01"),
            ("12 88 FF FF FF FF FF FF FF 9E E7 FF FF FF FF FF FF FF 00", "12 00"),
            ("05 00 01 02", "05 01 01 77 14 A0 2B"), ("05 00 01 00 1E 00 00 00", "05 01 01"),
            ("05 00 05 08 00 00 00 00 04 20 00 00 50 06 04 00 00 00 50 06", "05 05 01 00 00 00 F0 00 00 00 F0"),
            ("05 00 03 08 F0 00 00 00 0F 0E", "05 03 01 11 00 77 24 11 00 77 24"),
            ("05 00 05 08 00 00 00 00 01 20 00 00 A2 05 00 00 00 00 03 0E", "05 05 01 60 00 00 A2 60 00 00 A2"),
            ("05 00 04 01 22 00 00 A2 05 00 ED 00 E0 0F 0E", "05 04 01 41 C2 0F 41 41 C2 0F 41"),
        ];
        foreach (var (command, answer) in exchange)
        {
            var expected = Convert.FromHexString(answer.Replace(" ", "", StringComparison.Ordinal));
            var actual = await dap.CommandAsync(Convert.FromHexString(command.Replace(" ", "", StringComparison.Ordinal)));
            Assert.Equal(expected, Trim(actual, expected.Length));
            if (kind == ProbeKind.CmsisDapV1) Assert.Equal(64, actual.Length);
        }
    }

    [Theory]
    [InlineData(ProbeKind.CmsisDapV1, 0x7E), InlineData(ProbeKind.CmsisDapV1, 0x1D), InlineData(ProbeKind.CmsisDapV1, 0x55), InlineData(ProbeKind.CmsisDapV2, 0x55)]
    public async Task Refuses_commands_that_it_does_not_know(ProbeKind kind, byte command)
    {
        await using var dap = DapClient.Open(DapClient.Blank("boron", kind));
        Assert.Equal([0xFF], Trim(await dap.CommandAsync(command, 1, 0), 1));
    }

    [Fact]
    public async Task Moves_blocks_and_stops_them_at_a_bus_error_with_what_was_read_so_far()
    {
        await using var dap = await DapClient.ConnectAsync(DapClient.Blank("boron"));
        await dap.WriteApAsync(0, 0, 0xA2000012);
        await dap.WriteApAsync(0, 4, 0x2003FFF8);
        Assert.Equal([6, 2, 0, 1], await dap.CommandAsync([6, 0, 2, 0, 0x0D, 1, 2, 3, 4, 5, 6, 7, 8]));
        await dap.WriteApAsync(0, 4, 0x2003FFF8);
        Assert.Equal([6, 2, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8], await dap.CommandAsync(6, 0, 2, 0, 0x0F));

        await dap.WriteApAsync(0, 4, 0x0FFFFFFC);
        var answer = await dap.CommandAsync(6, 0, 3, 0, 0x0F);
        Assert.Equal(4, answer[3] & 7);
        Assert.Equal(4 + 4 * BinaryPrimitives.ReadUInt16LittleEndian(answer.AsSpan(1)), answer.Length);
    }

    [Fact]
    public async Task Repeats_a_read_until_the_value_matches_or_the_tries_are_over()
    {
        await using var dap = await DapClient.ConnectAsync(DapClient.Blank("boron"));
        await dap.CommandAsync(4, 0, 100, 0, 3, 0);
        await dap.WriteAsync(0x20000000, 0x12345678);
        await dap.WriteApAsync(0, 0, 0xA2000002);
        await dap.WriteApAsync(0, 4, 0x20000000);
        Assert.Equal([5, 2, 1], await dap.CommandAsync([5, 0, 2, 0x20, 0xFF, 0, 0, 0, 0x1F, 0x78, 0, 0, 0]));
        Assert.Equal([5, 1, 0x11], await dap.CommandAsync([5, 0, 2, 0x20, 0xFF, 0, 0, 0, 0x1F, 0x79, 0, 0, 0]));
    }

    [Fact]
    public async Task Carries_out_queued_and_batched_commands_in_order()
    {
        await using var dap = await DapClient.ConnectAsync(DapClient.Blank("boron"));
        Assert.Equal([0x7F, 2, 5, 1, 1, 0x77, 0x14, 0xA0, 0x2B, 0, 1, 4], await dap.CommandAsync(0x7F, 2, 5, 0, 1, 2, 0, 0xFE));
        Assert.True((await dap.SendAsync(0x7E, 1, 0, 0xFE)).IsCompleted);
        Assert.Equal(TransferStatus.TimedOut, (await dap.TryReadAsync(TimeSpan.FromMilliseconds(10))).Status);
        Assert.Equal([0x7F, 1, 0, 1, 4], await dap.CommandAsync(0, 0xFF));
        Assert.Equal([0, 2, 64, 0], await dap.AnswerAsync());
    }

    [Fact]
    public async Task Does_not_answer_an_abort()
    {
        await using var dap = DapClient.Open(DapClient.Blank("boron"));
        Assert.True((await dap.SendAsync(7)).IsCompleted);
        Assert.Equal([0, 1, 4], await dap.CommandAsync(0, 0xFE));
    }

    [Fact]
    public async Task Clocks_free_sequences_that_read_the_port_bit_by_bit()
    {
        await using var dap = await DapClient.ConnectAsync(DapClient.Blank("boron"));
        await dap.ResetLineAsync();
        // Request A5 out; turnaround, ACK, data, parity and turnaround in: 1 + 3 + 32 + 1 + 1 cycles.
        var answer = await dap.CommandAsync(0x1D, 2, 8, 0xA5, 0x80 | 38);
        ulong bits = 0;
        for (var i = 0; i < 5; i++) bits |= (ulong)answer[2 + i] << 8 * i;
        Assert.Equal(1u, bits >> 1 & 7);
        Assert.Equal(0x2BA01477u, (uint)(bits >> 4));
        Assert.Equal(0u, bits >> 36 & 1);
    }

    [Fact]
    public async Task Leaves_the_reset_line_alone_before_a_port_was_chosen()
    {
        await using var dap = DapClient.Open(DapClient.Blank("photon"));
        Assert.Equal(0x80, (await dap.CommandAsync(0x10, 0, 0x80, 0, 0, 0, 0))[1] & 0x80);
        await dap.CommandAsync(2, 1);
        Assert.Equal(0, (await dap.CommandAsync(0x10, 0, 0x80, 0, 0, 0, 0))[1] & 0x80);
    }

    [Fact]
    public async Task Takes_no_more_commands_than_it_has_room_for()
    {
        await using var dap = DapClient.Open(DapClient.Blank("boron"));
        for (var i = 0; i < 4; i++) Assert.True((await dap.SendAsync(0, 0xFE)).IsCompleted);
        Assert.Equal(TransferStatus.TimedOut, (await dap.SendAsync(TimeSpan.FromMilliseconds(100), 0, 0xFE)).Status);
        await dap.AnswerAsync();
        Assert.True((await dap.SendAsync(0, 0xFE)).IsCompleted);
    }

    [Fact]
    public async Task A_probe_that_is_pulled_out_is_gone_for_good_until_it_is_opened_again()
    {
        var probe = DapClient.Blank("boron");
        await using var dap = DapClient.Open(probe);
        probe.Unplug();
        Assert.Equal(TransferStatus.Gone, (await dap.SendAsync(0, 0xFE)).Status);
        Assert.Throws<PogolineException>(() => probe.Open());
        probe.Plug();
        Assert.Equal(TransferStatus.Gone, (await dap.SendAsync(0, 0xFE)).Status);
        await using var again = DapClient.Open(probe);
        Assert.Equal([0, 1, 4], await again.CommandAsync(0, 0xFE));
    }

    // A report is padded with zeros.
    static byte[] Trim(byte[] answer, int length)
    {
        Assert.All(answer[length..], b => Assert.Equal(0, b));
        return answer[..length];
    }
}
