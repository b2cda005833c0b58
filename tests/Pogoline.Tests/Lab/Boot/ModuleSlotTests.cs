using Pogoline.Lab.Board;
using Pogoline.Lab.Boot;
using Pogoline.Programming;

namespace Pogoline.Tests.Lab.Boot;

/// <summary>Copies that the bootloader makes at the next start.</summary>
public class ModuleSlotTests
{
    static readonly FlashAddress Ota4M = new(0x289000);

    [Fact]
    public void A_pending_slot_is_copied_at_a_normal_start_and_costs_one_reset()
    {
        using var board = Boards.MakeRunning("boron", "2.2.0");
        var app = TestModule.UserPart(13, 0xD4000, 1, 20_000);
        Prepare(board, 1, app, 0xD4000);
        var resets = board.Resets;
        board.Reset();
        Assert.Equal(app, Read(board, 0xD4000, app.Length));
        Assert.Equal(DeviceMode.Normal, board.Mode);
        Assert.Equal(resets + 1, board.Resets);
        Assert.Equal(0xFFFF, ModuleSlot.Read(board.Hardware.Storage.Dct, 1).Magic);
        Assert.Equal((uint)app.Length, ModuleSlot.Read(board.Hardware.Storage.Dct, 1).Length); // only the magic goes
    }

    [Fact]
    public void On_the_way_into_dfu_mode_slots_stay_pending()
    {
        using var board = Boards.MakeRunning("boron", "2.2.0");
        var app = TestModule.UserPart(13, 0xD4000, 1, 20_000);
        Prepare(board, 2, app, 0xD4000);
        board.RequestDfu();
        Assert.Equal(DeviceMode.Dfu, board.Mode);
        Assert.True(ModuleSlot.Read(board.Hardware.Storage.Dct, 2).IsPending);
        board.Reset();
        Assert.Equal(app, Read(board, 0xD4000, app.Length));
    }

    public static TheoryData<string, Func<ModuleSlot, ModuleSlot>> BadSlots => new()
    {
        { "destination is not the start", slot => slot with { Destination = new(0xD5000) } },
        { "another function", slot => slot with { Function = ModuleFunction.SystemPart } },
        { "too short", slot => slot with { Length = slot.Length - 1 } },
        { "CRC", slot => slot with { Source = slot.Source + 4096, Flags = ModuleSlot.VerifyCrc } },
        { "source outside the chip", slot => slot with { Source = new(0x3FF000) } },
        { "destination outside the chip", slot => slot with { Destination = new(0xFF000), Flags = 0 } },
        { "over the bootloader", slot => slot with { Destination = new(0xF4000), Flags = 0 } },
        { "over the MBR", slot => slot with { Destination = new(0), Flags = 0 } },
        { "no such device", slot => slot with { SourceDevice = 3 } },
        { "no length", slot => slot with { Length = 0 } },
    };

    [Theory]
    [MemberData(nameof(BadSlots))]
    public void A_slot_that_fails_a_test_is_dropped_without_touching_the_flash(string why, Func<ModuleSlot, ModuleSlot> spoil)
    {
        Assert.NotEmpty(why);
        using var board = Boards.MakeRunning("boron", "2.2.0");
        Prepare(board, 1, TestModule.UserPart(13, 0xD4000, 1, 20_000), 0xD4000);
        spoil(ModuleSlot.Read(board.Hardware.Storage.Dct, 1)).Write(board.Hardware.Storage.Dct, 1);
        var before = board.Hardware.Flash.Cells.ToArray();
        board.Reset();
        Assert.Equal(before, board.Hardware.Flash.Cells.ToArray());
        Assert.False(ModuleSlot.Read(board.Hardware.Storage.Dct, 1).IsPending);
    }

    [Fact]
    public void A_slot_of_another_platform_is_dropped()
    {
        using var board = Boards.MakeRunning("boron", "2.2.0");
        Prepare(board, 1, TestModule.UserPart(12, 0xD4000, 1, 20_000), 0xD4000);
        var before = board.Hardware.Flash.Cells.ToArray();
        board.Reset();
        Assert.Equal(before, board.Hardware.Flash.Cells.ToArray());
    }

    [Fact]
    public void The_header_of_a_softdevice_is_dropped_also_when_only_the_header_says_so()
    {
        using var board = Boards.MakeRunning("boron", "1.5.2");
        var file = Boards.File("boron", "1.5.2", "softdevice");
        board.Erase(0x1000, 0x2E000);
        Prepare(board, 1, file, 0x1000, ModuleFunction.RadioStack);
        board.Reset();
        Assert.Equal(file[24..], Read(board, 0x1000, file.Length - 24));
        Assert.Equal(DeviceMode.Normal, board.Mode);
    }

    [Fact]
    public void A_compressed_system_part_is_inflated()
    {
        using var board = Boards.MakeRunning("boron", "2.2.0");
        var file = Boards.File("boron", "4.0.2", "system-part1");
        var compressed = TestModule.Compressed(file, 0x200);
        Prepare(board, 1, compressed, 0x30000, ModuleFunction.SystemPart, ModuleSlot.Compressed);
        board.Program(0xF4000, Boards.File("boron", "4.0.2", "bootloader"));
        board.Reset();
        Assert.Equal(file, Read(board, 0x30000, file.Length));
        Assert.Equal(DeviceMode.Normal, board.Mode);
    }

    [Fact]
    public void A_compressed_stream_that_breaks_off_leaves_a_board_in_dfu_mode()
    {
        using var board = Boards.MakeRunning("boron", "2.2.0");
        var compressed = TestModule.Compressed(Boards.File("boron", "4.0.2", "system-part1"), 0x200);
        Prepare(board, 1, TestModule.Changed(compressed, 0, 150_000, new byte[5000]), 0x30000, ModuleFunction.SystemPart, ModuleSlot.Compressed);
        board.Reset();
        Assert.Equal(DeviceMode.Dfu, board.Mode);
    }

    [Fact]
    public void A_large_user_part_takes_the_small_position_out()
    {
        using var board = Boards.MakeRunning("boron", "4.0.2");
        Prepare(board, 1, TestModule.UserPart(13, 0xB4000, 2, 60_000), 0xB4000);
        board.Reset();
        Assert.False(board.Hardware.Flash.Read(new(0xD4000), 4096).ContainsAnyExcept((byte)0xFF));
        Assert.Equal(DeviceMode.Normal, board.Mode);
    }

    [Fact]
    public void The_first_bootloaders_of_B523_do_not_reach_the_upper_half_of_the_external_flash()
    {
        using var board = Boards.MakeRunning("b5som", "1.5.2");
        var app = TestModule.UserPart(25, 0xD4000, 1, 20_000);
        board.Hardware.Storage.External!.Program(new(0x689000), app);
        var slot = new ModuleSlot(ModuleSlot.Pending, 2, 1, new(0x689000), new(0xD4000), (uint)app.Length, 0x0E, ModuleFunction.UserPart);
        slot.Write(board.Hardware.Storage.Dct, 1);
        board.Reset();
        Assert.NotEqual(app, Read(board, 0xD4000, app.Length));
        Assert.False(ModuleSlot.Read(board.Hardware.Storage.Dct, 1).IsPending);
    }

    [Fact]
    public void A_photon_with_damaged_system_parts_cannot_read_its_slots()
    {
        using var board = Boards.MakeRunning("photon", "2.2.0");
        var part1 = Boards.File("photon", "2.2.0", "system-part1");
        board.Program(0x080C0000, part1);
        new ModuleSlot(ModuleSlot.Pending, 1, 1, new(0x080C0000), new(0x08020000), (uint)part1.Length, 0x0E, ModuleFunction.SystemPart)
            .Write(board.Hardware.Storage.Dct, 1);
        board.Erase(0x08020000);
        board.Reset();
        Assert.Equal(DeviceMode.Dfu, board.Mode);
        Assert.True(ModuleSlot.Read(board.Hardware.Storage.Dct, 1).IsPending);
    }

    [Fact]
    public async Task A_power_cut_at_any_moment_of_the_copy_leaves_a_board_that_repeats_it()
    {
        var app = TestModule.UserPart(13, 0xD4000, 1, 30_000);
        for (var cutAfter = 0; cutAfter < 22; cutAfter++)
        {
            var time = new VirtualTime();
            var clock = new LabClock(LabTiming.Datasheet, time);
            await using var unit = new VirtualUnit(Boards.MakeRunning("boron", "2.2.0", clock), clock, "lab");
            Assert.True(await unit.WaitForAsync(UnitPresence.System, TimeSpan.FromSeconds(5), default));
            var board = unit.Board;
            Prepare(board, 1, app, 0xD4000);
            board.Reset();
            for (var i = 0; i < cutAfter; i++) time.AdvanceToNextTimer(TimeSpan.MaxValue);
            board.CutPower();
            Assert.Equal(UnitPresence.Absent, board.Presence);
            var isCut = !Read(board, 0xD4000, app.Length).SequenceEqual(app);
            Assert.True(!isCut || ModuleSlot.Read(board.Hardware.Storage.Dct, 1).IsPending);
            board.PowerOn();
            Assert.True(await unit.WaitForAsync(UnitPresence.System, TimeSpan.FromSeconds(10), default));
            Assert.Equal(app, Read(board, 0xD4000, app.Length));
            Assert.Equal(DeviceMode.Normal, board.Mode);
        }
    }

    internal static void Prepare(
        VirtualBoard board, int index, byte[] image, uint destination, ModuleFunction function = ModuleFunction.UserPart, byte moreFlags = 0)
    {
        var external = board.Hardware.Storage.External!;
        external.Erase(AddressRange.Of(Ota4M, (uint)image.Length));
        external.Program(Ota4M, image);
        new ModuleSlot(ModuleSlot.Pending, 2, 1, Ota4M, new(destination), (uint)image.Length, (byte)(0x0E | moreFlags), function)
            .Write(board.Hardware.Storage.Dct, index);
    }

    static byte[] Read(VirtualBoard board, uint address, int length) => board.Hardware.Flash.Read(new(address), length).ToArray();
}
