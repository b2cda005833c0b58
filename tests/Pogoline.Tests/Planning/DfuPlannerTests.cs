using FsCheck;
using FsCheck.Fluent;
using Pogoline.Modules;
using Pogoline.Planning;
using Pogoline.Platforms;

namespace Pogoline.Tests.Planning;

public class DfuPlannerTests
{
    public static TheoryData<string, string, string> Journeys
    {
        get
        {
            var journeys = new TheoryData<string, string, string>();
            foreach (var (platform, from) in RealReleases.All)
            {
                foreach (var (_, to) in RealReleases.All.Where(r => r.Platform == platform)) journeys.Add(platform, from, to);
            }
            return journeys;
        }
    }

    [Theory, MemberData(nameof(Journeys))]
    public void Playing_the_plan_on_flash_gives_the_release_whole_with_every_dependency_met(string name, string from, string to)
    {
        var platform = PlatformCatalog.Require(name);
        var flash = Flash(platform, from);
        var goal = GoalOf(name, to);

        var plan = DfuPlanner.Make(Looked(platform, [.. RealReleases.Of(name, from), RealReleases.Tinker(name)]), goal);
        flash.Play(plan, Content(goal));

        var after = flash.Modules();
        foreach (var module in goal.Modules) Assert.Equal(module.Version, after.Single(m => m.Id == module.Id).Version);
        Assert.Contains(after, m => m.Id.Function == ModuleFunction.UserPart);
        Assert.DoesNotContain(DependencyClosure.Unmet(after), unmet => !IsBeyondTheFiles(platform, unmet, after));
        if (from == to) Assert.DoesNotContain(plan.Steps, s => s is WriteStep or EraseStep or DctByteStep);
    }

    [Theory, InlineData("photon"), InlineData("p1")]
    public void On_Photon_and_P1_the_bootloader_and_its_flag_go_before_the_system_parts_whose_code_writes_the_flag(string name)
    {
        var plan = Plan(name, "1.5.2", "2.2.0");
        Assert.Equal(["bootloader", "flag", "system-part1", "system-part2", "restart"], Summary(plan));
    }

    [Fact]
    public void A_Photon_with_broken_system_parts_gets_its_bootloader_in_a_second_pass()
    {
        var platform = PlatformCatalog.Require("photon");
        var inventory = Looked(platform, RealReleases.Of("photon", "1.5.2"));
        inventory = inventory with { Modules = [.. inventory.Modules.Select(m => m.Id.Function == ModuleFunction.SystemPart ? m with { Intact = false } : m)], SystemRuns = false };
        var plan = DfuPlanner.Make(inventory, GoalOf("photon", "2.2.0"));
        Assert.Equal(["system-part1", "system-part2", "restart", "bootloader", "flag", "restart"], Summary(plan));
    }

    [Fact]
    public void Electron_parts_go_where_their_headers_say_in_the_order_of_their_file_names()
    {
        var plan = Plan("electron", "1.5.2", "2.2.0");
        Assert.Equal(["system-part3", "system-part1", "system-part2", "bootloader", "flag", "restart"], Summary(plan));
        Assert.Equal([0x08060000u, 0x08020000u, 0x08040000u], plan.Steps.OfType<WriteStep>().Take(3).Select(w => w.At.Value));
    }

    [Fact]
    public void A_Gen_3_board_gets_the_SoftDevice_without_its_header()
    {
        var goal = GoalOf("boron", "2.2.0");
        var plan = DfuPlanner.Make(Inventory.Unknown(PlatformCatalog.Require("boron")), goal);
        var write = plan.Steps.OfType<WriteStep>().First();
        Assert.Equal(("softdevice", 24, 0x1000u), (write.Module, write.Skip, write.At.Value));
    }

    [Fact]
    public void The_OTA_region_is_that_of_the_system_that_runs_next()
    {
        Assert.Equal(0x689000u, OtaWrite(Plan("b5som", "2.2.0", "4.0.2")).At.Value);
        Assert.Equal(0x289000u, OtaWrite(Plan("b5som", "2.2.0", "1.5.2")).At.Value);
        Assert.Equal(0x289000u, OtaWrite(Plan("boron", "1.5.2", "2.2.0")).At.Value);
    }

    [Fact]
    public void An_old_B523_bootloader_that_cannot_reach_the_OTA_region_is_replaced_first_by_the_system_that_runs()
    {
        var plan = Plan("b5som", "1.5.2", "2.2.0");
        Assert.Equal(["bootloader", "flag", "restart", "system-part1", "restart"], Summary(plan));
        Assert.Equal(0x289000u, OtaWrite(plan).At.Value);
    }

    [Fact]
    public void An_old_B523_without_a_running_system_is_refused_with_the_routes_that_can()
    {
        var inventory = Looked(PlatformCatalog.Require("b5som"), RealReleases.Of("b5som", "1.5.2")) with { SystemRuns = false };
        Assert.Equal(PlanFaults.Route, Refused(inventory, GoalOf("b5som", "2.2.0")));
    }

    [Fact]
    public void A_256_K_app_erases_the_header_of_a_stale_one_at_the_128_K_position()
    {
        var app = Relocate(RealReleases.Tinker("boron"), new(0xB4000), index: 2);
        var goal = GoalOf("boron", "4.0.2") with { App = app };
        var withStale = Looked(PlatformCatalog.Require("boron"), [.. RealReleases.Of("boron", "4.0.2"), RealReleases.Tinker("boron")]);
        Assert.Equal(["erase user-part", "user-part", "restart"], Summary(DfuPlanner.Make(withStale, goal)));
        var blank = Looked(PlatformCatalog.Require("boron"), RealReleases.Of("boron", "4.0.2"));
        Assert.Equal(["user-part", "restart"], Summary(DfuPlanner.Make(blank, goal)));
        Assert.Equal(PlanFaults.Range, Refused(blank, goal with { Release = DeviceOsVersion.Parse("2.2.0"), Modules = RealReleases.Of("boron", "2.2.0") }));
    }

    [Fact]
    public void An_app_on_the_board_that_the_release_cannot_run_stops_the_plan()
    {
        var tooNew = Looked(PlatformCatalog.Require("boron"), [.. RealReleases.Of("boron", "4.0.2"), Relocate(RealReleases.Tinker("boron"), new(0xB4000), index: 2)]);
        Assert.Equal(PlanFaults.AppLost, Refused(tooNew, GoalOf("boron", "2.2.0")));
        Assert.NotNull(DfuPlanner.Make(tooNew, GoalOf("boron", "2.2.0") with { App = RealReleases.Tinker("boron") }));
    }

    [Fact]
    public void Going_down_by_a_range_is_refused_and_by_name_is_not()
    {
        var inventory = Looked(PlatformCatalog.Require("argon"), RealReleases.Of("argon", "4.0.2"));
        Assert.Equal(PlanFaults.Downgrade, Refused(inventory, GoalOf("argon", "2.2.0") with { MayDowngrade = false }));
        Assert.NotNull(DfuPlanner.Make(inventory, GoalOf("argon", "2.2.0")));
    }

    [Fact]
    public void A_Tracker_with_an_old_NCP_is_refused_before_anything_is_written()
    {
        var inventory = Looked(PlatformCatalog.Require("tracker"), RealReleases.Of("tracker", "2.2.0"));
        var old = inventory with { Modules = [.. inventory.Modules, new() { Id = new(ModuleFunction.Ncp, 0), Version = 6 }] };
        Assert.Equal(PlanFaults.Dependency, Refused(old, GoalOf("tracker", "4.0.2")));
        Assert.Contains(DfuPlanner.Make(inventory, GoalOf("tracker", "4.0.2")).Notes, note => note.Contains("NCP", StringComparison.Ordinal));
    }

    [Fact]
    public void Modules_of_another_platform_or_damaged_or_given_twice_are_refused()
    {
        var boron = Inventory.Unknown(PlatformCatalog.Require("boron"));
        var goal = GoalOf("boron", "2.2.0");
        Assert.Equal(PlanFaults.Platform, Refused(boron, goal with { Modules = RealReleases.Of("argon", "2.2.0") }));
        Assert.Equal(PlanFaults.Range, Refused(boron, goal with { Modules = [.. goal.Modules, goal.Modules[0]] }));
        var flipped = goal.Modules[0].Image.ToArray();
        flipped[5000] ^= 1;
        Assert.Equal(PlanFaults.Damaged, Refused(boron, goal with { Modules = [ModuleReader.Read(flipped).Modules[0]] }));
    }

    [Fact]
    public void Whatever_a_board_holds_a_plan_stays_in_its_places_and_ends_with_every_dependency_met()
    {
        var platforms = PlatformCatalog.Supported.Select(p => p.Name).ToArray();
        var boards =
            from name in Gen.Elements(platforms)
            let releases = RealReleases.All.Where(r => r.Platform == name).Select(r => r.Os).ToArray()
            from to in Gen.Elements(releases)
            from states in Gen.ArrayOf(Gen.Elements(0, 1, 1, 1, 2, 3), 8)
            from release in Gen.ArrayOf(Gen.Elements(releases), 8)
            from app in Gen.Elements(0, 1, 2)
            from runs in Gen.Elements(true, false)
            select (name, to, states, release, app, runs);
        Prop.ForAll(boards.ToArbitrary(), board => Holds(board.name, board.to, board.states, board.release, board.app, board.runs))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(400));
    }

    static bool Holds(string name, string to, int[] states, string[] releases, int app, bool runs)
    {
        var platform = PlatformCatalog.Require(name);
        var flash = new FlashImage(platform);
        var held = new List<InstalledModule>();
        for (var i = 0; i < platform.Components.Count; i++)
        {
            var component = platform.Components[i];
            var module = component.Function == ModuleFunction.UserPart ? RealReleases.Tinker(name)
                : RealReleases.Of(name, releases[i]).FirstOrDefault(m => m.Id.Function == component.Function && m.Id.Index == component.Index);
            if (module is null || states[i] == 0) continue;
            flash.Load(module);
            var installed = Inventory.Describe(module) with { ContentSha256 = Sha256Digest.Compute(module.DeviceBytes.Span).ToString() };
            if (states[i] == 2)
            {
                flash.Corrupt(module);
                installed = installed with { Intact = false, ContentSha256 = null };
            }
            held.Add(installed);
        }
        var goal = GoalOf(name, to) with { App = app == 0 ? null : app == 1 || platform.Generation == 2 ? RealReleases.Tinker(name) : Relocate(RealReleases.Tinker(name), new(0xB4000), 2) };
        Plan plan;
        try
        {
            plan = DfuPlanner.Make(new() { Platform = platform, Modules = held, IsKnown = true, SystemRuns = runs }, goal);
        }
        catch (PogolineException e)
        {
            return e.Code.Exit == ExitCode.Refused && e.Remedy.Length > 0;
        }
        flash.Play(plan, Content(goal));
        var after = flash.Modules();
        var bootloader = platform.Components.Single(c => c.Function == ModuleFunction.Bootloader).Positions[0].Range;
        var allowed = platform.Components.Where(c => c.Function != ModuleFunction.Bootloader).SelectMany(c => c.PositionsFor(goal.Release)).Select(p => p.Range)
            .Concat(platform.Areas.Where(a => a.Name == AreaNames.Ota && a.Storage == StorageKind.InternalFlash).Select(a => a.Range)).ToList();
        return flash.TouchedPages.All(page => !bootloader.Contains(new FlashAddress(page)) && allowed.Any(range => range.Contains(new FlashAddress(page))))
            && goal.Modules.All(want => after.Any(m => m.Id == want.Id && m.Version == want.Version))
            && DependencyClosure.Unmet(after).All(unmet => IsBeyondTheFiles(platform, unmet, after));
    }

    /// <summary>The NCP lies outside of this flash, and Electron 1.5.2 has no bootloader file: the system installs the one it carries.</summary>
    static bool IsBeyondTheFiles(Platform platform, UnmetDependency unmet, List<InstalledModule> after) =>
        unmet.Need.Module.Function == ModuleFunction.Ncp
        || (platform.Traits.EmbedsBootloader && unmet.Need.Module.Function == ModuleFunction.Bootloader
            && after.TrueForAll(m => m.Id.Function != ModuleFunction.Bootloader));

    static Plan Plan(string name, string from, string to) =>
        DfuPlanner.Make(Looked(PlatformCatalog.Require(name), [.. RealReleases.Of(name, from), RealReleases.Tinker(name)]), GoalOf(name, to));

    static Inventory Looked(Platform platform, IEnumerable<FirmwareModule> modules) => Inventory.Holding(platform, modules);

    static Goal GoalOf(string platform, string os) =>
        new() { Release = DeviceOsVersion.Parse(os), Modules = RealReleases.Of(platform, os), MayDowngrade = true };

    static Dictionary<string, ReadOnlyMemory<byte>> Content(Goal goal) =>
        goal.Modules.Append(goal.App).OfType<FirmwareModule>().DistinctBy(m => m.Id).ToDictionary(m => Sha256Digest.Compute(m.Image.Span).ToString(), m => m.Image);

    static FlashImage Flash(Platform platform, string os)
    {
        var flash = new FlashImage(platform);
        foreach (var module in RealReleases.Of(platform.Name, os)) flash.Load(module);
        flash.Load(RealReleases.Tinker(platform.Name));
        return flash;
    }

    static FaultCode Refused(Inventory inventory, Goal goal) => Assert.Throws<PogolineException>(() => DfuPlanner.Make(inventory, goal)).Code;

    static WriteStep OtaWrite(Plan plan) => plan.Steps.OfType<WriteStep>().Single(w => w.Module == "bootloader");

    static List<string> Summary(Plan plan) => [.. plan.Steps.Select(step => step switch
    {
        WriteStep write => write.Module,
        EraseStep erase => $"erase {erase.Module}",
        DctByteStep => "flag",
        RestartStep => "restart",
        _ => "",
    }).Where(s => s.Length > 0)];

    /// <summary>The same app, linked for another position: header, CRC and hash made anew.</summary>
    static FirmwareModule Relocate(FirmwareModule module, FlashAddress start, byte index)
    {
        var header = module.Header with { Start = start, End = start + (module.Header.End - module.Header.Start), Id = new(module.Id.Function, index) };
        var builder = new ModuleBuilder { Header = header, Payload = module.Payload };
        return ModuleReader.Require(builder.Build(), "relocated app");
    }
}
