using Pogoline.Lab.Board;
using Pogoline.Planning;
using Pogoline.Programming;

namespace Pogoline.Tests.Programming;

public class GoingOnTests
{
    [Theory, InlineData("photon", 0.6), InlineData("boron", 0.75)]
    public async Task What_was_written_before_a_power_cut_is_not_written_again(string platform, double share)
    {
        await using var bench = new Bench(platform, "1.5.2");
        var clean = await TransfersAsync(platform);
        var count = 0;
        bench.Unit.Wire = pipe => new FaultyPipe(pipe, bench.Clock, _ =>
        {
            if (++count == (int)(clean.Transfers * share)) bench.Board.CutPower();
            return null;
        });
        Assert.Equal(Outcome.Failed, (await bench.RestoreAsync("2.2.0")).Outcome);
        bench.Unit.Wire = pipe => pipe;
        bench.Board.PowerOn();
        if (bench.Unit.Presence == UnitPresence.Absent) bench.Board.Reset(TimeSpan.FromSeconds(4));
        var programmed = bench.Board.Hardware.Storage.Internal.Programmed;

        var result = await new RestoreJob(bench.Unit, bench.Clock.HostTime, null) { GoesOn = true }.RunAsync(Bench.GoalOf(platform, "2.2.0"), CancellationToken.None);

        Assert.True(result.Outcome == Outcome.Passed, result.Error?.Message);
        Assert.All(RealReleases.Of(platform, "2.2.0"), module => Assert.True(bench.Holds(module)));
        var again = bench.Board.Hardware.Storage.Internal.Programmed - programmed;
        Assert.InRange(again, 1, clean.Programmed * 2 / 3);
        Assert.Equal(again > 0, result.Modules.Any(m => m.Action == ModuleAction.Written));
    }

    [Theory, InlineData("photon"), InlineData("electron"), InlineData("boron"), InlineData("tracker")]
    public async Task A_module_with_one_wrong_page_costs_one_page_and_a_board_that_is_right_costs_nothing(string platform)
    {
        await using var bench = new Bench(platform, "2.2.0");
        var part = RealReleases.Of(platform, "2.2.0").Last(m => m.Id.Function == ModuleFunction.SystemPart);
        var flash = bench.Board.Hardware.Storage.Internal;
        flash.Load(part.Range.Start + 0x2345, [(byte)(part.Image.Span[0x2345] ^ 0x10)]);
        var (erases, programmed) = (flash.Erases, flash.Programmed);
        bench.Board.Reset(TimeSpan.FromSeconds(4));

        var result = await bench.RestoreAsync("2.2.0");

        Assert.True(result.Outcome == Outcome.Passed, result.Error?.Message);
        Assert.True(bench.Holds(part));
        Assert.Equal(1, flash.Erases - erases);
        var unit = bench.Unit.Platform.StorageOf(Pogoline.Platforms.StorageKind.InternalFlash).EraseUnits(AddressRange.Of(part.Range.Start + 0x2345, 1)).Single();
        Assert.InRange(flash.Programmed - programmed, 1, unit.Length);
        Assert.Equal(unit.Length < part.Image.Length, result.Notes.Any(note => note.Contains("were right already", StringComparison.Ordinal)));

        (erases, programmed) = (flash.Erases, flash.Programmed);
        var again = await bench.RestoreAsync("2.2.0");
        Assert.Equal(Outcome.Passed, again.Outcome);
        Assert.All(again.Modules.Where(m => m.Function is ModuleFunction.SystemPart), m => Assert.Equal((ModuleAction.Skipped, Verification.Readback), (m.Action, m.Verified)));
        Assert.Equal((erases, programmed), (flash.Erases, flash.Programmed));
    }

    static async Task<(int Transfers, long Programmed)> TransfersAsync(string platform)
    {
        await using var bench = new Bench(platform, "1.5.2");
        var before = bench.Board.Hardware.Storage.Internal.Programmed;
        var count = 0;
        bench.Unit.Wire = pipe => new FaultyPipe(pipe, bench.Clock, _ =>
        {
            count++;
            return null;
        });
        Assert.Equal(Outcome.Passed, (await bench.RestoreAsync("2.2.0")).Outcome);
        return (count, bench.Board.Hardware.Storage.Internal.Programmed - before);
    }
}
