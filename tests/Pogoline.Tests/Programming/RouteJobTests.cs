using Pogoline.Lab.Board;
using Pogoline.Modules;
using Pogoline.Planning;
using Pogoline.Platforms;
using Pogoline.Programming;
using Pogoline.Programming.Modes;

namespace Pogoline.Tests.Programming;

public class RouteJobTests
{
    static readonly Route[] All = [Route.Dfu, Route.Serial, Route.Control];

    /// <summary>Every board from every release to every other, by each route alone and by all.</summary>
    public static TheoryData<string, string, string, string> Ways
    {
        get
        {
            var ways = new TheoryData<string, string, string, string>();
            foreach (var (platform, from) in RealReleases.All)
            {
                foreach (var (_, to) in RealReleases.All.Where(r => r.Platform == platform && r.Os != from))
                {
                    foreach (var route in new[] { "serial", "control", "free" }) ways.Add(platform, from, to, route);
                }
            }
            return ways;
        }
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task A_board_comes_to_the_release_by_the_route_and_says_so_itself_or_is_refused_with_the_reason(string platform, string from, string to, string route)
    {
        await using var bench = new Bench(platform, from);

        var result = await JobOn(bench, RoutesOf(route)).RunAsync(Bench.GoalOf(platform, to), CancellationToken.None);

        if (platform == "tracker" && from == "2.2.0" && route != "free")
        {
            // Device OS 3.0.0 and later needs the NCP that 2.x does not know of.
            Assert.Equal((Outcome.Refused, "plan-route"), (result.Outcome, result.Error?.Code));
            Assert.Contains("NCP", result.Error!.Message, StringComparison.Ordinal);
            Assert.Contains("--route dfu", result.Error.Remedy, StringComparison.Ordinal);
            Assert.Equal(UnitPresence.System, bench.Unit.Presence);
            return;
        }
        Assert.True(result.Outcome == Outcome.Passed, $"{result.Error?.Message} {result.Error?.Remedy}");
        Assert.All(RealReleases.Of(platform, to), module => Assert.True(bench.Holds(module), $"{module} is not in the flash"));
        Assert.All(result.Modules.Where(m => m.Action == ModuleAction.Written), module => Assert.NotEqual(Verification.None, module.Verified));
        if (route != "free") Assert.All(result.Modules.Where(m => m.Action == ModuleAction.Written), module => Assert.Equal((route, Verification.Report), (module.Route, module.Verified)));
        var report = await bench.Unit.ReadReportAsync(bench.Clock.HostTime, CancellationToken.None);
        Assert.All(RealReleases.Of(platform, to), module => Assert.Contains(report!.Modules, m => m.Module == module.Id && m.Version == module.Version && m.IntegrityOk && m.DependenciesOk));
    }

    [Theory, InlineData("photon"), InlineData("boron"), InlineData("electron")]
    public async Task The_user_firmware_that_is_given_goes_with_it(string platform)
    {
        foreach (var route in All)
        {
            await using var bench = new Bench(platform, "1.5.2");
            // Another application than the one that is there: Tinker with one byte of code changed.
            var image = RealReleases.Tinker(platform).Image.ToArray();
            image[4096] ^= 0xFF;
            ModuleChecksum.Seal(image, default, HashRule.WholeFile);
            var app = ModuleReader.Require(image, "app");
            var result = await JobOn(bench, [route]).RunAsync(Bench.GoalOf(platform, "2.2.0") with { App = app }, CancellationToken.None);
            Assert.True(result.Outcome == Outcome.Passed, $"{route}: {result.Error?.Message}");
            Assert.True(bench.Holds(app));
        }
    }

    [Theory, InlineData(Route.Serial), InlineData(Route.Control)]
    public async Task A_board_in_DFU_mode_is_started_for_what_needs_its_system_and_refused_if_it_has_none(Route route)
    {
        await using var bench = new Bench("boron", "1.5.2");
        bench.Board.Reset(TimeSpan.FromSeconds(4));
        Assert.Equal(UnitPresence.Dfu, bench.Unit.Presence);
        var result = await JobOn(bench, [route]).RunAsync(Bench.GoalOf("boron", "2.2.0"), CancellationToken.None);
        Assert.True(result.Outcome == Outcome.Passed, result.Error?.Message);

        bench.Board.Hardware.Storage.Internal.Erase(AddressRange.Of(new(0x30000), 0x1000));
        bench.Board.Reset(TimeSpan.FromSeconds(4));
        var refused = await JobOn(bench, [route]).RunAsync(Bench.GoalOf("boron", "2.2.0"), CancellationToken.None);
        Assert.Equal((Outcome.Refused, "plan-route"), (refused.Outcome, refused.Error?.Code));
        Assert.Contains("--route dfu", refused.Error!.Remedy, StringComparison.Ordinal);
        Assert.Equal(Outcome.Passed, (await JobOn(bench, All).RunAsync(Bench.GoalOf("boron", "2.2.0"), CancellationToken.None)).Outcome);
    }

    [Theory, InlineData(Route.Serial), InlineData(Route.Control)]
    public async Task A_saved_plan_of_updates_runs_unchanged(Route route)
    {
        await using var bench = new Bench("electron", "1.5.2");
        var goal = Bench.GoalOf("electron", "2.2.0");
        var plan = Plan.Load((await JobOn(bench, [route]).PlanAsync(goal, CancellationToken.None)).Save());
        Assert.Equal(UnitPresence.System, bench.Unit.Presence);
        var result = await bench.Job.RunAsync(plan, Bench.ContentOf(goal), CancellationToken.None);
        Assert.True(result.Outcome == Outcome.Passed, result.Error?.Message);
        var again = await bench.Job.RunAsync(plan, Bench.ContentOf(goal), CancellationToken.None);
        Assert.True(again.Outcome == Outcome.Passed, again.Error?.Message);
    }

    [Fact]
    public async Task A_plan_of_updates_that_was_tampered_with_sends_nothing()
    {
        await using var bench = new Bench("boron", "1.5.2");
        var goal = Bench.GoalOf("boron", "2.2.0");
        var plan = await JobOn(bench, [Route.Control]).PlanAsync(goal, CancellationToken.None);
        var before = bench.FlashDigest();
        var step = plan.Steps.OfType<UpdateStep>().First();
        UpdateStep[] evil =
        [
            step with { Length = step.Length - 1 }, step with { Module = "system-part1" }, step with { Version = 1 }, step with { Route = Route.Dfu },
            step with { Function = ModuleFunction.UserPart, Index = 1 }, step with { Sha256 = new string('0', 64) },
        ];
        foreach (var bad in evil)
        {
            var result = await bench.Job.RunAsync(plan with { Steps = [bad] }, Bench.ContentOf(goal), CancellationToken.None);
            Assert.Equal((Outcome.Refused, "plan-invalid"), (result.Outcome, result.Error?.Code));
        }
        Assert.Equal(before, bench.FlashDigest());
    }

    [Theory, InlineData("serial"), InlineData("control"), InlineData("dfu"), InlineData("free")]
    public async Task The_manual_flow_file_by_file_brings_every_board_to_the_release(string route)
    {
        foreach (var platform in PlatformCatalog.Supported.Select(p => p.Name).Where(name => name != "tracker"))
        {
            await using var bench = new Bench(platform, "1.5.2");
            var goal = Bench.GoalOf(platform, "2.2.0");
            // The vendor's order: bootloader, SoftDevice, system parts in the order of their files.
            var files = goal.Modules.OrderBy(m => m.Id.Function switch { ModuleFunction.Bootloader => 0, ModuleFunction.RadioStack => 1, _ => 2 })
                .ThenBy(m => bench.Unit.Platform.Find(m.Id)!.PositionsFor(goal.Release).First().File ?? $"{m.Id}", StringComparer.Ordinal);
            if (route == "dfu") await new UnitModes(bench.Unit, bench.Clock.HostTime).EnterAsync(DeviceMode.Dfu, CancellationToken.None);
            foreach (var file in files)
            {
                var byHand = new Goal { Release = goal.Release, Modules = [file], MayDowngrade = true, IsByHand = true, StaysInDfu = route == "dfu" && bench.Unit.Presence == UnitPresence.Dfu && file.Id.Function != ModuleFunction.Bootloader };
                var result = await JobOn(bench, RoutesOf(route)).RunAsync(byHand, CancellationToken.None);
                Assert.True(result.Outcome == Outcome.Passed, $"{platform} {file}: {result.Error?.Message}");
                if (route == "dfu") await new UnitModes(bench.Unit, bench.Clock.HostTime).EnterAsync(DeviceMode.Dfu, CancellationToken.None);
            }
            await new UnitModes(bench.Unit, bench.Clock.HostTime).RestartAsync(CancellationToken.None);
            Assert.All(goal.Modules, module => Assert.True(bench.Holds(module), $"{platform}: {module} is not in the flash"));
            var whole = await bench.RestoreAsync("2.2.0");
            Assert.True(whole.Outcome == Outcome.Passed && whole.Modules.All(m => m.Action != ModuleAction.Written), $"{platform}: {whole.Error?.Message}");
        }
    }

    [Theory, InlineData(Route.Serial), InlineData(Route.Control)]
    public async Task What_the_board_completed_by_itself_meanwhile_is_not_sent_again(Route route)
    {
        await using var bench = new Bench("photon", "1.5.2");
        var goal = Bench.GoalOf("photon", "2.2.0");
        var plan = await JobOn(bench, [route]).PlanAsync(goal, CancellationToken.None);
        await using var ahead = new Bench("photon", "2.2.0");
        // As if it had been healed over the air between two files: the plan of the old board meets a new one.
        var bootloader = goal.Modules.Single(m => m.Id.Function == ModuleFunction.Bootloader);
        bench.Unit.Wire = pipe => pipe;
        var count = 0;
        var job = new RestoreJob(bench.Unit, bench.Clock.HostTime, new Hook(e =>
        {
            if (e.Phase != ProgrammingPhase.Restart || count++ > 0) return;
            foreach (var module in goal.Modules.Where(m => m.Id.Function == ModuleFunction.SystemPart))
            {
                bench.Board.Hardware.Storage.Internal.Erase(module.Range);
                bench.Board.Hardware.Storage.Internal.Program(module.Range.Start, module.Image.Span);
            }
        })) { Routes = [route] };
        var result = await job.RunAsync(plan, Bench.ContentOf(goal), CancellationToken.None);
        Assert.True(result.Outcome == Outcome.Passed, result.Error?.Message);
        Assert.Equal(2, result.Notes.Count(note => note.Contains("over the air", StringComparison.Ordinal)));
        Assert.True(bench.Holds(bootloader));
    }

    [Fact]
    public async Task A_restore_marks_setup_done_on_a_board_that_would_listen_at_every_start()
    {
        await using var bench = new Bench("boron", "1.5.2");
        Assert.Equal(Outcome.Passed, (await bench.RestoreAsync("2.2.0")).Outcome);
        Assert.Equal(DeviceMode.Normal, (await new UnitModes(bench.Unit, bench.Clock.HostTime).LookAsync(CancellationToken.None)).Mode);
    }

    [Theory, InlineData(Route.Serial), InlineData(Route.Control)]
    public async Task NCP_firmware_is_passed_on_by_the_running_system_and_reported(Route route)
    {
        await using var bench = new Bench("argon", "2.2.0", ncp: 4);
        var ncp = ModuleReader.Require(new ModuleBuilder
        {
            Header = new() { Version = 5, PlatformId = (ushort)bench.Unit.Platform.Id, Id = new(ModuleFunction.Ncp, 0), McuTarget = 0x21 },
            Payload = new byte[200_000],
        }.Build(), "ncp");
        var goal = new Goal { Release = new(2, 2, 0), Modules = [ncp], MayDowngrade = true, IsByHand = true };
        var result = await JobOn(bench, [route]).RunAsync(goal, CancellationToken.None);
        Assert.True(result.Outcome == Outcome.Passed, result.Error?.Message);
        Assert.Equal((5, Verification.Report), (bench.Board.Hardware.NcpVersion, result.Modules.Single().Verified));
        // In a restore by DFU and whatever else is open it stays, for it is there.
        var whole = await JobOn(bench, All).RunAsync(Bench.GoalOf("argon", "4.0.2") with { Modules = [.. RealReleases.Of("argon", "4.0.2"), ncp] }, CancellationToken.None);
        Assert.True(whole.Outcome == Outcome.Passed, whole.Error?.Message);
        Assert.Equal(ModuleAction.Skipped, whole.Modules.Single(m => m.Function == ModuleFunction.Ncp).Action);
    }

    [Fact]
    public async Task A_Tracker_from_2_x_gets_its_NCP_from_the_new_system()
    {
        await using var bench = new Bench("tracker", "2.2.0", ncp: 6);
        var ncp = ModuleReader.Require(new ModuleBuilder
        {
            Header = new() { Version = 7, PlatformId = (ushort)bench.Unit.Platform.Id, Id = new(ModuleFunction.Ncp, 0), McuTarget = 0x21 },
            Payload = new byte[100_000],
        }.Build(), "ncp");
        var result = await JobOn(bench, All).RunAsync(Bench.GoalOf("tracker", "4.0.2") with { Modules = [.. RealReleases.Of("tracker", "4.0.2"), ncp] }, CancellationToken.None);
        Assert.True(result.Outcome == Outcome.Passed, result.Error?.Message);
        Assert.Equal(7, bench.Board.Hardware.NcpVersion);
        Assert.Equal("control", result.Modules.Single(m => m.Function == ModuleFunction.Ncp).Route);
    }

    [Theory, InlineData("photon"), InlineData("boron")]
    public async Task Whatever_a_control_transfer_does_wrong_the_job_never_claims_more_than_it_checked_and_the_same_command_finishes(string platform)
    {
        PipeFault[] faults = [new PipeFault.Stall(), new PipeFault.Silence(), new PipeFault.Vanish(), new PipeFault.Count(0)];
        foreach (var fault in faults)
        {
            for (var transfer = 2; transfer < 1500; transfer += 211)
            {
                await using var bench = new Bench(platform, "1.5.2");
                var count = 0;
                bench.Unit.Wire = pipe => new FaultyPipe(pipe, bench.Clock, _ => ++count == transfer ? fault : null);
                var result = await JobOn(bench, [Route.Control]).RunAsync(Bench.GoalOf(platform, "2.2.0"), CancellationToken.None);
                if (result.Outcome == Outcome.Passed)
                {
                    Assert.All(RealReleases.Of(platform, "2.2.0"), module => Assert.True(bench.Holds(module)));
                    continue;
                }
                Assert.False(string.IsNullOrEmpty(result.Error?.Code) || string.IsNullOrEmpty(result.Error?.Remedy));
                bench.Unit.Wire = pipe => pipe;
                if (bench.Unit.Presence == UnitPresence.Absent) bench.Board.PowerOn();
                var again = await JobOn(bench, [Route.Control]).RunAsync(Bench.GoalOf(platform, "2.2.0"), CancellationToken.None);
                Assert.True(again.Outcome == Outcome.Passed, $"{fault} at {transfer}: {result.Error?.Code} {result.Error?.Message}, then {again.Error?.Message}");
            }
        }
    }

    [Theory, InlineData("photon", Route.Control), InlineData("boron", Route.Serial)]
    public async Task A_board_that_lost_power_between_or_in_files_is_finished_by_the_same_command(string platform, Route route)
    {
        for (var at = 1; at < 500_000; at += 90_000)
        {
            await using var bench = new Bench(platform, "1.5.2");
            long written = 0;
            var cut = false;
            var job = new RestoreJob(bench.Unit, bench.Clock.HostTime, new Hook(e =>
            {
                if (e.Phase != ProgrammingPhase.Write || cut || (written = Math.Max(written, e.Done)) < at) return;
                cut = true;
                bench.Board.CutPower();
            })) { Routes = [route] };
            var result = await job.RunAsync(Bench.GoalOf(platform, "2.2.0"), CancellationToken.None);
            if (cut)
            {
                Assert.NotEqual(Outcome.Passed, result.Outcome);
                bench.Board.PowerOn();
            }
            var again = await JobOn(bench, [route]).RunAsync(Bench.GoalOf(platform, "2.2.0"), CancellationToken.None);
            Assert.True(again.Outcome == Outcome.Passed, $"cut at {at}: {again.Error?.Message}");
        }
    }

    [Theory, InlineData("photon", "control"), InlineData("boron", "control"), InlineData("boron", "serial")]
    public async Task With_the_times_of_the_data_sheets_an_update_takes_longer_than_the_floor(string platform, string route)
    {
        await using var bench = new Bench(platform, "1.5.2", LabTiming.Datasheet);
        var result = await JobOn(bench, RoutesOf(route)).RunAsync(Bench.GoalOf(platform, "2.2.0"), CancellationToken.None);
        Assert.True(result.Outcome == Outcome.Passed, result.Error?.Message);
        Assert.True(result.Seconds >= result.FloorSeconds, $"{result.Seconds} s, floor {result.FloorSeconds} s");
    }

    static RestoreJob JobOn(Bench bench, Route[] routes) => new(bench.Unit, bench.Clock.HostTime, null)
    {
        Routes = routes,
        Passages = (platform, from, to, route, _) => new([.. SteppingStones.Between(platform, from, to, route,
            range => RealReleases.All.Where(r => r.Platform == platform.Name).Select(r => DeviceOsVersion.Parse(r.Os)).Where(range.Contains).Max())
            .Select(p => new PassedRelease(p, RealReleases.Of(platform.Name, p.Release.ToString())))]),
    };

    static Route[] RoutesOf(string name) => name == "free" ? All : [All.Single(r => r.Name() == name)];

    sealed class Hook(Action<ProgrammingEvent> act) : IProgrammingObserver
    {
        public void On(in ProgrammingEvent step) => act(step);
    }
}
