using Pogoline.Modules;
using Pogoline.Planning;
using Pogoline.Platforms;

namespace Pogoline.Tests.Planning;

public class SteppingStonesTests
{
    [Theory]
    [InlineData("boron", "2.2.0", "1.5.1", Route.Dfu, "1.5.2")]
    [InlineData("bsom", "2.0.0", "1.4.4", Route.Serial, "1.5.2")]
    [InlineData("boron", "2.2.0", "1.5.2", Route.Dfu, "")]
    [InlineData("argon", "2.2.0", "1.5.1", Route.Dfu, "")]
    [InlineData("boron", "4.0.2", "1.5.1", Route.Dfu, "1.5.2")]
    [InlineData("boron", "4.0.2", "1.5.1", Route.Control, "2.2.0 1.5.2")]
    [InlineData("argon", "4.0.2", "1.5.2", Route.Control, "2.2.0")]
    [InlineData("argon", "4.0.2", "1.5.2", Route.Dfu, "")]
    [InlineData("tracker", "2.2.0", "5.6.0", Route.Dfu, "4.0.2")]
    [InlineData("tracker", "3.0.0", "5.6.0", Route.Dfu, "")]
    [InlineData("photon", "2.3.1", "0.7.0", Route.Serial, "")]
    public void The_way_between_two_releases_leads_over_the_ones_that_it_must(string platform, string from, string to, Route route, string through)
    {
        var way = SteppingStones.Between(PlatformCatalog.Require(platform), DeviceOsVersion.Parse(from), DeviceOsVersion.Parse(to), route, Choose);
        Assert.Equal(through, string.Join(' ', way.Select(p => p.Release)));
        Assert.All(way, p => Assert.NotEmpty(p.Reason));
    }

    [Fact]
    public void Without_a_release_in_between_the_way_is_refused_with_the_reason()
    {
        var fault = Assert.Throws<PogolineException>(() =>
            SteppingStones.Between(PlatformCatalog.Require("tracker"), new(2, 2, 0), new(5, 6, 0), Route.Dfu, _ => null));
        Assert.Equal(PlanFaults.Route, fault.Code);
        Assert.Contains("NCP", fault.Message, StringComparison.Ordinal);
    }

    [Theory, InlineData(Route.Dfu), InlineData(Route.Control)]
    public void Down_from_2_2_0_a_Boron_runs_1_5_2_on_the_way_and_gets_of_it_only_what_that_needs(Route route)
    {
        // No package is read for 1.5.1 here: the files of 1.5.2 stand in for it, with its version.
        var platform = PlatformCatalog.Require("boron");
        var goal = Goal([.. RealReleases.Of("boron", "1.5.2").Select(m => m.Id.Function == ModuleFunction.SystemPart ? WithVersion(m, 1511) : m)], "1.5.1") with
        {
            Through = [new(new(new(1, 5, 2), "the modem"), RealReleases.Of("boron", "1.5.2"))],
        };
        var plan = RoutePlanner.Make(Inventory.Holding(platform, [.. RealReleases.Of("boron", "2.2.0"), RealReleases.Tinker("boron")]), goal, [route]);
        Assert.Equal([new DeviceOsVersion(1, 5, 2)], plan.Through.Select(p => p.Release));
        Assert.Equal(["system-part1"], plan.Through[0].Modules.Select(m => m.Name));
        if (route == Route.Control) Assert.Equal(["1.5.2 system-part1", "1.5.1 system-part1", "1.5.1 bootloader"], plan.Steps.Cast<UpdateStep>().Select(s => $"{s.Release} {s.Module}"));
        else Assert.Equal(2, plan.Steps.OfType<RestartStep>().Count());
        var part = plan.Modules.Single(m => m.Name == "system-part1");
        Assert.Equal("2202 1511 Written", $"{part.From} {part.To} {part.Action}");
        Assert.Equal(plan.Save(), Plan.Load(plan.Save()).Save());
    }

    [Fact]
    public void A_Tracker_on_its_way_to_5_6_0_gets_its_NCP_while_the_release_in_between_runs()
    {
        var platform = PlatformCatalog.Require("tracker");
        var ncp = Made(platform, new(ModuleFunction.Ncp, 0), new(0), 7);
        // From 5.6.0 on the second dependency is the system itself.
        var system = Made(platform, new(ModuleFunction.SystemPart, 1), new(0x30000), 5600, new(new(ModuleFunction.Bootloader, 0), 1101), new(new(ModuleFunction.SystemPart, 1), 3001));
        var modules = RealReleases.Of("tracker", "4.0.2").Where(m => m.Id.Function != ModuleFunction.SystemPart).Append(system).Append(ncp);
        var goal = Goal([.. modules], "5.6.0") with { Through = [new(new(new(4, 0, 2), "the NCP"), RealReleases.Of("tracker", "4.0.2"))] };
        var board = Inventory.Holding(platform, [.. RealReleases.Of("tracker", "2.2.0"), RealReleases.Tinker("tracker")]);

        var plan = RoutePlanner.Make(board, goal, [Route.Dfu, Route.Control]);

        var names = plan.Steps.Select(s => s switch { WriteStep w => $"{w.Release} {w.Module}", UpdateStep u => $"update {u.Module}", RestartStep => "restart", _ => "" }).Where(n => n.Length > 0);
        Assert.Equal(["4.0.2 system-part1", "4.0.2 bootloader", "restart", "update ncp", "5.6.0 system-part1", "restart"], names);
        var serial = Assert.Throws<PogolineException>(() => RoutePlanner.Make(board, goal with { Through = [] }, [Route.Serial]));
        Assert.Equal(PlanFaults.Route, serial.Code);
    }

    static DeviceOsVersion? Choose(DeviceOsRange range) =>
        new[] { "1.5.2", "2.2.0", "4.0.2" }.Select(DeviceOsVersion.Parse).LastOrDefault(range.Contains);

    static Goal Goal(IReadOnlyList<FirmwareModule> modules, string os) => new() { Release = DeviceOsVersion.Parse(os), Modules = modules, MayDowngrade = true };

    static FirmwareModule WithVersion(FirmwareModule module, ushort version)
    {
        var image = module.Image.ToArray();
        (module.Header with { Version = version }).Write(image.AsSpan(module.HeaderOffset));
        ModuleChecksum.Seal(image, default, HashRule.WholeFile);
        return ModuleReader.Require(image, $"{module}");
    }

    static FirmwareModule Made(Platform platform, ModuleId id, FlashAddress start, ushort version, ModuleDependency first = default, ModuleDependency second = default) => ModuleReader.Require(new ModuleBuilder
    {
        Header = new() { Start = start, Version = version, PlatformId = (ushort)platform.Id, Id = id, Dependency1 = first, Dependency2 = second, McuTarget = (byte)(id.Function == ModuleFunction.Ncp ? 0x21 : 0) },
        Payload = new byte[4096],
    }.Build(), $"{id}");
}
