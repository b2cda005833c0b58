using Pogoline.Links.Swd;
using Pogoline.Links.Swd.Probes;
using Pogoline.Links.Swd.Probes.CmsisDap;

namespace Pogoline.Tests.Swd;

public class CmsisDapProbeTests
{
    // What a Particle Debugger says of itself.
    static readonly string[] Hello = ["00F0 < 000101", "0004 < 0005312E313000", "00FF < 00024000", "00FE < 000104"];

    static async Task<(CmsisDapProbe Probe, ScriptedPipe Pipe)> OpenAsync(params string[] script)
    {
        var pipe = new ScriptedPipe(64, [.. Hello, .. script]);
        return (await CmsisDapProbe.OpenAsync(pipe, ProbeKind.CmsisDapV2, CancellationToken.None), pipe);
    }

    [Fact]
    public async Task Learns_what_the_probe_can_do()
    {
        var (probe, _) = await OpenAsync();
        Assert.Equal(("1.10", 64, 4), (probe.Description.Firmware, probe.Description.PacketSize, probe.Description.PacketCount));
    }

    [Fact]
    public async Task Attaches_with_the_bytes_that_are_known_to_work()
    {
        var (probe, pipe) = await OpenAsync(
            "0201 < 0201", "1140420F00 < 1100", "040000010000 < 0400".Replace("040000010000", "04000001" + "0000", StringComparison.Ordinal), "1300 < 1300", "010001 < 0100",
            "1288FFFFFFFFFFFFFF9EE7FFFFFFFFFFFFFF00 < 1200", "05000102 < 05010177 14A02B");
        var reads = new uint[1];
        await probe.ConnectAsync(1_000_000, CancellationToken.None);
        await probe.ResetLineAsync(CancellationToken.None);
        Assert.True((await probe.TransferAsync(new[] { SwdTransfer.ReadDp(0) }, reads, CancellationToken.None)).IsOk);
        Assert.Equal(0x2BA01477u, reads[0]);
        Assert.True(pipe.IsDone);
    }

    [Fact]
    public async Task Sends_long_runs_as_blocks_of_14_words_with_several_packets_under_way()
    {
        var words = Enumerable.Range(0, 30).Select(i => SwdTransfer.WriteAp(0xC, (uint)i)).ToArray();
        static string Block(int first, int count) =>
            $"0600{count:X2}000D{string.Concat(Enumerable.Range(first, count).Select(i => $"{i:X2}000000"))} < 06{count:X2}0001";
        var first = "05000C 0500000020 0112000023" + string.Concat(Enumerable.Range(0, 10).Select(i => $" 0D{i:X2}000000"));
        var (probe, pipe) = await OpenAsync($"{first} < 050C01", Block(10, 14), Block(24, 6));
        var outcome = await probe.TransferAsync(new[] { SwdTransfer.WriteAp(0x4, 0x2000_0000), SwdTransfer.WriteAp(0x0, 0x2300_0012) }.Concat(words).ToArray(), default, CancellationToken.None);
        Assert.Equal(new SwdOutcome(SwdAck.Ok, 32), outcome);
        Assert.True(pipe.IsDone);
    }

    [Fact]
    public async Task Tells_what_came_before_a_fault_and_drains_what_was_under_way()
    {
        var reads = new uint[3];
        var (probe, pipe) = await OpenAsync("060003000F < 060200 04 11111111 22222222", "050001 02 < 050101 7714A02B");
        var outcome = await probe.TransferAsync(Enumerable.Repeat(SwdTransfer.ReadAp(0xC), 3).ToArray(), reads, CancellationToken.None);
        Assert.Equal(new SwdOutcome(SwdAck.Fault, 2), outcome);
        Assert.Equal([0x11111111u, 0x22222222u, 0u], reads);
        Assert.True((await probe.TransferAsync(new[] { SwdTransfer.ReadDp(0) }, reads, CancellationToken.None)).IsOk);
        Assert.True(pipe.IsDone);
    }

    [Theory]
    [InlineData("FF"), InlineData("0501"), InlineData("0502017714A02B"), InlineData("06010001")]
    public async Task An_answer_that_makes_no_sense_is_an_error(string answer)
    {
        var (probe, _) = await OpenAsync($"05000102 < {answer}");
        var error = await Assert.ThrowsAsync<PogolineException>(() => probe.TransferAsync(new[] { SwdTransfer.ReadDp(0) }, new uint[1], CancellationToken.None).AsTask());
        Assert.Equal(SwdFaults.Probe, error.Code);
    }

    [Fact]
    public async Task A_probe_without_SWD_is_refused()
    {
        var error = await Assert.ThrowsAsync<PogolineException>(() => CmsisDapProbe.OpenAsync(new ScriptedPipe(64, "00F0 < 000102"), ProbeKind.CmsisDapV1, CancellationToken.None).AsTask());
        Assert.Equal(SwdFaults.ProbeUnfit, error.Code);
    }
}
