using Pogoline.Lab.Board;
using Pogoline.Planning;
using Pogoline.Programming;
using Pogoline.Tests.Planning;

namespace Pogoline.Tests.Lab.Board;

/// <summary>The host's restore against virtual boards: two programs written apart, agreeing on every byte.</summary>
public class RestoreTests
{
    public static TheoryData<string, string, string> Journeys => DfuPlannerTests.Journeys;

    [Theory]
    [MemberData(nameof(Journeys))]
    public async Task Every_board_gets_from_any_release_to_any_other(string name, string from, string to)
    {
        var clock = LabClock.Immediate();
        await using var unit = new VirtualUnit(Boards.Make(name, from, clock), clock, "lab-1");

        var result = await new RestoreJob(unit, clock.HostTime, null).RunAsync(GoalOf(name, to), default);

        Assert.Null(result.Error);
        Assert.Equal(Outcome.Passed, result.Outcome);
        foreach (var module in RealReleases.Of(name, to).Where(m => m.Id.Function != ModuleFunction.Bootloader))
        {
            var bytes = module.DeviceBytes.ToArray();
            Assert.Equal(bytes, unit.Board.Hardware.Flash.Read(module.Header.Start, bytes.Length).ToArray());
        }
        if (RealReleases.Of(name, to).FirstOrDefault(m => m.Id.Function == ModuleFunction.Bootloader) is { } bootloader)
            Assert.Equal(bootloader.Version, unit.Board.Hardware.BootloaderVersion);
    }

    [Theory]
    [InlineData("photon", "1.5.2", "2.2.0")]
    [InlineData("boron", "1.5.2", "2.2.0")]
    [InlineData("b5som", "2.2.0", "4.0.2")]
    public async Task With_the_times_of_the_data_sheets_it_takes_longer_than_the_floor_and_not_much(string name, string from, string to)
    {
        var clock = new LabClock(LabTiming.Datasheet, new VirtualTime());
        await using var unit = new VirtualUnit(Boards.Make(name, from, clock), clock, "lab-1");

        var result = await new RestoreJob(unit, clock.HostTime, null).RunAsync(GoalOf(name, to), default);

        Assert.Equal(Outcome.Passed, result.Outcome);
        Assert.InRange(result.Seconds, result.FloorSeconds, 2.5 * result.FloorSeconds);
    }

    [Fact]
    public async Task A_board_that_loses_power_in_the_middle_is_repaired_by_the_next_job()
    {
        var clock = LabClock.Immediate();
        await using var unit = new VirtualUnit(Boards.Make("boron", "1.5.2", clock), clock, "lab-1");
        var blocks = 0;
        unit.Wire = pipe => new FaultyPipe(pipe, clock, transfer =>
        {
            if (transfer.Setup is not { Request: 1, Value: >= 2 } || ++blocks < 40) return null;
            unit.Board.CutPower();
            return new PipeFault.Vanish();
        });
        var goal = GoalOf("boron", "2.2.0");
        var first = await new RestoreJob(unit, clock.HostTime, null).RunAsync(goal, default);
        Assert.NotEqual(Outcome.Passed, first.Outcome);

        unit.Wire = pipe => pipe;
        unit.Board.PowerOn();
        Assert.Equal(UnitPresence.Dfu, unit.Presence);
        var second = await new RestoreJob(unit, clock.HostTime, null).RunAsync(goal, default);
        Assert.Null(second.Error);
        Assert.Equal(Outcome.Passed, second.Outcome);
    }

    static Goal GoalOf(string name, string os) =>
        new() { Release = DeviceOsVersion.Parse(os), Modules = RealReleases.Of(name, os), App = RealReleases.Tinker(name), MayDowngrade = true };
}
