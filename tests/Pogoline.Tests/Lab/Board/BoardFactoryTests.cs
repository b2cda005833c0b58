using Pogoline.Lab.Board;
using Pogoline.Lab.Boot;
using Pogoline.Platforms;

namespace Pogoline.Tests.Lab.Board;

public class BoardFactoryTests
{
    public static TheoryData<string, string> AllBoards => Boards.WithReleases;

    [Theory]
    [MemberData(nameof(AllBoards))]
    public void A_board_from_the_line_holds_its_release_intact(string name, string os)
    {
        using var board = Boards.Make(name, os);
        var listed = board.ReadInventory()!;

        Assert.All(listed, entry => Assert.Equal(ModuleChecks.Boot, entry.Passed));
        foreach (var file in Boards.Files(name, os))
        {
            Assert.True(ModuleImage.TryRead(File.ReadAllBytes(file), board.Hardware.Platform.Generation, out var module));
            Assert.Contains(listed, entry => entry.Header.Module == module.Header.Module && entry.Header.Version == module.Header.Version);
        }
        Assert.False(board.IsSafeMode);
    }

    [Theory]
    [InlineData("photon", "2.2.0", DeviceMode.Listening)] // no Wi-Fi network
    [InlineData("p1", "1.5.2", DeviceMode.Listening)]
    [InlineData("electron", "2.2.0", DeviceMode.Normal)]
    [InlineData("argon", "4.0.2", DeviceMode.Listening)] // no Wi-Fi network
    [InlineData("boron", "1.5.2", DeviceMode.Listening)] // setup not done
    [InlineData("boron", "4.0.2", DeviceMode.Normal)] // setup-done byte ignored
    [InlineData("tracker", "2.2.0", DeviceMode.Listening)]
    [InlineData("tracker", "4.0.2", DeviceMode.Normal)]
    public void A_board_from_the_line_starts_in_the_mode_of_its_kind(string name, string os, DeviceMode mode)
    {
        using var board = Boards.Make(name, os);
        Assert.Equal(mode, board.Mode);
    }

    [Theory]
    [InlineData("boron")]
    [InlineData("photon")]
    public void Without_a_user_part_it_is_in_safe_mode_and_listens_as_well(string name)
    {
        using var board = Boards.Make(name, "2.2.0", tinker: false);
        Assert.True(board.IsSafeMode);
        Assert.Equal(DeviceMode.Listening, board.Mode);
    }

    [Fact]
    public void The_first_start_writes_the_parameter_page_and_resets_once()
    {
        using var board = Boards.Make("boron", "2.2.0");
        Assert.Equal(0x2F000u, board.Hardware.ReadUicr(0x18));

        board.Hardware.Storage.Uicr.AsSpan(0x18, 4).Fill(0xFF);
        var before = board.Resets;
        board.Reset();

        Assert.Equal(before + 2, board.Resets);
        Assert.Equal(0x2F000u, board.Hardware.ReadUicr(0x18));
    }

    [Fact]
    public void An_Electron_without_bootloader_file_gets_the_embedded_one()
    {
        using var board = Boards.Make("electron", "1.5.2");
        Assert.Equal((ushort)400, board.Hardware.BootloaderVersion);
    }

    [Theory]
    [InlineData("argon", 5)]
    [InlineData("tracker", 7)]
    [InlineData("boron", 0)]
    public void The_co_processor_has_the_firmware_of_the_line(string name, int version)
    {
        using var board = Boards.Make(name, "2.2.0");
        Assert.Equal(version, board.Hardware.NcpVersion);
    }

    [Fact]
    public void Device_ids_differ_by_number_and_are_those_of_the_generation()
    {
        var ids = Enumerable.Range(1, 256).Select(n => BoardFactory.DeviceIdOf(PlatformCatalog.Require("boron"), n)).ToHashSet();
        Assert.Equal(256, ids.Count);
        Assert.All(ids, id => Assert.Matches("^e00fce68[0-9a-f]{16}$", id));
        Assert.Matches("^[0-9a-f]{24}$", BoardFactory.DeviceIdOf(PlatformCatalog.Require("photon"), 1));
    }

    [Fact]
    public void Keys_are_there_and_the_claim_and_setup_are_not()
    {
        using var board = Boards.Make("boron", "2.2.0");
        var dct = board.Hardware.Storage.Dct.Bytes;
        Assert.True(dct.Slice(3106, 192).ContainsAnyExcept((byte)0xFF));
        Assert.Equal(0xFF, dct[1825]);
        Assert.Equal(0xFF, dct[8134]);
        Assert.Equal(Convert.FromHexString(board.Hardware.DeviceId), dct.Slice(3618, 12).ToArray());
    }

    [Fact]
    public void A_module_of_another_platform_is_refused()
    {
        var fault = Assert.Throws<PogolineException>(() => Make("boron", Boards.File("argon", "2.2.0", "bootloader")));
        Assert.Equal(LabFaults.Module, fault.Code);
        Assert.Contains("platform 12", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_module_is_refused()
    {
        var damaged = Boards.File("boron", "2.2.0", "system-part1");
        damaged[5000] ^= 1;
        Assert.Equal(LabFaults.Module, Assert.Throws<PogolineException>(() => Make("boron", damaged)).Code);
        Assert.Equal(LabFaults.Module, Assert.Throws<PogolineException>(() => Make("boron", [[]])).Code);
    }

    [Theory]
    [InlineData("boron", "bootloader")]
    [InlineData("boron", "system-part1")]
    [InlineData("boron", "softdevice")]
    [InlineData("photon", "system-part2")]
    [InlineData("electron", "system-part1")]
    public void A_release_with_a_part_missing_is_refused(string name, string missing)
    {
        var files = Boards.Files(name, "2.2.0").Where(path => !Path.GetFileName(path).StartsWith($"{name}-{missing}", StringComparison.Ordinal));
        var fault = Assert.Throws<PogolineException>(() => Make(name, [.. files.Select(File.ReadAllBytes)]));
        Assert.Equal(LabFaults.Incomplete, fault.Code);
    }

    static VirtualBoard Make(string name, params byte[][] files) =>
        BoardFactory.Make(PlatformCatalog.Require(name), [.. files.Select(f => (ReadOnlyMemory<byte>)f)], LabClock.Immediate());
}
