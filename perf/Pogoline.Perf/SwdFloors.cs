using System.Globalization;
using Pogoline.Lab.Board;
using Pogoline.Lab.Probes;
using Pogoline.Links.Swd.Probes;
using Pogoline.Platforms;
using Pogoline.Programming;
using Pogoline.Programming.Swd;
using LabKind = Pogoline.Lab.Probes.ProbeKind;
using ProbeKind = Pogoline.Links.Swd.Probes.ProbeKind;

namespace Pogoline.Perf;

/// <summary>
/// How far our writing is from what flash and link allow, in process, with the times of the data sheets: erase, write and verify against flash time alone, and of a HID probe
/// against one report of 56 payload bytes a millisecond.
/// </summary>
static class SwdFloors
{
    const double HidBytesPerSecond = 56_000;
    const double Target = 1.15;

    public static async Task<int> RunAsync()
    {
        var isGood = true;
        Console.WriteLine("probe         board  job                    seconds   flash    link   bound  ratio  packets/KiB");
        foreach (var kind in new[] { LabKind.CmsisDapV2, LabKind.CmsisDapV1, LabKind.JLink, LabKind.StLinkV2 })
        {
            foreach (var (board, atOnce) in new[] { ("photon", false), ("boron", false), ("boron", true) }) isGood &= await MeasureAsync(kind, board, atOnce);
        }
        return isGood ? 0 : 1;
    }

    static async Task<bool> MeasureAsync(LabKind kind, string name, bool atOnce)
    {
        // By a virtual clock, which gives the same numbers on every machine.
        var clock = new LabClock(LabTiming.Datasheet, new VirtualTime());
        var (platform, image) = (PlatformCatalog.Require(name), SwdComparison.ImageOf(name));
        var board = SwdComparison.Make(name, clock);
        SwdComparison.Scramble(board, platform, image, all: true);
        board.PowerOn();
        await using var unit = new VirtualUnit(board, clock, "lab-1");
        var virtualProbe = unit.AttachProbe(kind);
        var probe = await ProbeFactory.OpenAsync(KindOf(kind), virtualProbe.Open(), clock.HostTime, CancellationToken.None);
        var job = new SwdJob(probe, "lab-1", new() { AllowMassErase = atOnce, AllowUicr = true, AllowOptionBytes = true }, clock.HostTime, null);
        var before = virtualProbe.Traffic;
        var result = await job.WriteAsync([.. image.Segments.Select(s => (s.Start, s.Bytes))], CancellationToken.None);
        if (result.Outcome != Outcome.Passed) throw new InvalidOperationException(result.Error?.Message);
        var packets = virtualProbe.Traffic.PacketsToProbe + virtualProbe.Traffic.PacketsToHost - before.PacketsToProbe - before.PacketsToHost;
        // The bootloader of a Gen 2 board is write-protected: its option bytes are changed twice. The lab takes as long for each as
        // for erasing 16 KiB; the data sheet has no figure.
        const double optionBytesSeconds = 2 * 0.25;
        // Nothing can be under way beside them, so they come on top of the link's time as well.
        var alone = platform.Generation == 2 ? optionBytesSeconds : 0;
        var flash = SwdComparison.Floor(platform, image, atOnce, all: true) + alone;
        var link = kind == LabKind.CmsisDapV1 ? (image.Bytes / HidBytesPerSecond) + alone : 0;
        var bound = Math.Max(flash, link);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{ProbeKinds.NameOf(kind),-13} {name,-6} {(atOnce ? "mass erase allowed" : "by sectors"),-20} {result.Seconds,9:F1} {flash,7:F1} {link,7:F1} {bound,7:F1} {result.Seconds / bound,6:F2} {packets * 1024.0 / image.Bytes,12:F1}"));
        return kind is LabKind.JLink or LabKind.StLinkV2 || result.Seconds <= Target * bound;
    }

    static ProbeKind KindOf(LabKind kind) => kind switch
    {
        LabKind.CmsisDapV1 => ProbeKind.CmsisDapV1,
        LabKind.CmsisDapV2 => ProbeKind.CmsisDapV2,
        LabKind.JLink => ProbeKind.JLink,
        _ => ProbeKind.StLink,
    };
}
