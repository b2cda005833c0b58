using Pogoline.Lab.Probes;
using Pogoline.Planning;
using Pogoline.Programming;
using Pogoline.Programming.Modes;
using Pogoline.Programming.Swd;
using Pogoline.Tests.Lab;
using Pogoline.Tests.Programming;

namespace Pogoline.Tests.Swd;

public class SwdJobTests
{
    public static TheoryData<string, ProbeKind> BoardsAndProbes
    {
        get
        {
            var data = new TheoryData<string, ProbeKind>();
            foreach (var board in Boards.Names)
            {
                foreach (var kind in Enum.GetValues<ProbeKind>()) data.Add(board, kind);
            }
            return data;
        }
    }

    static async Task<ProgrammingResult> RestoreAsync(SwdBench bench, string os, SwdJobOptions? options = null, bool withApp = false)
    {
        var job = new SwdJob(await bench.OpenAsync(), "probe-1", options ?? new(), bench.Clock.HostTime, null);
        return await job.RestoreAsync((platform, _) =>
        {
            var goal = Bench.GoalOf(platform.Name, os);
            return new(withApp ? goal with { App = RealReleases.Tinker(platform.Name) } : goal);
        }, CancellationToken.None);
    }

    [Theory, MemberData(nameof(BoardsAndProbes))]
    public async Task A_board_is_brought_to_a_release_checked_on_the_target_and_says_so_itself(string board, ProbeKind kind)
    {
        var (from, to) = board == "tracker" ? ("2.2.0", "4.0.2") : ("1.5.2", "2.2.0");
        await using var bench = new SwdBench(board, from, kind);

        // Gen 2 boards come with the sector of their bootloader protected.
        var result = await RestoreAsync(bench, to, new() { AllowOptionBytes = true });

        Assert.True(result.Outcome == Outcome.Passed, result.Error?.ToString());
        Assert.Equal(bench.Board.Hardware.DeviceId, result.Unit.Id);
        Assert.All(result.Modules, m => Assert.Equal(Verification.Crc, m.Verified));
        Assert.Contains(result.Modules, m => m.Action == ModuleAction.Written);
        Assert.True(await bench.Unit.WaitForAsync(UnitPresence.System, TimeSpan.FromSeconds(60), CancellationToken.None));
        // Not by looking into the board: only one whose core runs answers.
        var report = await bench.Unit.ReadReportAsync(bench.Clock.HostTime, CancellationToken.None);
        Assert.NotNull(report);
        foreach (var module in RealReleases.Of(board, to).Where(m => m.Id.Function != ModuleFunction.Ncp))
        {
            var got = report.Modules.First(m => m.Module == module.Id);
            Assert.Equal((module.Version, true), (got.Version, got.IntegrityOk));
        }
        Assert.Equal(kind is ProbeKind.StLinkV2 or ProbeKind.StLinkV21 && !Boards.IsGen2(board), result.Notes.Any(n => n.Contains("control access port", StringComparison.Ordinal)));
    }
}
