using Pogoline.Lab.Board;
using Pogoline.Lab.Boot;
using Pogoline.Programming;

namespace Pogoline.Tests.Lab.Boot;

/// <summary>An image in the OTA area and the flag in the DCT: the way by which DFU updates what DFU cannot write.</summary>
public class OtaFlagTests
{
    public static TheoryData<string, string, string> BootloaderUpdates
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            foreach (var name in Boards.Names)
            {
                foreach (var from in Boards.Releases(name))
                {
                    foreach (var to in Boards.Releases(name))
                    {
                        if (from != to && (name, to) != ("electron", "1.5.2")) data.Add(name, from, to);
                    }
                }
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(BootloaderUpdates))]
    public void The_bootloader_of_any_release_gets_in_its_place(string name, string from, string to)
    {
        using var board = Boards.MakeRunning(name, from);
        var user = UserArea(board);
        var image = Boards.File(name, to, "bootloader");
        board.PrepareOtaFlag(image);
        board.Reset();
        Assert.Equal(UpdateCode.Accepted, board.LastOtaUpdate);
        Assert.Equal(image, Bootloader(board, image.Length));
        // A B523 bootloader from before 2.0.0 cannot read the place where the newer one put the user part.
        if ((name, to) != ("b5som", "1.5.2")) Assert.Equal(user, UserArea(board));
        Assert.Equal(0xFF, board.Hardware.Storage.Dct.Bytes[1753]);
        Assert.NotEqual(UnitPresence.Absent, board.Presence);
    }

    [Fact]
    public void Going_back_a_B523_loses_its_user_part_because_the_old_bootloader_does_not_reach_the_copy()
    {
        using var board = Boards.MakeRunning("b5som", "2.2.0");
        board.PrepareOtaFlag(Boards.File("b5som", "1.5.2", "bootloader"));
        board.Reset();
        Assert.Equal((ushort)502, board.Hardware.BootloaderVersion);
        Assert.True(board.IsSafeMode);
    }

    [Theory]
    [InlineData("boron", "2.2.0", 3)] // this one, flag applied, MBR's copy
    [InlineData("boron", "1.5.2", 2)] // written directly by the running system
    [InlineData("photon", "2.2.0", 2)]
    public void The_number_of_resets_is_that_of_the_way_it_takes(string name, string os, int resets)
    {
        using var board = Boards.MakeRunning(name, os);
        board.PrepareOtaFlag(Boards.File(name, os, "bootloader"));
        var before = board.Resets;
        board.Reset();
        Assert.Equal(resets, board.Resets - before);
    }

    [Theory]
    [InlineData("photon", "system-part1", 0x08020000)]
    [InlineData("electron", "system-part1", 0x08060000)]
    [InlineData("boron", "system-part1", 0x30000)]
    public void A_system_part_goes_through_a_slot(string name, string part, uint address)
    {
        using var board = Boards.MakeRunning(name, "2.2.0");
        var image = Boards.File(name, "2.2.0", part);
        board.PrepareOtaFlag(image);
        board.Reset();
        Assert.Equal(UpdateCode.Accepted, board.LastOtaUpdate);
        Assert.Equal(image, board.Hardware.Flash.Read(new(address), image.Length).ToArray());
        Assert.Equal(DeviceMode.Normal, board.Mode);
    }

    [Fact]
    public void A_softdevice_goes_through_a_slot_without_its_header()
    {
        using var board = Boards.MakeRunning("boron", "2.2.0");
        var image = Boards.File("boron", "2.2.0", "softdevice");
        board.PrepareOtaFlag(image);
        var erases = board.Hardware.Flash.Erases;
        board.Reset();
        Assert.Equal(UpdateCode.Accepted, board.LastOtaUpdate);
        Assert.True(board.Hardware.Flash.Erases > erases);
        Assert.Equal(image[24..], board.Hardware.Flash.Read(new(0x1000), image.Length - 24).ToArray());
        Assert.Equal(DeviceMode.Normal, board.Mode);
    }

    [Fact]
    public void The_flag_is_gone_after_one_attempt_and_a_bad_image_changes_nothing()
    {
        using var board = Boards.MakeRunning("boron", "2.2.0");
        var image = Boards.File("boron", "4.0.2", "bootloader");
        image[3000] ^= 1;
        board.PrepareOtaFlag(image);
        var before = board.Hardware.Flash.Cells.ToArray();
        var resets = board.Resets;
        board.Reset();
        Assert.Equal(UpdateCode.Integrity, board.LastOtaUpdate);
        Assert.Equal(before, board.Hardware.Flash.Cells.ToArray());
        Assert.Equal(0xFF, board.Hardware.Storage.Dct.Bytes[1753]);
        Assert.Equal(resets + 1, board.Resets);
        Assert.Equal(DeviceMode.Normal, board.Mode);
    }

    [Theory]
    [InlineData("boron", "2.2.0", "boron", "4.0.2", "system-part1", UpdateCode.Dependency)]
    [InlineData("boron", "4.0.2", "boron", "1.5.2", "system-part1", UpdateCode.ModuleNotFound)]
    [InlineData("boron", "2.2.0", "argon", "2.2.0", "bootloader", UpdateCode.Platform)]
    [InlineData("photon", "1.5.2", "photon", "2.2.0", "system-part2", UpdateCode.Dependency)]
    [InlineData("photon", "1.5.2", "photon", "2.2.0", "system-part1", UpdateCode.Accepted)]
    [InlineData("tracker", "2.2.0", "tracker", "4.0.2", "system-part1", UpdateCode.Dependency)]
    public void The_running_system_judges_the_image(string name, string os, string of, string release, string module, UpdateCode verdict)
    {
        using var board = Boards.MakeRunning(name, os);
        board.PrepareOtaFlag(Boards.File(of, release, module));
        board.Reset();
        Assert.Equal(verdict, board.LastOtaUpdate);
    }

    [Fact]
    public void An_argon_system_part_is_accepted_with_an_old_bootloader_and_then_is_in_safe_mode()
    {
        using var board = Boards.MakeRunning("argon", "2.2.0");
        board.PrepareOtaFlag(Boards.File("argon", "4.0.2", "system-part1"));
        board.Reset();
        Assert.Equal(UpdateCode.Accepted, board.LastOtaUpdate);
        Assert.True(board.IsSafeMode);
    }

    [Fact]
    public void Co_processor_firmware_is_applied_by_the_system_where_it_can_be_updated()
    {
        var ncp = TestModule.Changed(TestModule.UserPart(26, 0, 0, 40_000, version: 9), 0, 14, 7, 0, 0, 0, 0, 0);
        using var tracker = Boards.MakeRunning("tracker", "4.0.2");
        tracker.PrepareOtaFlag(TestModule.Changed(ncp, 0, 8, 0x21));
        tracker.Reset();
        Assert.Equal(UpdateCode.Accepted, tracker.LastOtaUpdate);
        Assert.Equal(9, tracker.Hardware.NcpVersion);

        tracker.PrepareOtaFlag(ncp); // for no co-processor
        tracker.Reset();
        Assert.Equal(UpdateCode.Platform, tracker.LastOtaUpdate);

        using var older = Boards.MakeRunning("tracker", "2.2.0");
        older.PrepareOtaFlag(ncp);
        older.Reset();
        Assert.Equal(UpdateCode.ModuleNotFound, older.LastOtaUpdate);
    }

    [Fact]
    public void Joined_modules_are_taken_together_from_2_0_0_on()
    {
        var system = Boards.File("boron", "2.2.0", "system-part1");
        var app = TestModule.UserPart(13, 0xD4000, 1, 9000);
        byte[] joined = [.. TestModule.Changed(app, 0, 9, 0x04), .. system];
        using var board = Boards.MakeRunning("boron", "2.2.0");
        board.PrepareOtaFlag(joined);
        board.Reset();
        Assert.Equal(UpdateCode.Accepted, board.LastOtaUpdate);
        Assert.Equal(joined[..app.Length], board.Hardware.Flash.Read(new(0xD4000), app.Length).ToArray());
        Assert.Equal(system, board.Hardware.Flash.Read(new(0x30000), system.Length).ToArray());
        Assert.Equal(DeviceMode.Normal, board.Mode);
    }

    [Fact]
    public void Flags_in_a_header_behind_a_vector_table_are_refused()
    {
        using var board = Boards.MakeRunning("boron", "2.2.0");
        board.PrepareOtaFlag(TestModule.Changed(Boards.File("boron", "2.2.0", "system-part1"), 0x200, 9, 0x01));
        board.Reset();
        Assert.Equal(UpdateCode.Format, board.LastOtaUpdate);
        board.PrepareOtaFlag(TestModule.Compressed(Boards.File("boron", "2.2.0", "bootloader"), 0x200));
        board.Reset();
        Assert.Equal(UpdateCode.NotSupported, board.LastOtaUpdate);
    }

    [Fact]
    public void Without_a_free_slot_an_update_is_refused()
    {
        using var board = Boards.MakeRunning("boron", "2.2.0");
        board.PrepareOtaFlag(Boards.File("boron", "2.2.0", "system-part1"));
        for (var slot = 1; slot < ModuleSlot.Count; slot++) Pending.Write(board.Hardware.Storage.Dct, slot);
        var map = Boards.MapOf(board);
        var modules = new FlashModules(board.Hardware, 2202);
        var memory = board.Hardware.MemoryOf(map.UpdateDevice)!;
        var image = UpdateImage.Read(memory.Read(map.Ota, (int)map.OtaLength), 3, followsCombined: true);
        Assert.Equal(UpdateCode.NoSlot, new UpdateValidator(13, 3, map, modules).Judge(image, freeSlots: 0));
        Assert.Equal(UpdateCode.NoSlotGen2, new UpdateValidator(13, 2, map, modules).Judge(image, freeSlots: 0));
    }

    [Fact]
    public async Task A_power_cut_at_any_moment_of_the_MBR_way_keeps_the_user_part_and_a_bootloader()
    {
        var newer = Boards.File("boron", "4.0.2", "bootloader");
        var (survived, gone) = (0, 0);
        for (var cutAfter = 0; ; cutAfter++)
        {
            var time = new VirtualTime();
            var clock = new LabClock(LabTiming.Datasheet, time);
            await using var unit = new VirtualUnit(Boards.MakeRunning("boron", "2.2.0", clock), clock, "lab");
            var board = unit.Board;
            Assert.True(await unit.WaitForAsync(UnitPresence.System, TimeSpan.FromSeconds(5), default));
            var user = UserArea(board);
            var old = Bootloader(board, 49152);
            board.PrepareOtaFlag(newer);
            board.Reset();
            for (var i = 0; i < cutAfter; i++) time.AdvanceToNextTimer(TimeSpan.MaxValue);
            var finished = time.UntilNextTimer is null;
            bool IsWhole() => Bootloader(board, 49152).SequenceEqual(old) || Bootloader(board, newer.Length).SequenceEqual(newer);
            // For one stretch the bootloader is neither the old nor the new one: the MBR goes on with it.
            if (!IsWhole()) gone++;
            board.CutPower();
            board.PowerOn();
            Assert.True(await unit.WaitForAsync(UnitPresence.System, TimeSpan.FromSeconds(60), default));
            while (time.AdvanceToNextTimer(TimeSpan.FromSeconds(10))) { }
            Assert.Equal((true, DeviceMode.Normal), (IsWhole(), board.Mode));
            Assert.Equal(user, UserArea(board));
            survived++;
            if (finished) break;
        }
        Assert.InRange(survived, 80, 300);
        Assert.InRange(gone, 10, 50);
    }

    static readonly ModuleSlot Pending = new(ModuleSlot.Pending, 2, 1, default, default, 0, 0, ModuleFunction.None);

    static byte[] Bootloader(VirtualBoard board, int length) => board.Hardware.Flash.Read(board.Hardware.BootloaderStart, length).ToArray();

    static byte[] UserArea(VirtualBoard board) => board.Hardware.Flash.Read(Boards.MapOf(board).User, 131072).ToArray();
}
