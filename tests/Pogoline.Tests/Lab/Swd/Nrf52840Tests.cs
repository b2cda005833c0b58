using Pogoline.Lab.Board;
using Pogoline.Tests.Lab.Probes;

namespace Pogoline.Tests.Lab.Swd;

/// <summary>The flash controller and the protection of the nRF52840.</summary>
public sealed class Nrf52840Tests
{
    const uint Ready = 0x4001E400, Config = 0x4001E504, ErasePage = 0x4001E508, EraseAll = 0x4001E50C, EraseUicr = 0x4001E514, Uicr = 0x10001000;

    [Fact]
    public async Task Programs_words_only_where_CONFIG_allows_it_and_clears_bits_only()
    {
        await using var dap = await DapClient.ConnectAsync(DapClient.Blank("boron"));
        Assert.False(await dap.TryWriteAsync(0xD4000, 0x12345678));
        await dap.WriteAsync(Config, 1);
        await dap.WriteAsync(0xD4000, 0xFFFF00FF);
        await dap.WriteAsync(0xD4000, 0x0FFFFFFF);
        Assert.False(await dap.TryWriteAsync(0xD4004, 0, 2));
        Assert.False(await dap.TryWriteAsync(0xD4004, 0, 1));
        await dap.WriteAsync(Config, 0);
        Assert.Equal(0x0FFF00FFu, await dap.ReadAsync(0xD4000));
        Assert.Equal([0xFF, 0, 0xFF, 0x0F], dap.Probe.Target.Board.Hardware.Flash.Cells[0xD4000..0xD4004].ToArray());
    }

    [Fact]
    public async Task Erases_a_page_when_CONFIG_allows_it()
    {
        await using var dap = await DapClient.ConnectAsync(DapClient.Blank("boron"));
        dap.Probe.Target.Board.Hardware.Flash.Load(new(0xD4000), new byte[8192]);
        await dap.WriteAsync(ErasePage, 0xD4000);
        Assert.Equal(0u, await dap.ReadAsync(0xD4000));
        await dap.WriteAsync(Config, 2);
        await dap.WriteAsync(ErasePage, 0xD4000);
        Assert.Equal(uint.MaxValue, await dap.ReadAsync(0xD4FFC));
        Assert.Equal(0u, await dap.ReadAsync(0xD5000));
    }

    [Fact]
    public async Task Erases_the_UICR_by_its_own_register_and_with_everything_else_but_not_as_a_page()
    {
        await using var dap = await DapClient.ConnectAsync(DapClient.Blank("boron"));
        foreach (var (register, value, isErased) in new[] { (ErasePage, Uicr, false), (EraseUicr, 1u, true), (EraseAll, 1u, true) })
        {
            await dap.WriteAsync(Config, 1);
            await dap.WriteAsync(Uicr + 0x14, 0xF4000);
            await dap.WriteAsync(Config, 2);
            await dap.WriteAsync(register, value);
            Assert.Equal(isErased ? uint.MaxValue : 0xF4000, await dap.ReadAsync(Uicr + 0x14));
        }
    }

    [Fact]
    public async Task Has_the_identity_of_its_board()
    {
        await using var dap = await DapClient.ConnectAsync(DapClient.Blank("boron"));
        byte[] id = [.. BitConverter.GetBytes(await dap.ReadAsync(0x10000060)), .. BitConverter.GetBytes(await dap.ReadAsync(0x10000064))];
        Assert.Equal(dap.Probe.Target.Board.Hardware.DeviceId, $"e00fce68{Convert.ToHexStringLower(id)}");
        Assert.Equal(0x00052840u, await dap.ReadAsync(0x10000100));
        Assert.Equal(0x41414330u, await dap.ReadAsync(0x10000104));
    }

    [Fact]
    public async Task Takes_the_time_of_the_data_sheet()
    {
        var time = new VirtualTime();
        await using var dap = await DapClient.ConnectAsync(DapClient.Blank("boron", clock: new(LabTiming.Datasheet, time)));
        await dap.CommandAsync(0x11, 0x00, 0x09, 0x3D, 0x00);
        await dap.WriteAsync(Config, 2);
        var before = time.Elapsed;
        await dap.WriteAsync(ErasePage, 0xD4000);
        Assert.Equal(0u, await dap.ReadAsync(Ready));
        while (await dap.ReadAsync(Ready) != 1) Assert.InRange((time.Elapsed - before).TotalMilliseconds, 0, 100);
        Assert.InRange((time.Elapsed - before).TotalMilliseconds, 85, 90);

        await dap.WriteAsync(Config, 1);
        await dap.WriteApAsync(0, 0, 0xA2000012);
        await dap.WriteApAsync(0, 4, 0xD4000);
        before = time.Elapsed;
        for (var i = 0; i < 100; i++) Assert.Equal(1, (await dap.CommandAsync([6, 0, 10, 0, 0xD, .. new byte[40]]))[3]);
        Assert.InRange((time.Elapsed - before).TotalMilliseconds, 41, 52);
    }

    [Fact]
    public async Task Never_gets_ready_when_it_is_broken()
    {
        await using var dap = await DapClient.ConnectAsync(DapClient.Blank("boron"));
        dap.Probe.Target.IsStuck = true;
        Assert.Equal(0u, await dap.ReadAsync(Ready));
    }

    [Theory]
    [InlineData("AAC0", 0xFFFFFF00u, true), InlineData("AAC0", uint.MaxValue, false), InlineData("AAF0", uint.MaxValue, true), InlineData("AAF0", 0xFFFFFF5Au, false)]
    public async Task Closes_its_memory_at_the_next_reset_as_the_word_in_the_UICR_says(string variant, uint word, bool isLocked)
    {
        var probe = DapClient.Blank("boron", options: new() { Variant = variant });
        await using var dap = await DapClient.ConnectAsync(probe);
        probe.Target.Board.Hardware.ProgramUicr(0x208, word);
        probe.Target.BrownOut();
        await dap.ResetLineAsync();
        await dap.ReadDpAsync(0);
        await dap.WriteDpAsync(4, 0x50000000);
        Assert.Equal(isLocked ? 0 : 0x24770011u, await dap.ReadApAsync(0, 0xFC));
        Assert.Equal(0x02880000u, await dap.ReadApAsync(1, 0xFC));
        Assert.Equal(isLocked ? 0u : 1, await dap.ReadApAsync(1, 0x0C));
    }

    [Fact]
    public async Task Is_opened_by_erasing_everything_through_the_control_access_port()
    {
        var probe = DapClient.Blank("boron");
        probe.Target.Board.Hardware.ProgramUicr(0x208, 0xFFFFFF00);
        probe.Target.Board.Hardware.Flash.Load(new(0), new byte[64]);
        probe.Target.BrownOut();
        await using var dap = await DapClient.ConnectAsync(probe);
        Assert.Equal(0u, await dap.ReadApAsync(1, 0x0C));
        await dap.WriteApAsync(1, 4, 1);
        Assert.Equal(0u, await dap.ReadApAsync(1, 8));
        await dap.WriteApAsync(1, 0, 1);
        await dap.WriteApAsync(1, 0, 0);
        await dap.WriteApAsync(1, 4, 0);
        Assert.Equal(1u, await dap.ReadApAsync(1, 0x0C));
        Assert.Equal(uint.MaxValue, await dap.ReadAsync(0));
    }

    [Fact]
    public async Task Does_not_answer_while_its_reset_pin_is_held_if_the_UICR_makes_it_one()
    {
        var probe = DapClient.Blank("boron");
        await using var dap = await DapClient.ConnectAsync(probe);
        await dap.CommandAsync(0x10, 0, 0x80, 0, 0, 0, 0);
        Assert.Equal(1, (await dap.TransferAsync(2)).Ack);
        await dap.CommandAsync(0x10, 0x80, 0x80, 0, 0, 0, 0);
        probe.Target.Board.Hardware.ProgramUicr(0x200, 0x12);
        probe.Target.Board.Hardware.ProgramUicr(0x204, 0x12);
        await dap.CommandAsync(0x10, 0, 0x80, 0, 0, 0, 0);
        await dap.ResetLineAsync();
        Assert.Equal(7, (await dap.TransferAsync(2)).Ack);
        await dap.CommandAsync(0x10, 0x80, 0x80, 0, 0, 0, 0);
        await dap.ResetLineAsync();
        Assert.Equal(1, (await dap.TransferAsync(2)).Ack);
    }
}
