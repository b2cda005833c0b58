using Pogoline.Lab.Board;
using Pogoline.Tests.Lab.Probes;

namespace Pogoline.Tests.Lab.Swd;

/// <summary>The flash controller and the protection of the STM32F205.</summary>
public sealed class Stm32F205Tests
{
    const uint Key = 0x40023C04, OptionKey = 0x40023C08, Status = 0x40023C0C, Control = 0x40023C10, Option = 0x40023C14;
    const uint Program32 = 0x201, Locked = 0x80000000;

    [Fact]
    public async Task Is_unlocked_by_two_keys_in_order_and_barred_by_a_wrong_one_until_a_reset()
    {
        await using var dap = await DapClient.ConnectAsync(DapClient.Blank("photon"));
        Assert.Equal(Locked, await dap.ReadAsync(Control));
        await dap.WriteAsync(Control, Program32);
        Assert.Equal(Locked, await dap.ReadAsync(Control));
        await UnlockAsync(dap);
        Assert.Equal(0u, await dap.ReadAsync(Control));
        await dap.WriteAsync(Control, Locked);
        Assert.Equal(Locked, await dap.ReadAsync(Control));

        Assert.False(await dap.TryWriteAsync(Key, 0x12345678));
        Assert.False(await dap.TryWriteAsync(Key, 0x45670123));
        Assert.Equal(Locked, await dap.ReadAsync(Control));
        await dap.WriteAsync(0xE000ED0C, 0x05FA0004);
        await UnlockAsync(dap);
        Assert.Equal(0u, await dap.ReadAsync(Control));
    }

    [Fact]
    public async Task Programs_in_the_width_that_is_set_and_tells_what_is_wrong_in_the_status_register()
    {
        await using var dap = await DapClient.ConnectAsync(DapClient.Blank("photon"));
        await UnlockAsync(dap);
        await dap.WriteAsync(0x080A0000, 1);
        Assert.Equal(0x80u, await TakeErrorsAsync(dap));
        await dap.WriteAsync(Control, Program32);
        await dap.WriteAsync(0x080A0000, 0, 2);
        Assert.Equal(0x40u, await TakeErrorsAsync(dap));
        await dap.WriteAsync(0x08000000, 0);
        Assert.Equal(0x10u, await TakeErrorsAsync(dap));
        Assert.Equal(uint.MaxValue, await dap.ReadAsync(0x08000000));
        await dap.WriteAsync(0x080A0000, 0xFFFF00FF);
        await dap.WriteAsync(0x080A0000, 0x0FFFFFFF);
        Assert.Equal(0u, await TakeErrorsAsync(dap));
        Assert.Equal(0x0FFF00FFu, await dap.ReadAsync(0x080A0000));
    }

    [Fact]
    public async Task Does_nothing_while_an_error_stands()
    {
        await using var dap = await DapClient.ConnectAsync(DapClient.Blank("photon"));
        await UnlockAsync(dap);
        await dap.WriteAsync(0x080A0000, 1);
        await dap.WriteAsync(Control, Program32);
        await dap.WriteAsync(0x080A0000, 0);
        Assert.Equal(uint.MaxValue, await dap.ReadAsync(0x080A0000));
    }

    [Theory]
    [InlineData(5, 0x08020000u, 0x20000u), InlineData(4, 0x08010000u, 0x10000u), InlineData(3, 0x0800C000u, 0x4000u)]
    public async Task Erases_one_sector(uint sector, uint start, uint length)
    {
        await using var dap = await DapClient.ConnectAsync(DapClient.Blank("photon"));
        var flash = dap.Probe.Target.Board.Hardware.Flash;
        flash.Load(flash.Range.Start, new byte[flash.Range.Length]);
        await UnlockAsync(dap);
        await dap.WriteAsync(Control, 0x202 | sector << 3);
        await dap.WriteAsync(Control, 0x10202 | sector << 3);
        Assert.Equal(uint.MaxValue, await dap.ReadAsync(start));
        Assert.Equal(uint.MaxValue, await dap.ReadAsync(start + length - 4));
        Assert.Equal(0u, await dap.ReadAsync(start + length));
        Assert.Equal(length, flash.Cells.Count((byte)0xFF) is var n ? (uint)n : 0);
    }

    [Fact]
    public async Task Shows_and_erases_the_configuration_table_in_its_sector()
    {
        await using var dap = await DapClient.ConnectAsync(DapClient.Blank("photon"));
        var dct = dap.Probe.Target.Board.Hardware.Storage.Dct;
        dct.Write(100, [0x11, 0x22, 0x33, 0x44]);
        Assert.Equal(0x44332211u, await dap.ReadAsync(0x08004064));
        await UnlockAsync(dap);
        await dap.WriteAsync(Control, 0x1020A);
        Assert.Equal(uint.MaxValue, await dap.ReadAsync(0x08004064));
        await dap.WriteAsync(Control, Program32);
        await dap.WriteAsync(0x08004064, 0xAABBCCDD);
        Assert.Equal([0xDD, 0xCC, 0xBB, 0xAA], dct.Bytes[100..104].ToArray());
    }

    [Fact]
    public async Task Has_option_bytes_that_take_effect_when_they_are_started()
    {
        await using var dap = await DapClient.ConnectAsync(DapClient.Blank("photon"));
        Assert.Equal(0x0FFEAAEDu, await dap.ReadAsync(Option));
        await UnlockOptionsAsync(dap);
        foreach (var value in new uint[] { 0x0FFFAAEC, 0x0FFFAAEE, 0x0FFFAAED }) await dap.WriteAsync(Option, value);
        await UnlockAsync(dap);
        await dap.WriteAsync(Control, Program32);
        await dap.WriteAsync(0x08000000, 0x20020000);
        Assert.Equal(0u, await TakeErrorsAsync(dap));
        Assert.Equal(0x20020000u, await dap.ReadAsync(0x08000000));
        Assert.Equal(0xAAECu, await dap.ReadAsync(0x1FFFC000) & 0xFFFF);
    }

    [Fact]
    public async Task Keeps_probes_out_of_its_flash_at_level_1_and_loses_it_all_on_the_way_back()
    {
        var probe = DapClient.Blank("photon");
        probe.Target.Board.Hardware.Flash.Load(new(0x080A0000), new byte[16]);
        probe.Target.LoadOptionBytes(0x0FFF55EC);
        await using var dap = await DapClient.ConnectAsync(probe);
        Assert.False(await dap.TryReadAsync(0x080A0000));
        Assert.True(await dap.TryReadAsync(0x20000000));
        await UnlockOptionsAsync(dap);
        await dap.WriteAsync(Option, 0x0FFFAAEC);
        await dap.WriteAsync(Option, 0x0FFFAAEE);
        Assert.Equal(uint.MaxValue, await dap.ReadAsync(0x080A0000));
    }

    [Theory]
    [InlineData(0x202u, 1000.0), InlineData(0x002u, 2000.0)]
    public async Task Takes_the_time_of_the_data_sheet_for_the_width_that_is_set(uint control, double milliseconds)
    {
        var time = new VirtualTime();
        await using var dap = await DapClient.ConnectAsync(DapClient.Blank("photon", clock: new(LabTiming.Datasheet, time)));
        await UnlockAsync(dap);
        var before = time.Elapsed;
        await dap.WriteAsync(Control, 0x10000 | control | 5 << 3);
        while ((await dap.ReadAsync(Status) & 0x10000) != 0) Assert.InRange((time.Elapsed - before).TotalMilliseconds, 0, milliseconds + 20);
        Assert.InRange((time.Elapsed - before).TotalMilliseconds, milliseconds, milliseconds + 10);
    }

    [Fact]
    public async Task Has_the_identity_of_its_board()
    {
        await using var dap = await DapClient.ConnectAsync(DapClient.Blank("photon"));
        var id = new List<byte>();
        for (uint at = 0; at < 12; at += 4) id.AddRange(BitConverter.GetBytes(await dap.ReadAsync(0x1FFF7A10 + at)));
        Assert.Equal(dap.Probe.Target.Board.Hardware.DeviceId, Convert.ToHexStringLower([.. id]));
        Assert.Equal(1024u, await dap.ReadAsync(0x1FFF7A22, 2) >> 16);
        Assert.Equal(0x20036411u, await dap.ReadAsync(0xE0042000));
    }

    static async Task UnlockAsync(DapClient dap)
    {
        await dap.WriteAsync(Key, 0x45670123);
        await dap.WriteAsync(Key, 0xCDEF89AB);
    }

    static async Task UnlockOptionsAsync(DapClient dap)
    {
        await dap.WriteAsync(OptionKey, 0x08192A3B);
        await dap.WriteAsync(OptionKey, 0x4C5D6E7F);
    }

    static async Task<uint> TakeErrorsAsync(DapClient dap)
    {
        var errors = await dap.ReadAsync(Status) & 0xF2;
        await dap.WriteAsync(Status, 0xF3);
        return errors;
    }
}
