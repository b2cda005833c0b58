using Pogoline.Lab.Probes;
using Pogoline.Links.Swd;
using Pogoline.Platforms;
using Pogoline.Programming;
using Pogoline.Programming.Modes;
using Pogoline.Programming.Swd;
using Pogoline.Tests.Programming;

namespace Pogoline.Tests.Swd;

/// <summary>How a board is left by a job that does not come to its end: never halted, never in reset.</summary>
public class SwdEndTests
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>Stops a job when it comes to a phase.</summary>
    sealed class Stopper(ProgrammingPhase phase, long bytes) : IProgrammingObserver, IDisposable
    {
        readonly CancellationTokenSource _stop = new();

        public CancellationToken Token => _stop.Token;

        public void On(in ProgrammingEvent step)
        {
            if (step.Phase == phase && step.Done >= bytes) _stop.Cancel();
        }

        public void Dispose() => _stop.Dispose();
    }

    static async Task<ProgrammingResult> RestoreAsync(SwdBench bench, string os, SwdJobOptions options, Stopper? stopper = null)
    {
        var job = new SwdJob(await bench.OpenAsync(), "probe-1", options, bench.Clock.HostTime, stopper);
        return await job.RestoreAsync((platform, _) => new(Bench.GoalOf(platform.Name, os)), stopper?.Token ?? CancellationToken.None);
    }

    static async Task<bool> AnswersAsync(SwdBench bench) =>
        await bench.Unit.WaitForAsync(UnitPresence.System, Deadline, CancellationToken.None) && await bench.Unit.ReadReportAsync(bench.Clock.HostTime, CancellationToken.None) is not null;

    [Theory]
    [InlineData("photon", ProbeKind.CmsisDapV1), InlineData("photon", ProbeKind.StLinkV2), InlineData("electron", ProbeKind.JLink)]
    [InlineData("boron", ProbeKind.CmsisDapV2), InlineData("argon", ProbeKind.JLink), InlineData("argon", ProbeKind.StLinkV21)]
    public async Task A_job_that_is_stopped_before_its_first_write_leaves_a_board_that_runs(string board, ProbeKind kind)
    {
        await using var bench = new SwdBench(board, "1.5.2", kind);
        var before = bench.Flash;
        using var stopper = new Stopper(ProgrammingPhase.Look, 1);

        var result = await RestoreAsync(bench, "2.2.0", new() { AllowOptionBytes = true }, stopper);

        Assert.Equal((Outcome.Cancelled, "Nothing was written."), (result.Outcome, result.Error?.Remedy));
        Assert.Equal(before, bench.Flash);
        Assert.True(await AnswersAsync(bench));
    }

    [Theory]
    [InlineData("photon", ProbeKind.CmsisDapV2), InlineData("photon", ProbeKind.StLinkV2), InlineData("boron", ProbeKind.CmsisDapV1), InlineData("boron", ProbeKind.JLink)]
    public async Task A_job_that_is_stopped_half_way_says_what_the_flash_holds_lets_the_core_run_and_goes_on_when_it_is_run_again(string board, ProbeKind kind)
    {
        await using var bench = new SwdBench(board, "1.5.2", kind);
        using var stopper = new Stopper(ProgrammingPhase.Write, 200_000);

        var result = await RestoreAsync(bench, "2.2.0", new() { AllowOptionBytes = true }, stopper);

        Assert.Equal(Outcome.Cancelled, result.Outcome);
        Assert.Matches(@"[1-9]\d* of \d+ sectors are written, and the others hold what they held before", result.Error!.Message);
        Assert.Contains("un the same command again", result.Error.Remedy, StringComparison.Ordinal);
        // The bootloader finds no whole system, or one whose parts do not fit: it is on the bus in some mode, which a halted core never is.
        Assert.True(await bench.Unit.WaitForAsync(UnitPresence.System | UnitPresence.Dfu, Deadline, CancellationToken.None));

        var again = await RestoreAsync(bench, "2.2.0", new() { AllowOptionBytes = true });
        Assert.True(again.Outcome == Outcome.Passed, again.Error?.ToString());
        Assert.True(await AnswersAsync(bench));
    }

    [Theory, InlineData(ProbeKind.CmsisDapV1), InlineData(ProbeKind.StLinkV2), InlineData(ProbeKind.JLink)]
    public async Task A_job_that_is_refused_leaves_a_board_that_runs(ProbeKind kind)
    {
        await using var bench = new SwdBench("photon", "1.5.2", kind);
        Assert.Equal(SwdFaults.Protected.Name, (await RestoreAsync(bench, "2.2.0", new())).Error?.Code);
        Assert.True(await AnswersAsync(bench));
    }

    [Theory, InlineData(ProbeKind.CmsisDapV2), InlineData(ProbeKind.StLinkV2), InlineData(ProbeKind.JLink)]
    public async Task A_flash_that_gets_stuck_is_told_with_what_is_in_doubt_and_the_core_is_let_go(ProbeKind kind)
    {
        await using var bench = new SwdBench("photon", "1.5.2", kind);
        using var breaker = new Breaker(bench.Probe.Target);
        var job = new SwdJob(await bench.OpenAsync(), "probe-1", new() { AllowOptionBytes = true }, bench.Clock.HostTime, breaker);
        var result = await job.RestoreAsync((platform, _) => new(Bench.GoalOf(platform.Name, "2.2.0")), CancellationToken.None);

        Assert.Equal(Outcome.Failed, result.Outcome);
        Assert.Contains("may be half-written", result.Error!.Message, StringComparison.Ordinal);
        Assert.Contains("run the same command again", result.Error.Remedy, StringComparison.Ordinal);
        bench.Probe.Target.IsStuck = false;
        await using var target = await bench.ConnectAsync();
        Assert.False(await target.Core.IsHaltedAsync(CancellationToken.None));
    }

    /// <summary>Makes the flash controller get stuck once it has written something.</summary>
    sealed class Breaker(Pogoline.Lab.Swd.SwdTarget target) : IProgrammingObserver, IDisposable
    {
        public void On(in ProgrammingEvent step)
        {
            if (step.Phase == ProgrammingPhase.Write && step.Done > 100_000) target.IsStuck = true;
        }

        public void Dispose() => target.IsStuck = false;
    }

    [Fact]
    public async Task A_target_that_is_let_go_of_when_its_wires_are_off_hides_no_error()
    {
        await using var bench = new SwdBench("boron", "1.5.2", ProbeKind.CmsisDapV2);
        bench.Probe.Target.Fault = transaction =>
        {
            if (transaction.Number == 6000) bench.Probe.Target.IsCabled = false;
            return null;
        };
        var result = await RestoreAsync(bench, "2.2.0", new());
        Assert.Equal((Outcome.Failed, SwdFaults.Lost.Name), (result.Outcome, result.Error?.Code));
    }

    [Theory, InlineData("boron", ProbeKind.CmsisDapV1), InlineData("photon", ProbeKind.StLinkV2)]
    public async Task An_erase_by_hand_lets_the_core_run_and_a_halt_by_hand_does_not(string board, ProbeKind kind)
    {
        await using var bench = new SwdBench(board, "2.2.0", kind);
        var user = PlatformCatalog.Require(board).Components.Single(c => c.Function == ModuleFunction.UserPart).Positions[0].Start;
        var unit = bench.Board.Hardware.Platform.StorageOf(StorageKind.InternalFlash).EraseUnits(AddressRange.Of(user, 1)).Single();
        await using (var target = await bench.ConnectAsync()) Assert.Equal(1, await new SwdMaintenance(target, new()).EraseAsync(unit, CancellationToken.None));
        Assert.True(await AnswersAsync(bench));

        await using (var target = await bench.ConnectAsync())
        {
            await target.ResetAndHaltAsync(CancellationToken.None);
            target.LeaveHalted();
        }
        Assert.False(await bench.Unit.WaitForAsync(UnitPresence.System | UnitPresence.Dfu, TimeSpan.FromSeconds(5), CancellationToken.None));
    }

    [Fact]
    public async Task A_chip_that_locks_itself_is_still_open_after_it_was_unlocked_by_hand_and_reset()
    {
        await using var bench = new SwdBench("boron", "2.2.0", ProbeKind.CmsisDapV2, target: new() { Variant = "AAF0" });
        await using (var target = await bench.ConnectAsync())
        {
            Assert.True(target.IsLocked);
            var uicr = new byte[0x1000];
            uicr.AsSpan().Fill(0xFF);
            BitConverter.GetBytes(0x000F4000).CopyTo(uicr, 0x14);
            var maintenance = new SwdMaintenance(target, new() { AllowUnlock = true, Base = [(new(0x10001000), uicr), (new(0), bench.Flash.AsMemory(0, 0x1000))] });
            Assert.True(await maintenance.UnlockAsync(CancellationToken.None));
        }
        await using var again = await bench.ConnectAsync();
        Assert.False(again.IsLocked);
    }
}
