using Pogoline.Modules;
using Pogoline.Planning;
using Pogoline.Platforms;

namespace Pogoline.Tests.Planning;

public class FlashByHandTests
{
    [Fact]
    public void A_single_file_is_written_whatever_the_others_need_and_what_will_lack_something_is_said()
    {
        var part = RealReleases.Of("photon", "2.2.0").Single(m => m.Id is { Function: ModuleFunction.SystemPart, Index: 1 });
        var plan = Plan("photon", "1.5.2", [Route.Dfu], part);
        Assert.Equal(["EnterDfuStep", "WriteStep", "RestartStep"], plan.Steps.Select(s => s.GetType().Name));
        Assert.Single(plan.Modules);
        Assert.Empty(plan.Notes);
        var second = RealReleases.Of("photon", "2.2.0").Single(m => m.Id is { Function: ModuleFunction.SystemPart, Index: 2 });
        Assert.Contains(Plan("photon", "1.5.2", [Route.Dfu], second).Notes, note => note.Contains("system part 1 ≥ 2202", StringComparison.Ordinal));
    }

    [Fact]
    public void What_the_running_system_would_refuse_is_not_sent_to_it()
    {
        var second = RealReleases.Of("photon", "2.2.0").Single(m => m.Id is { Function: ModuleFunction.SystemPart, Index: 2 });
        var fault = Assert.Throws<PogolineException>(() => Plan("photon", "1.5.2", [Route.Serial], second));
        Assert.Equal(PlanFaults.Route, fault.Code);
        Assert.Contains("−1340", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_there_already_is_written_again()
    {
        var part = RealReleases.Of("boron", "1.5.2").Single(m => m.Id.Function == ModuleFunction.SystemPart);
        Assert.Contains(Plan("boron", "1.5.2", [Route.Dfu], part).Steps, s => s is WriteStep { Module: "system-part1" });
    }

    [Fact]
    public void A_bootloader_alone_goes_to_the_running_system_or_by_the_flag()
    {
        var bootloader = RealReleases.Of("boron", "2.2.0").Single(m => m.Id.Function == ModuleFunction.Bootloader);
        Assert.True(Plan("boron", "1.5.2", [Route.Control, Route.Dfu], bootloader).Steps is [UpdateStep { Route: Route.Control }]);
        Assert.True(Plan("boron", "1.5.2", [Route.Dfu], bootloader).Steps is [EnterDfuStep, WriteStep { Storage: StorageKind.ExternalFlash }, DctByteStep, RestartStep]);
    }

    [Fact]
    public void A_board_that_was_in_DFU_mode_stays_there_when_more_may_follow()
    {
        var part = RealReleases.Of("boron", "2.2.0").Single(m => m.Id.Function == ModuleFunction.SystemPart);
        var goal = GoalOf("boron", part) with { StaysInDfu = true };
        var plan = RoutePlanner.Make(Inventory.Holding(PlatformCatalog.Require("boron"), RealReleases.Of("boron", "1.5.2")) with { SystemRuns = false }, goal, [Route.Dfu]);
        Assert.IsType<StayStep>(plan.Steps[^1]);
    }

    [Fact]
    public void NCP_firmware_is_of_a_version_that_exists_and_never_older_than_a_Trackers()
    {
        Assert.Equal(PlanFaults.Ncp, Refused("argon", "2.2.0", Ncp("argon", 4)));
        Assert.True(Plan("argon", "2.2.0", [Route.Serial], Ncp("argon", 5)).Steps is [UpdateStep { Module: "ncp", Route: Route.Serial }]);
        // A Tracker that runs 4.0.2 has version 7.
        Assert.Equal(PlanFaults.Ncp, Refused("tracker", "4.0.2", Ncp("tracker", 6)));
        Assert.True(Plan("tracker", "4.0.2", [Route.Control], Ncp("tracker", 7)).Steps is [UpdateStep { Module: "ncp" }]);
        Assert.Equal(PlanFaults.Range, Refused("tracker", "2.2.0", Ncp("tracker", 7)));
    }

    static FaultCode Refused(string board, string os, FirmwareModule module) => Assert.Throws<PogolineException>(() => Plan(board, os, [Route.Control], module)).Code;

    static Plan Plan(string board, string os, Route[] routes, params FirmwareModule[] modules)
    {
        var goal = GoalOf(board, modules);
        var installed = DeviceOsVersion.Parse(os);
        return RoutePlanner.Make(Inventory.Holding(PlatformCatalog.Require(board), [.. RealReleases.Of(board, os), RealReleases.Tinker(board)]),
            modules.Any(m => m.Id.Function == ModuleFunction.SystemPart) ? goal : goal with { Release = installed }, routes);
    }

    static Goal GoalOf(string board, params FirmwareModule[] modules) => new()
    {
        Release = DeviceOsVersions.FromSystem(modules[0].Id.Function == ModuleFunction.SystemPart ? modules[0].Version : RealReleases.Of(board, "2.2.0").First(m => m.Id.Function == ModuleFunction.SystemPart).Version)!.Numbers.Os,
        Modules = modules, MayDowngrade = true, IsByHand = true,
    };

    static FirmwareModule Ncp(string board, ushort version) => ModuleReader.Require(new ModuleBuilder
    {
        Header = new() { Version = version, PlatformId = (ushort)PlatformCatalog.Require(board).Id, Id = new(ModuleFunction.Ncp, 0), McuTarget = 0x21 },
        Payload = new byte[4096],
    }.Build(), "ncp");
}
