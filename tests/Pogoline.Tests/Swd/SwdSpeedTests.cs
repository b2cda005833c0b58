using Pogoline.Lab.Board;
using Pogoline.Lab.Probes;
using Pogoline.Programming;
using Pogoline.Programming.Swd;
using Pogoline.Tests.Programming;

namespace Pogoline.Tests.Swd;

/// <summary>
/// How long a whole restore takes where erasing, programming, the bus and the core take the time of their data sheets and nothing else takes any. The clock is virtual, so
/// the numbers are the same on every machine; it lets no two things on the bus overlap, so HID probes, which live by that, are measured in perf/ only.
/// </summary>
public class SwdSpeedTests
{
    /// <summary>A change of option bytes, off for the job and on again. The lab takes as long for one as for erasing a sector of 16 KiB; the data sheet has no figure.</summary>
    const double OptionBytesSeconds = 2 * 0.25;

    [Theory]
    [InlineData("photon", ProbeKind.CmsisDapV2, 1.12), InlineData("photon", ProbeKind.JLink, 1.12), InlineData("photon", ProbeKind.StLinkV2, 1.12)]
    [InlineData("boron", ProbeKind.CmsisDapV2, 1.08), InlineData("boron", ProbeKind.JLink, 1.08)]
    public async Task A_restore_takes_little_more_than_the_flash(string board, ProbeKind kind, double most)
    {
        await using var bench = new SwdBench(board, "1.5.2", kind, LabTiming.Datasheet);
        var job = new SwdJob(await bench.OpenAsync(), "probe-1", new() { AllowOptionBytes = true }, bench.Clock.HostTime, null);

        var result = await job.RestoreAsync((platform, _) => new(Bench.GoalOf(platform.Name, "2.2.0")), CancellationToken.None);

        Assert.True(result.Outcome == Outcome.Passed, result.Error?.ToString());
        var flash = result.FloorSeconds + (result.Notes.Any(n => n.StartsWith("Write protection", StringComparison.Ordinal)) ? OptionBytesSeconds : 0);
        Assert.True(result.Seconds <= most * flash, $"{result.Seconds} s, flash alone {flash} s: {result.Seconds / flash:F3}");
    }
}
