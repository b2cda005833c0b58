using Pogoline.Lab.Board;
using Pogoline.Lab.Boot;
using Pogoline.Programming;

namespace Pogoline.Tests.Lab.Boot;

/// <summary>What a board comes up as, by what is in its flash.</summary>
public class SituationTests
{
    const uint Gen2Part1 = 0x08020000, Gen3System = 0x30000;

    [Theory]
    [InlineData("photon")]
    [InlineData("p1")]
    [InlineData("electron")]
    public void Gen_2_without_its_first_system_part_is_in_dfu_mode(string name)
    {
        using var board = Boards.MakeRunning(name, "2.2.0");
        board.Erase(Gen2Part1);
        board.Reset();
        Assert.Equal(DeviceMode.Dfu, board.Mode);
    }

    [Fact]
    public void Gen_2_without_a_system_but_with_a_factory_image_never_reaches_the_bus_and_restores_the_user_part()
    {
        using var board = Boards.MakeRunning("photon", "2.2.0");
        var app = TestModule.UserPart(6, 0x080A0000, 1, 5000, systemIndex: 2);
        board.Program(0x080E0000, app);
        board.Erase(Gen2Part1);
        board.Reset();
        Assert.Equal(UnitPresence.Absent, board.Presence);
        Assert.Equal(app, board.Hardware.Flash.Read(new(0x080A0000), app.Length).ToArray());
    }

    [Theory]
    [InlineData("photon", 0x08060000)]
    [InlineData("electron", 0x08060000)]
    [InlineData("electron", 0x08040000)]
    public async Task Gen_2_that_crashes_after_dfu_is_back_in_dfu_mode_by_the_third_watchdog_reset(string name, uint part)
    {
        var time = new VirtualTime();
        var clock = new LabClock(LabTiming.Datasheet, time);
        await using var unit = new VirtualUnit(Boards.MakeRunning(name, "2.2.0", clock), clock, "lab");
        Assert.True(await unit.WaitForAsync(UnitPresence.System, TimeSpan.FromSeconds(5), default));
        unit.Board.Erase(part);
        unit.Board.Hardware.Retained.Watchdog = RetainedState.WatchdogEnabled;
        unit.Board.Hardware.Retained.BootRequest = RetainedState.RequestNone;
        var started = time.Elapsed;
        unit.Board.Reset();
        Assert.True(await unit.WaitForAsync(UnitPresence.Dfu, TimeSpan.FromSeconds(60), default));
        Assert.InRange((time.Elapsed - started).TotalSeconds, 15, 25);
    }

    [Fact]
    public void Gen_2_that_crashes_without_the_watchdog_stays_off_the_bus()
    {
        using var board = Boards.MakeRunning("photon", "2.2.0");
        board.Erase(0x08060000);
        board.Reset();
        Assert.Equal(UnitPresence.Absent, board.Presence);
        board.Reset(modeButtonHeld: TimeSpan.FromSeconds(4));
        Assert.Equal(UnitPresence.Dfu, board.Presence);
    }

    [Theory]
    [InlineData("boron", true)]
    [InlineData("tracker", false)]
    public void Gen_3_with_a_missing_or_damaged_system_part_is_in_dfu_mode(string name, bool blank)
    {
        using var board = Boards.MakeRunning(name, "2.2.0");
        if (blank) board.Erase(Gen3System, 0x84000);
        else board.Hardware.Flash.Program(new(Gen3System + 0x4000), [0]);
        board.Reset();
        Assert.Equal(DeviceMode.Dfu, board.Mode);
    }

    [Theory]
    [InlineData(0x1000)] // SoftDevice
    [InlineData(0x0000)] // MBR
    [InlineData(0xF4000)] // bootloader
    public void Gen_3_without_softdevice_mbr_or_bootloader_stays_off_the_bus(uint page)
    {
        using var board = Boards.MakeRunning("boron", "2.2.0");
        board.Erase(page);
        board.Reset();
        Assert.Equal(UnitPresence.Absent, board.Presence);
    }

    [Theory]
    [InlineData("photon")]
    [InlineData("p1")]
    [InlineData("boron")]
    [InlineData("b5som")]
    public void A_bootloader_too_old_for_the_system_gives_safe_mode_and_an_unmet_dependency(string name)
    {
        using var board = Boards.MakeRunning(name, "2.2.0");
        board.Program(board.Hardware.BootloaderStart.Value, Boards.File(name, "1.5.2", "bootloader"));
        board.Reset();
        Assert.Equal(DeviceMode.Safe, board.Mode);
        var part = board.ReadInventory()!.Single(e => e.Header.Dependencies.Any(d => d.Module.Function == ModuleFunction.Bootloader));
        Assert.True(part.IntegrityOk);
        Assert.False(part.DependenciesOk);
    }

    [Fact]
    public void An_Electron_with_an_old_bootloader_runs_and_puts_the_embedded_one_in_its_place()
    {
        using var old = Boards.MakeRunning("electron", "1.5.2");
        var bootloader = old.Hardware.Flash.Read(new(0x08000000), 16384).ToArray();
        using var board = Boards.MakeRunning("electron", "2.2.0");
        board.Program(0x08000000, bootloader);
        Assert.Equal((ushort)400, board.Hardware.BootloaderVersion);
        var resets = board.Resets;
        board.Reset();
        Assert.Equal(DeviceMode.Normal, board.Mode);
        Assert.Equal((ushort)1004, board.Hardware.BootloaderVersion);
        Assert.Equal(resets + 1, board.Resets);
    }

    [Fact]
    public void An_Electron_never_puts_an_older_bootloader_in_place()
    {
        using var board = Boards.MakeRunning("electron", "2.2.0");
        Assert.Equal((ushort)1006, board.Hardware.BootloaderVersion);
    }

    public static TheoryData<string> AllBoards => new(Boards.Names);

    [Theory]
    [MemberData(nameof(AllBoards))]
    public void Without_a_user_part_a_board_is_in_safe_mode(string name)
    {
        using var board = Boards.MakeRunning(name, "2.2.0");
        Assert.Equal(DeviceMode.Normal, board.Mode);
        board.Erase(Boards.MapOf(board).User.Value);
        board.Reset();
        Assert.Equal(DeviceMode.Safe, board.Mode);
        Assert.DoesNotContain(board.ReadInventory()!, e => e.Header.Module.Function == ModuleFunction.UserPart);
    }

    [Theory]
    [MemberData(nameof(AllBoards))]
    public void A_damaged_user_part_gives_safe_mode_and_is_listed_without_integrity(string name)
    {
        using var board = Boards.MakeRunning(name, "2.2.0");
        board.Hardware.Flash.Program(Boards.MapOf(board).User + 0x400, [0, 0, 0, 0]);
        board.Reset();
        Assert.Equal(DeviceMode.Safe, board.Mode);
        Assert.False(board.ReadInventory()!.Single(e => e.Header.Module.Function == ModuleFunction.UserPart).IntegrityOk);
    }

    [Theory]
    [InlineData("boron", 1)]
    [InlineData("photon", 2)]
    public void A_user_part_that_needs_a_newer_system_gives_safe_mode(string name, byte systemPart)
    {
        using var board = Boards.MakeRunning(name, "2.2.0");
        var user = Boards.MapOf(board).User.Value;
        board.Program(user, TestModule.UserPart(board.Hardware.Platform.Id, user, 1, 4000, systemVersion: 2203, systemIndex: systemPart));
        board.Reset();
        Assert.Equal(DeviceMode.Safe, board.Mode);
        board.Program(user, TestModule.UserPart(board.Hardware.Platform.Id, user, 1, 4000, systemVersion: 2202, systemIndex: systemPart));
        board.Reset();
        Assert.Equal(DeviceMode.Normal, board.Mode);
    }

    [Theory]
    [InlineData("photon", "2.2.0")]
    [InlineData("electron", "2.2.0")]
    [InlineData("boron", "1.5.2")]
    public void A_foreign_user_part_is_replaced_by_the_factory_image(string name, string os)
    {
        using var board = Boards.MakeRunning(name, os);
        var map = Boards.MapOf(board);
        var factory = TestModule.UserPart(board.Hardware.Platform.Id, map.User.Value, 1, 6000, systemIndex: (byte)(Boards.IsGen2(name) ? 2 : 1));
        var memory = board.Hardware.MemoryOf(map.UpdateDevice)!;
        memory.Erase(AddressRange.Of(map.Factory, map.FactoryLength));
        memory.Program(map.Factory, factory);
        board.Program(map.User.Value, TestModule.UserPart(99, map.User.Value, 1, 5000));
        board.Reset();
        Assert.Equal(DeviceMode.Normal, board.Mode);
        Assert.Equal(factory, board.Hardware.Flash.Read(map.User, factory.Length).ToArray());
    }

    [Fact]
    public void From_3_1_0_on_the_factory_image_is_not_put_back_by_itself()
    {
        using var board = Boards.MakeRunning("boron", "4.0.2");
        var map = Boards.MapOf(board);
        board.Hardware.Storage.External!.Program(map.Factory, TestModule.UserPart(13, 0xB4000, 2, 6000));
        board.Erase(0xD4000);
        board.Reset();
        Assert.True(board.IsSafeMode);
    }

    [Fact]
    public void From_3_1_0_on_the_small_position_wins_when_it_is_valid_and_does_not_block_when_it_is_not()
    {
        using var board = Boards.MakeRunning("boron", "4.0.2");
        board.Program(0xB4000, TestModule.UserPart(13, 0xB4000, 2, 50_000, version: 7));
        board.Reset();
        Assert.Equal(1, UserPart(board).Header.Module.Index);

        board.Hardware.Flash.Program(new(0xD4000 + 0x400), [0, 0, 0, 0]);
        board.Reset();
        Assert.Equal(DeviceMode.Normal, board.Mode);
        Assert.Equal(2, UserPart(board).Header.Module.Index);

        board.Hardware.Flash.Program(new(0xB4000 + 0x400), [0, 0, 0, 0]);
        board.Reset();
        Assert.True(board.IsSafeMode);
        Assert.DoesNotContain(board.ReadInventory()!, e => e.Header.Module.Function == ModuleFunction.UserPart);
    }

    [Theory]
    [InlineData("photon", "2.2.0")]
    [InlineData("boron", "4.0.2")]
    public void The_button_leads_to_safe_mode_or_dfu_mode_by_how_long_it_is_held(string name, string os)
    {
        using var board = Boards.MakeRunning(name, os);
        board.Reset(TimeSpan.FromMilliseconds(900));
        Assert.Equal(DeviceMode.Normal, board.Mode);
        board.Reset(TimeSpan.FromMilliseconds(1000));
        Assert.Equal(DeviceMode.Safe, board.Mode);
        board.Reset(TimeSpan.FromMilliseconds(3000));
        Assert.Equal(DeviceMode.Dfu, board.Mode);
        board.Reset();
        Assert.Equal(DeviceMode.Normal, board.Mode);
    }

    [Theory]
    [InlineData("photon", "2.2.0")]
    [InlineData("boron", "2.2.0")]
    public void Held_longer_it_puts_the_factory_image_back_where_there_is_one(string name, string os)
    {
        using var board = Boards.MakeRunning(name, os);
        var before = board.Hardware.Flash.Cells.ToArray();
        board.Reset(TimeSpan.FromMilliseconds(7000));
        Assert.Equal(DeviceMode.Dfu, board.Mode);
        Assert.Equal(before, board.Hardware.Flash.Cells.ToArray());

        var map = Boards.MapOf(board);
        var factory = TestModule.UserPart(board.Hardware.Platform.Id, map.User.Value, 1, 6000, systemIndex: (byte)(Boards.IsGen2(name) ? 2 : 1));
        board.Hardware.MemoryOf(map.UpdateDevice)!.Program(map.Factory, factory);
        board.Reset(TimeSpan.FromMilliseconds(7000));
        Assert.Equal(DeviceMode.Normal, board.Mode);
        Assert.Equal(factory, board.Hardware.Flash.Read(map.User, factory.Length).ToArray());
    }

    [Theory]
    [InlineData("boron", "4.0.2", DeviceMode.Listening)]
    [InlineData("electron", "2.2.0", DeviceMode.Normal)] // the bootloader overwrites the request
    public void A_request_to_listen_at_start_works_on_Gen_3_only(string name, string os, DeviceMode mode)
    {
        using var board = Boards.MakeRunning(name, os);
        board.Hardware.Retained.Listen = RetainedState.ListenRequested;
        board.Reset();
        Assert.Equal(mode, board.Mode);
        board.Reset();
        Assert.Equal(DeviceMode.Normal, board.Mode);
    }

    [Fact]
    public void A_loss_of_power_takes_a_request_with_it()
    {
        using var board = Boards.MakeRunning("boron", "4.0.2");
        board.Hardware.Retained.BootRequest = RetainedState.RequestDfu;
        board.CutPower();
        board.PowerOn();
        Assert.Equal(DeviceMode.Normal, board.Mode);
    }

    [Fact]
    public void Reset_settings_clears_a_Gen_3_board_but_for_its_keys()
    {
        using var board = Boards.MakeRunning("argon", "4.0.2");
        var dct = board.Hardware.Storage.Dct;
        dct.Write(1825, "1"u8);
        var key = dct.Bytes.Slice(3106, 192).ToArray();
        board.Reset(TimeSpan.FromMilliseconds(10_500));
        Assert.Equal(0xFF, dct.Bytes[1825]);
        Assert.Equal(key, dct.Bytes.Slice(3106, 192).ToArray());
        Assert.Equal(DeviceMode.Listening, board.Mode);
    }

    [Fact]
    public void A_damaged_file_system_is_formatted_and_takes_the_dct_with_it()
    {
        using var board = Boards.MakeRunning("boron", "1.5.2");
        Assert.Equal(DeviceMode.Normal, board.Mode);
        board.Hardware.Eeprom[0] = 0x42;
        board.Hardware.Storage.External!.Erase(new FlashAddress(0));
        board.Reset();
        Assert.Equal(DeviceMode.Normal, board.Mode); // the other superblock is enough

        board.Hardware.Storage.External!.Erase(AddressRange.Of(new(0), 8192));
        board.Reset();
        Assert.Equal(DeviceMode.Listening, board.Mode); // setup no longer done
        Assert.Equal(0xFF, board.Hardware.Eeprom[0]);
        Assert.Equal(8391, board.Hardware.Storage.Dct.Length);
        board.Reset();
        Assert.True(board.Hardware.Storage.Dct.Bytes.Slice(3106, 192).ContainsAnyExcept((byte)0xFF)); // new keys were made
    }

    [Fact]
    public void Erasing_the_chip_costs_a_Gen_2_board_its_configuration_and_a_Gen_3_board_its_UICR()
    {
        using var photon = Boards.MakeRunning("photon", "2.2.0");
        photon.Hardware.EraseChip();
        photon.Reset();
        Assert.Equal(DeviceMode.Absent, photon.Mode);
        Assert.False(photon.Hardware.Storage.Dct.Bytes.ContainsAnyExcept((byte)0xFF));

        using var boron = Boards.MakeRunning("boron", "2.2.0");
        var dct = boron.Hardware.Storage.Dct.Bytes.ToArray();
        boron.Hardware.EraseChip();
        boron.Reset();
        Assert.Equal(DeviceMode.Absent, boron.Mode);
        Assert.Equal(dct, boron.Hardware.Storage.Dct.Bytes.ToArray());
        Assert.Equal(uint.MaxValue, boron.Hardware.ReadUicr(0x14));
    }

    [Fact]
    public void A_foreign_module_in_a_place_is_listed_as_failing_everything()
    {
        using var board = Boards.MakeRunning("photon", "2.2.0");
        board.Program(0x080A0000, TestModule.UserPart(6, 0x080A0000, 7, 4000));
        board.Reset();
        var entry = board.ReadInventory()![^1];
        Assert.Equal(7, entry.Header.Module.Index);
        Assert.Equal(ModuleChecks.None, entry.Passed);
    }

    static InventoryEntry UserPart(VirtualBoard board) => board.ReadInventory()!.Single(e => e.Header.Module.Function == ModuleFunction.UserPart);
}
