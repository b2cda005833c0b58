using Pogoline.Tests.Lab.Probes;

namespace Pogoline.Tests.Lab.Swd;

/// <summary>The way to the bus: sizes, byte lanes, addresses that count up.</summary>
public sealed class MemoryAccessPortTests
{
    [Theory]
    [InlineData(4096), InlineData(1024)]
    public async Task Counts_the_address_up_and_wraps_it(int increment)
    {
        await using var dap = await DapClient.ConnectAsync(DapClient.Blank("boron", options: new() { AddressIncrement = increment }));
        await dap.WriteApAsync(0, 0, 0xA2000012);
        var last = 0x20000000u + (uint)increment - 4;
        await dap.WriteApAsync(0, 4, last);
        await dap.CommandAsync([6, 0, 2, 0, 0x0D, 0x11, 0, 0, 0, 0x22, 0, 0, 0]);
        Assert.Equal(0x11u, await dap.ReadAsync(last));
        Assert.Equal(0x22u, await dap.ReadAsync(0x20000000));
    }

    [Fact]
    public async Task Moves_bytes_and_half_words_in_their_lanes()
    {
        await using var dap = await DapClient.ConnectAsync(DapClient.Blank("photon"));
        await dap.WriteAsync(0x20000100, 0x44332211);
        Assert.Equal(0x00330000u, await dap.ReadAsync(0x20000102, 1));
        Assert.Equal(0x44330000u, await dap.ReadAsync(0x20000102, 2));
        await dap.WriteAsync(0x20000101, 0x0000AA00, 1);
        Assert.Equal(0x4433AA11u, await dap.ReadAsync(0x20000100));
    }

    [Fact]
    public async Task Packs_four_bytes_or_two_half_words_into_one_transfer()
    {
        await using var dap = await DapClient.ConnectAsync(DapClient.Blank("photon"));
        await dap.WriteAsync(0x20000100, 0x44332211);
        foreach (var size in new uint[] { 0, 1 })
        {
            await dap.WriteApAsync(0, 0, 0xA2000020 | size);
            await dap.WriteApAsync(0, 4, 0x20000100);
            Assert.Equal((1, 0x44332211u), await dap.TransferAsync(0xF));
            Assert.Equal(0x20000104u, await dap.ReadApAsync(0, 4));
        }
    }

    [Fact]
    public async Task Reaches_four_words_without_moving_the_address()
    {
        await using var dap = await DapClient.ConnectAsync(DapClient.Blank("boron"));
        await dap.WriteApAsync(0, 4, 0x20000204);
        await dap.WriteApAsync(0, 0x1C, 0xCAFE);
        Assert.Equal(0xCAFEu, await dap.ReadAsync(0x2000020C));
    }

    [Fact]
    public async Task Refuses_addresses_that_are_not_there_or_not_aligned()
    {
        await using var dap = await DapClient.ConnectAsync(DapClient.Blank("boron"));
        Assert.False(await dap.TryReadAsync(0x60000000));
        Assert.False(await dap.TryReadAsync(0x20000001));
        Assert.True(await dap.TryReadAsync(0x20000000));
    }

    [Theory]
    [InlineData("boron", 0x410FC241u), InlineData("photon", 0x412FC230u)]
    public async Task Finds_the_core_and_its_components_by_the_ROM_table(string board, uint core)
    {
        await using var dap = await DapClient.ConnectAsync(DapClient.Blank(board));
        var table = await dap.ReadApAsync(0, 0xF8);
        Assert.Equal(0xE00FF003u, table);
        Assert.Equal(core, await dap.ReadAsync(0xE000ED00));
        var found = new List<uint>();
        for (uint at = table & ~3u; await dap.ReadAsync(at) is var entry and not 0; at += 4) found.Add((table & ~3u) + (entry & ~3u));
        Assert.Equal([0xE000E000u, 0xE0001000, 0xE0002000, 0xE0000000, 0xE0040000, 0xE0041000], found);
        foreach (var component in found) Assert.Equal(0xB105u, await dap.ReadAsync(component + 0xFFC) << 8 | await dap.ReadAsync(component + 0xFF8));
    }
}
