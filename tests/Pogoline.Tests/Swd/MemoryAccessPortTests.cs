using Pogoline.Links.Swd;

namespace Pogoline.Tests.Swd;

public sealed class MemoryAccessPortTests : IAsyncDisposable
{
    readonly FakeTargetProbe _probe = new();
    readonly MemoryAccessPort _memory;

    public MemoryAccessPortTests() => _memory = new(new(_probe, TimeProvider.System), 0);

    public ValueTask DisposeAsync() => _probe.DisposeAsync();

    static byte[] Random(int length)
    {
        var data = new byte[length];
        new Random(length).NextBytes(data);
        return data;
    }

    [Theory]
    [InlineData(0x2000_0000u, 4), InlineData(0x2000_0001u, 1), InlineData(0x2000_0003u, 6), InlineData(0x2000_03FCu, 8), InlineData(0x2000_03FFu, 2)]
    [InlineData(0x2000_0002u, 5001), InlineData(0x2000_0400u, 4096)]
    public async Task What_is_written_is_read_at_any_address_and_length(uint address, int length)
    {
        var (data, back) = (Random(length), new byte[length]);
        await _memory.RunAsync([MemoryOperation.Write(address, data), MemoryOperation.Read(address, back)], CancellationToken.None);
        Assert.Equal(data, back);
        Assert.Equal(length, _probe.Bytes.Count);
        Assert.Equal(data[^1], _probe.Bytes[address + (uint)length - 1]);
    }

    [Theory]
    [InlineData(SwdAck.Wait), InlineData(SwdAck.NoAnswer), InlineData(SwdAck.Parity), InlineData(SwdAck.None)]
    public async Task A_disturbance_costs_one_window(SwdAck ack)
    {
        var (data, back) = (Random(10_000), new byte[10_000]);
        foreach (var at in new[] { 3, 700, 2700, 4100 }) _probe.Disturb[at] = ack;
        await _memory.RunAsync([MemoryOperation.Write(0x2000_0000, data)], CancellationToken.None);
        await _memory.RunAsync([MemoryOperation.Read(0x2000_0000, back)], CancellationToken.None);
        Assert.Equal(data, back);
        Assert.Empty(_probe.Disturb);
        Assert.InRange(_probe.Accesses, 5004, 5000 + (4 * 520));
    }

    [Fact]
    public async Task A_place_that_never_answers_ends_as_a_lost_connection()
    {
        for (var i = 0; i < 100; i++) _probe.Disturb[i] = SwdAck.Wait;
        var error = await Assert.ThrowsAsync<PogolineException>(() => _memory.RunAsync([MemoryOperation.Read(0, new byte[8])], CancellationToken.None).AsTask());
        Assert.Equal(SwdFaults.Lost, error.Code);
    }

    [Fact]
    public async Task A_refused_address_is_named_and_the_port_works_on()
    {
        _probe.End = 0x2000_0100;
        var error = await Assert.ThrowsAsync<PogolineException>(() => _memory.RunAsync([MemoryOperation.Read(0x2000_0000, new byte[512])], CancellationToken.None).AsTask());
        Assert.Equal(SwdFaults.Bus, error.Code);
        Assert.Contains("0x20000100", error.Message, StringComparison.Ordinal);
        await _memory.RunAsync([MemoryOperation.Write(0x2000_0000, [1u])], CancellationToken.None);
        Assert.Equal(1, _probe.Bytes[0x2000_0000]);
    }

    [Theory, InlineData(1), InlineData(2), InlineData(4)]
    public async Task Writes_by_any_width(int width)
    {
        var data = Random(3000);
        await _memory.WriteByWidthAsync(0x2000_0200, data, width, CancellationToken.None);
        Assert.Equal(data, Enumerable.Range(0, data.Length).Select(i => _probe.Bytes[0x2000_0200 + (uint)i]));
    }
}
