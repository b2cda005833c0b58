using Pogoline.Lab.Board;
using Pogoline.Planning;
using Pogoline.Programming;
using Pogoline.Programming.Modes;
using Pogoline.Tests.Planning;

namespace Pogoline.Tests.Programming;

public class RestoreJobTests
{
    public static TheoryData<string, string, string> Journeys => DfuPlannerTests.Journeys;

    [Theory, MemberData(nameof(Journeys))]
    public async Task A_board_comes_to_the_release_byte_for_byte_and_says_so_itself(string platform, string from, string to)
    {
        await using var bench = new Bench(platform, from);

        var result = await bench.RestoreAsync(to);

        Assert.True(result.Outcome == Outcome.Passed, result.Error?.Message);
        Assert.Null(result.Error);
        Assert.All(RealReleases.Of(platform, to), module => Assert.True(bench.Holds(module), $"{module} is not in the flash"));
        Assert.All(result.Modules, module => Assert.True(
            module.Verified != Verification.None || module.Function == ModuleFunction.Ncp || (module is { Action: ModuleAction.Kept, Function: ModuleFunction.Bootloader })));
        Assert.Equal(from == to, result.Modules.All(m => m.Action != ModuleAction.Written));
        var report = await bench.Unit.ReadReportAsync(bench.Clock.HostTime, CancellationToken.None);
        Assert.All(RealReleases.Of(platform, to), module =>
            Assert.Contains(report!.Modules, m => m.Module == module.Id && m.Version == module.Version && m.IntegrityOk && m.DependenciesOk));
        Assert.NotEqual(DeviceMode.Safe, report!.Mode);
    }

    [Theory, InlineData("photon", "1.5.2", "2.2.0"), InlineData("boron", "1.5.2", "2.2.0"), InlineData("b5som", "1.5.2", "4.0.2")]
    public async Task A_board_found_in_DFU_mode_is_restored_too(string platform, string from, string to)
    {
        await using var bench = new Bench(platform, from);
        bench.Board.Reset(TimeSpan.FromSeconds(4));
        Assert.Equal(UnitPresence.Dfu, bench.Unit.Presence);
        var result = await bench.RestoreAsync(to);
        if (platform == "b5som")
        {
            // Whether the installed system runs cannot be seen in DFU mode, and this bootloader needs it.
            Assert.Equal((Outcome.Refused, "plan-route"), (result.Outcome, result.Error?.Code));
            Assert.Equal(UnitPresence.System, bench.Unit.Presence);
            result = await bench.RestoreAsync(to);
        }
        Assert.True(result.Outcome == Outcome.Passed, result.Error?.Message);
    }

    [Fact]
    public async Task Nothing_is_written_and_the_board_runs_again_when_the_goal_is_refused()
    {
        await using var bench = new Bench("boron", "2.2.0");
        var before = bench.FlashDigest();
        var goal = Bench.GoalOf("boron", "1.5.2") with { MayDowngrade = false };

        var result = await bench.Job.RunAsync(goal, CancellationToken.None);

        Assert.Equal((Outcome.Refused, "plan-downgrade", ExitCode.Refused), (result.Outcome, result.Error?.Code, result.Exit));
        Assert.Equal(before, bench.FlashDigest());
        Assert.Equal(UnitPresence.System, bench.Unit.Presence);
    }

    [Fact]
    public async Task A_Tracker_whose_running_system_reports_an_old_NCP_is_refused_before_the_first_write()
    {
        await using var bench = new Bench("tracker", "2.2.0", ncp: 6);
        // Device OS 2.x does not report its NCP, so the board must tell after the restart.
        var result = await bench.RestoreAsync("4.0.2");
        Assert.Equal((Outcome.Failed, "report-mismatch"), (result.Outcome, result.Error?.Code));
        Assert.Contains("depends", result.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_saved_plan_runs_unchanged_on_a_board_in_that_state_and_is_refused_on_another()
    {
        await using var bench = new Bench("argon", "1.5.2");
        var goal = Bench.GoalOf("argon", "2.2.0");
        var plan = Plan.Load((await bench.Job.PlanAsync(goal, CancellationToken.None)).Save());
        Assert.Equal(UnitPresence.System, bench.Unit.Presence);

        var result = await bench.Job.RunAsync(plan, Bench.ContentOf(goal), CancellationToken.None);
        Assert.True(result.Outcome == Outcome.Passed, result.Error?.Message);

        await using var blank = new Bench("argon", "1.5.2");
        blank.Board.Hardware.Storage.Internal.Erase(AddressRange.Of(new(0x1000), 0x10000));
        blank.Board.Reset(TimeSpan.FromSeconds(4));
        if (blank.Unit.Presence == UnitPresence.Dfu)
        {
            Assert.Equal("plan-stale", (await blank.Job.RunAsync(plan, Bench.ContentOf(goal), CancellationToken.None)).Error?.Code);
        }
    }

    [Fact]
    public async Task A_plan_that_was_tampered_with_writes_nothing()
    {
        await using var bench = new Bench("boron", "1.5.2");
        var goal = Bench.GoalOf("boron", "2.2.0");
        var plan = await bench.Job.PlanAsync(goal, CancellationToken.None);
        var before = bench.FlashDigest();
        var system = plan.Steps.OfType<WriteStep>().First(w => w.Module == "system-part1");
        PlanStep[] evil =
        [
            system with { At = new(0x1000) },
            system with { At = new(0x0) },
            system with { At = new(0x90000) },
            system with { Module = "bootloader", At = new(0xF4000) },
            system with { Length = system.Length + 1 },
            system with { Skip = -24, Length = system.Length + 24 },
            new EraseStep("user-part", Pogoline.Platforms.StorageKind.InternalFlash, new(0x0), 4096, ""),
            new EraseStep("bootloader", Pogoline.Platforms.StorageKind.InternalFlash, new(0xF4000), 4096, ""),
            new DctByteStep(34, 0x00, ""),
        ];
        foreach (var step in evil)
        {
            var tampered = plan with { Steps = [plan.Steps[0], step, plan.Steps[^1]] };
            var result = await bench.Job.RunAsync(tampered, Bench.ContentOf(goal), CancellationToken.None);
            Assert.Equal((Outcome.Refused, "plan-invalid"), (result.Outcome, result.Error?.Code));
        }
        Assert.Equal(before, bench.FlashDigest());
    }

    [Theory, InlineData("photon"), InlineData("electron"), InlineData("boron")]
    public async Task A_board_that_lost_power_in_the_middle_is_restored_by_the_same_command(string platform)
    {
        const int cuts = 8;
        var all = await RestoreAsync(cutAt: 0);
        for (var cut = 1; cut <= cuts; cut++) await RestoreAsync(cutAt: all * cut / (cuts + 1));

        async Task<int> RestoreAsync(int cutAt)
        {
            await using var bench = new Bench(platform, "1.5.2");
            var count = 0;
            bench.Unit.Wire = pipe => new FaultyPipe(pipe, bench.Clock, _ =>
            {
                if (++count == cutAt) bench.Board.CutPower();
                return null;
            });
            var first = await bench.RestoreAsync("2.2.0");
            Assert.Equal(cutAt == 0, first.Outcome == Outcome.Passed);
            if (cutAt == 0) return count;
            Assert.False(string.IsNullOrEmpty(first.Error?.Remedy));
            bench.Unit.Wire = pipe => pipe;
            bench.Board.PowerOn();
            if (bench.Unit.Presence == UnitPresence.Absent) bench.Board.Reset(TimeSpan.FromSeconds(4));
            var again = await bench.RestoreAsync("2.2.0");
            Assert.True(again.Outcome == Outcome.Passed, $"after a cut at transfer {cutAt}: {again.Error?.Message}");
            return count;
        }
    }

    [Theory, InlineData("photon"), InlineData("b5som")]
    public async Task Whatever_a_transfer_does_wrong_the_job_ends_with_a_code_and_never_claims_more_than_it_checked(string platform)
    {
        Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> flip = data => data.ToArray().Select((b, i) => i == 0 ? (byte)(b ^ 0x40) : b).ToArray();
        Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> shorten = data => data[..(data.Length / 2)];
        Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> noise = data => Enumerable.Repeat((byte)0xAA, data.Length).ToArray();
        PipeFault[] faults = [new PipeFault.Stall(), new PipeFault.Silence(), new PipeFault.Vanish(), new PipeFault.Answer(flip), new PipeFault.Answer(shorten), new PipeFault.Answer(noise), new PipeFault.Count(0)];
        foreach (var fault in faults)
        {
            for (var transfer = 1; transfer < 900; transfer += 97)
            {
                await using var bench = new Bench(platform, "1.5.2");
                var count = 0;
                bench.Unit.Wire = pipe => new FaultyPipe(pipe, bench.Clock, _ => ++count == transfer ? fault : null);
                var result = await bench.RestoreAsync("2.2.0");
                if (result.Outcome == Outcome.Passed)
                {
                    Assert.All(RealReleases.Of(platform, "2.2.0"), module => Assert.True(bench.Holds(module)));
                    continue;
                }
                Assert.False(string.IsNullOrEmpty(result.Error?.Code));
                bench.Unit.Wire = pipe => pipe;
                if (bench.Unit.Presence == UnitPresence.Absent) bench.Board.Reset(TimeSpan.FromSeconds(4));
                var again = await bench.RestoreAsync("2.2.0");
                // A B523 that was found in DFU mode is refused once: leaving DFU mode shows that its system still runs.
                if (again.Error?.Code == "plan-route") again = await bench.RestoreAsync("2.2.0");
                Assert.True(again.Outcome == Outcome.Passed, $"{fault} at transfer {transfer}: {result.Error?.Code}, then {again.Error?.Message}");
            }
        }
    }

    [Theory, InlineData("photon", "1.5.2", "2.2.0"), InlineData("boron", "1.5.2", "2.2.0"), InlineData("b5som", "2.2.0", "4.0.2")]
    public async Task With_the_times_of_the_data_sheets_it_takes_longer_than_the_floor_and_not_much(string platform, string from, string to)
    {
        await using var bench = new Bench(platform, from, LabTiming.Datasheet);
        var result = await bench.RestoreAsync(to);
        Assert.Equal(Outcome.Passed, result.Outcome);
        Assert.InRange(result.Seconds, result.FloorSeconds, 2.5 * result.FloorSeconds);
    }

    [Fact]
    public async Task Stopping_between_two_blocks_leaves_a_unit_that_the_same_command_finishes()
    {
        await using var bench = new Bench("boron", "1.5.2");
        using var stop = new CancellationTokenSource();
        var count = 0;
        bench.Unit.Wire = pipe => new FaultyPipe(pipe, bench.Clock, _ =>
        {
            if (++count == 700) stop.Cancel();
            return null;
        });
        var result = await bench.Job.RunAsync(Bench.GoalOf("boron", "2.2.0"), stop.Token);
        Assert.Equal((Outcome.Cancelled, ExitCode.Cancelled), (result.Outcome, result.Exit));
        Assert.Equal(Outcome.Passed, (await bench.RestoreAsync("2.2.0")).Outcome);
    }
}
