using System.Globalization;
using Pogoline.Lab.Board;
using Pogoline.Planning;
using Pogoline.Platforms;
using Pogoline.Programming;
using Pogoline.Tests;

namespace Pogoline.Perf;

/// <summary>
/// How far a restore over DFU is from what flash, bus and restarts alone take, on virtual boards with the times of the data sheets and a virtual clock:
/// the figures are the same on every machine. Beside it the control transfers and the bytes, which are counted.
/// </summary>
static class FloorTable
{
    public static async Task<int> RunAsync()
    {
        Console.WriteLine($"{"board",-10}{"from",-8}{"to",-8}{"seconds",10}{"floor",10}{"ratio",8}{"transfers",12}{"to board",12}{"to host",12}");
        foreach (var (platform, from) in RealReleases.All)
        {
            foreach (var (_, to) in RealReleases.All.Where(r => r.Platform == platform && r.Os != from)) await RowAsync(platform, from, to);
        }
        return 0;
    }

    static async Task RowAsync(string platform, string from, string to)
    {
        var clock = new LabClock(LabTiming.Datasheet, new VirtualTime());
        var files = RealReleases.Of(platform, from).Append(RealReleases.Tinker(platform)).Select(m => m.Image).ToList();
        await using var unit = new VirtualUnit(BoardFactory.Make(PlatformCatalog.Require(platform), files, clock), clock, "lab-1");
        await unit.WaitForAsync(UnitPresence.System, TimeSpan.FromSeconds(30), CancellationToken.None);
        var goal = new Goal { Release = DeviceOsVersion.Parse(to), Modules = RealReleases.Of(platform, to), MayDowngrade = true };
        var result = await new RestoreJob(unit, clock.HostTime, null).RunAsync(goal, CancellationToken.None);
        if (result.Outcome != Outcome.Passed) throw new InvalidOperationException(result.Error?.Message);
        var traffic = unit.Board.Traffic;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{platform,-10}{from,-8}{to,-8}{result.Seconds,10:F2}{result.FloorSeconds,10:F2}{result.Seconds / result.FloorSeconds,8:F2}{traffic.Transfers,12}{traffic.BytesToBoard,12}{traffic.BytesToHost,12}"));
    }
}
