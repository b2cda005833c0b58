using Pogoline.Hex;
using Pogoline.Lab.Board;
using Pogoline.Modules;
using Pogoline.Planning;
using Pogoline.Platforms;
using Pogoline.Tests.Lab;

namespace Pogoline.Tests.Hex;

public class RestoreImageTests
{
    public static TheoryData<string, string> WithReleases => Boards.WithReleases;

    [Theory]
    [MemberData(nameof(WithReleases))]
    public void A_blank_board_with_the_image_by_address_starts_and_reports_the_release(string board, string os)
    {
        var image = HexBoards.Build(board, os);
        var read = HexReader.Read(HexWriter.ToBytes(image.Memory)).Require(board).Memory;
        using var made = Boards.Make(board, os);
        made.CutPower();
        made.Hardware.EraseChip();
        made.Lay(read);
        made.PowerOn();
        AssertReports(made, image);
        Assert.True(image.StartsBlankChip);
    }

    [Theory]
    [MemberData(nameof(WithReleases))]
    public void What_the_image_does_not_hold_survives_erasing_by_sector(string board, string os)
    {
        using var made = Boards.MakeRunning(board, os);
        made.CutPower();
        var (dct, external) = (made.Hardware.Storage.Dct.Bytes.ToArray(), made.Hardware.Storage.External?.Cells.ToArray());
        var image = HexBoards.Build(board, os);
        made.EraseTouched(image.Memory);
        made.Lay(image.Memory);
        Assert.Equal(dct, made.Hardware.Storage.Dct.Bytes.ToArray());
        Assert.Equal(external, made.Hardware.Storage.External?.Cells.ToArray());
        made.PowerOn();
        AssertReports(made, image);
        Assert.DoesNotContain(image.Map.Regions, r => r.Kind == ImageRegionKind.DeviceData);
    }

    [Theory]
    [MemberData(nameof(WithReleases))]
    public void The_same_input_gives_the_same_bytes_and_replacing_the_app_by_itself_changes_none(string board, string os)
    {
        var (one, two) = (HexWriter.ToBytes(HexBoards.Build(board, os).Memory), HexWriter.ToBytes(HexBoards.Build(board, os).Memory));
        Assert.Equal(one, two);
        var app = ModuleReader.Require(Boards.Tinker(board), board);
        Assert.Equal(one, HexWriter.ToBytes(RestoreImage.FromBase(HexReader.Read(one).Memory, app, null, null).Memory));
    }

    [Fact]
    public void A_256_K_app_replaces_Tinker_at_the_128_K_position_and_invalidates_it()
    {
        var tinker = HexBoards.Build("boron", "4.0.2").Memory;
        var app = HexBoards.App("boron", 0xB4000, 2, 20_000, 4000);
        var image = RestoreImage.FromBase(tinker, app, null, null);
        Assert.Equal(app.Image.ToArray(), image.Memory.Read(new(0xB4000), 20_000)[..app.Image.Length].ToArray());
        var former = image.Memory.Read(new(0xD4000), 0x20000);
        Assert.Equal(1024, former.Length);
        Assert.Equal(-1, former.Span.IndexOfAnyExcept((byte)0xFF));

        // On a board that still has Tinker there, the new one runs.
        using var made = Boards.MakeRunning("boron", "4.0.2");
        made.CutPower();
        made.EraseTouched(image.Memory);
        made.Lay(image.Memory);
        made.PowerOn();
        AssertReports(made, image);
        Assert.Equal(2, made.ReadInventory()!.Single(e => e.Header.Module.Function == ModuleFunction.UserPart).Header.Module.Index);
    }

    [Fact]
    public void A_256_K_app_over_the_former_position_needs_no_invalidation()
    {
        var app = HexBoards.App("boron", 0xB4000, 2, 200_000, 4000);
        var image = HexBoards.Build("boron", "4.0.2", app);
        Assert.Equal(app.Image.ToArray(), image.Memory.Read(new(0xB4000), 0x40000).ToArray());
    }

    [Fact]
    public void A_128_K_app_replaces_a_256_K_one_of_the_base_whole()
    {
        var large = HexBoards.Build("boron", "4.0.2", HexBoards.App("boron", 0xB4000, 2, 250_000, 4000)).Memory;
        var image = RestoreImage.FromBase(large, HexBoards.App("boron", 0xD4000, 1, 5000, 4000), null, null);
        Assert.False(image.Memory.Touches(new(new(0xB4000), new(0xD4000))));
        Assert.Single(image.Map.Installed, m => m.Id.Function == ModuleFunction.UserPart);
    }

    [Theory]
    [InlineData("2.2.0", true), InlineData("4.1.0", true), InlineData("4.2.0", false), InlineData("5.3.0", true), InlineData("5.4.0", false), InlineData("6.2.0", false)]
    public void The_UICR_is_part_of_a_Tracker_image_as_in_the_vendors(string os, bool has) =>
        Assert.Equal(has, PlatformCatalog.Require("tracker").Registers.Any(r => r.Os.Contains(DeviceOsVersion.Parse(os))));

    [Fact]
    public void The_UICR_words_are_those_of_the_vendors_images()
    {
        var memory = HexBoards.Build("boron", "2.2.0").Memory;
        Assert.Equal([0x00, 0x40, 0x0F, 0x00], memory.Read(new(0x10001014), 100).ToArray());
        Assert.Equal([0x12, 0, 0, 0, 0x12, 0, 0, 0], memory.Read(new(0x10001200), 100).ToArray());
        Assert.Equal(4, memory.Segments.Count(s => s.Start.Value < 0x100000));
    }

    [Fact]
    public void An_app_for_another_board_is_refused() => Refused(PlanFaults.Platform, () => HexBoards.Build("boron", "2.2.0", HexBoards.App("argon", 0xD4000, 1, 1000, 2000)));

    [Fact]
    public void An_app_at_a_position_that_the_release_does_not_know_is_refused() =>
        Refused(PlanFaults.Range, () => HexBoards.Build("boron", "2.2.0", HexBoards.App("boron", 0xB4000, 2, 1000, 2000)));

    [Fact]
    public void An_app_that_needs_a_newer_system_is_refused() =>
        Refused(PlanFaults.Dependency, () => HexBoards.Build("boron", "2.2.0", HexBoards.App("boron", 0xD4000, 1, 1000, 4006)));

    [Fact]
    public void An_app_too_long_for_its_place_is_refused() =>
        Refused(ModuleFaults.Range, () => HexBoards.Build("photon", "2.2.0", HexBoards.App("photon", 0x080A0000, 1, 140_000, 100, systemPart: 2)));

    [Fact]
    public void A_release_without_a_part_is_refused()
    {
        var platform = PlatformCatalog.Require("photon");
        var modules = HexBoards.Modules("photon", "2.2.0").Where(m => m.Id != new ModuleId(ModuleFunction.SystemPart, 2)).ToList();
        Refused(PlanFaults.Dependency, () => RestoreImage.FromRelease(platform, new() { Release = new(2, 2, 0), Modules = modules, App = null }, null));
    }

    [Fact]
    public void A_damaged_base_is_refused()
    {
        var memory = HexBoards.Build("boron", "2.2.0").Memory;
        memory.Replace(new(0x40000), [(byte)~memory.Read(new(0x40000), 1).Span[0]]);
        Refused(HexFaults.Base, () => RestoreImage.FromBase(memory, ModuleReader.Require(Boards.Tinker("boron"), ""), null, null));
    }

    [Fact]
    public void A_damaged_SoftDevice_is_found_by_its_hash()
    {
        var memory = HexBoards.Build("boron", "2.2.0").Memory;
        memory.Replace(new(0x8000), [(byte)~memory.Read(new(0x8000), 1).Span[0]]);
        Refused(HexFaults.Base, () => RestoreImage.FromBase(memory, ModuleReader.Require(Boards.Tinker("boron"), ""), null, null));
    }

    [Fact]
    public void A_base_with_the_keys_of_a_board_is_refused()
    {
        var memory = HexBoards.Build("photon", "2.2.0").Memory;
        memory.Replace(new(0x08004022), [1, 2, 3]);
        Refused(HexFaults.DeviceData, () => RestoreImage.FromBase(memory, ModuleReader.Require(Boards.Tinker("photon"), ""), null, null));
    }

    [Fact]
    public void A_base_without_modules_is_refused() =>
        Refused(HexFaults.Platform, () => RestoreImage.FromBase(HexGenerators.Image([(0, new byte[5000])]), ModuleReader.Require(Boards.Tinker("photon"), ""), null, null));

    [Fact]
    public void Without_a_boot_record_the_image_says_that_it_starts_no_blank_board()
    {
        var image = HexBoards.Build("boron", "2.2.0", withMbr: false);
        Assert.False(image.StartsBlankChip);
        Assert.Contains(image.Warnings, w => w.Contains("master boot record", StringComparison.Ordinal));
        using var made = Boards.Make("boron", "2.2.0");
        made.CutPower();
        made.Hardware.EraseChip();
        made.Lay(image.Memory);
        made.PowerOn();
        Assert.Equal(DeviceMode.Absent, made.Mode);
    }

    [Theory]
    [InlineData(0, 0xFFFFFFFF, 0xFFFFFFFF), InlineData(0, 0x20000400, 0xFFFFFFFF), InlineData(0, 0x20000400, 0xA80), InlineData(4096, 0x20000400, 0xA81), InlineData(0, 0x00000400, 0xA81)]
    public void A_boot_record_is_known_by_its_vectors(uint address, uint stack, uint reset)
    {
        var page = new byte[4096];
        BitConverter.TryWriteBytes(page, stack);
        BitConverter.TryWriteBytes(page.AsSpan(4), reset);
        page.AsSpan(0xA18).Fill(0xFF);
        Assert.Equal(HexFaults.Mbr, Assert.Throws<PogolineException>(() => MasterBootRecord.Take(HexGenerators.Image([(address, page)]), "x", new(0xF4000))).Code);
    }

    static void Refused(FaultCode code, Func<RestoreImage> build) => Assert.Equal(code, Assert.Throws<PogolineException>(build).Code);

    static void AssertReports(VirtualBoard board, RestoreImage image)
    {
        var inventory = board.ReadInventory();
        Assert.NotNull(inventory);
        Assert.False(board.IsSafeMode);
        var reported = inventory.Where(e => e.Header.Module.Function != ModuleFunction.Ncp).ToDictionary(e => e.Header.Module, e => e);
        Assert.All(image.Map.Installed, m => Assert.Equal(m.Version, reported[m.Id].Header.Version));
        Assert.All(reported.Values, e => Assert.True(e.IntegrityOk && e.DependenciesOk, $"{e.Header.Module}"));
    }
}
