using System.Globalization;
using Pogoline.Lab.Board;
using Pogoline.Modules;
using Pogoline.Planning;
using Pogoline.Platforms;
using Pogoline.Programming;
using Xunit.Abstractions;

namespace Pogoline.Tests.Programming;

/// <summary>Restores over DFU with the times of the data sheets, on a virtual clock: what is measured is the same on every machine.</summary>
public class FloorTests(ITestOutputHelper output)
{
    public static TheoryData<string, string, string> Journeys => DfuJourneys();

    [Theory, MemberData(nameof(Journeys))]
    public async Task A_full_restore_takes_at_most_a_tenth_more_than_flash_bus_and_restarts_alone(string platform, string from, string to)
    {
        await using var bench = await StartAsync(platform, from);
        var phases = new PhaseTimes(bench.Clock.Time);

        var result = await new RestoreJob(bench.Unit, bench.Clock.HostTime, phases).RunAsync(Bench.GoalOf(platform, to), CancellationToken.None);

        Assert.True(result.Outcome == Outcome.Passed, result.Error?.Message);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{platform} {from} to {to}: {result.Seconds:F2} s, floor {result.FloorSeconds:F2} s, {result.Seconds / result.FloorSeconds:F3}; {phases}"));
        Assert.InRange(result.Seconds, result.FloorSeconds, result.FloorSeconds * 1.10);
    }

    public static TheoryData<string, string> Boards => new()
    {
        { "photon", "2.3.1" }, { "p1", "2.3.1" }, { "electron", "2.3.1" }, { "argon", "4.0.2" }, { "boron", "4.0.2" }, { "bsom", "4.0.2" }, { "b5som", "4.0.2" }, { "tracker", "4.0.2" },
    };

    [Theory, MemberData(nameof(Boards))]
    public async Task Where_only_the_user_firmware_differs_a_restore_takes_a_quarter_of_a_full_one_or_what_the_board_needs_for_itself(string platform, string os)
    {
        // A Gen 2 board erases a sector of 128 KiB, and starts twice after DFU: that alone is more than a quarter of the rest.
        const double Quarter = 0.25;
        var goal = Bench.GoalOf(platform, os) with { App = Changed(RealReleases.Tinker(platform)) };
        await using var older = await StartAsync(platform, "2.2.0");
        await using var same = await StartAsync(platform, os);

        var full = await new RestoreJob(older.Unit, older.Clock.HostTime, null).RunAsync(goal, CancellationToken.None);
        var phases = new PhaseTimes(same.Clock.Time);
        var app = await new RestoreJob(same.Unit, same.Clock.HostTime, phases).RunAsync(goal, CancellationToken.None);

        Assert.Equal((Outcome.Passed, Outcome.Passed), (full.Outcome, app.Outcome));
        Assert.Equal(["user-part"], app.Modules.Where(m => m.Action == ModuleAction.Written).Select(m => m.Name));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{platform} user firmware: {app.Seconds:F2} s of {full.Seconds:F2} s, {app.Seconds / full.Seconds:F3}; floor {app.FloorSeconds:F2} s, {app.Seconds / app.FloorSeconds:F3}; {phases}"));
        Assert.InRange(app.Seconds, app.FloorSeconds, Math.Max(full.Seconds * Quarter, app.FloorSeconds * 1.10));
        if (PlatformCatalog.Require(platform).Generation == 3) Assert.InRange(app.Seconds / full.Seconds, 0, Quarter);
    }

    /// <summary>Firmware of the same size and version with nothing in common: no page of it is there already.</summary>
    static FirmwareModule Changed(FirmwareModule module)
    {
        byte[] payload = [.. module.Payload.ToArray().Select(b => (byte)(b ^ 1))];
        return ModuleReader.Require(new ModuleBuilder { Header = module.Header, Payload = payload }.Build(), "changed");
    }

    static async Task<Bench> StartAsync(string platform, string os)
    {
        var bench = new Bench(platform, os, LabTiming.Datasheet);
        Assert.True(await bench.Unit.WaitForAsync(UnitPresence.System, TimeSpan.FromSeconds(30), CancellationToken.None));
        return bench;
    }

    static TheoryData<string, string, string> DfuJourneys()
    {
        var journeys = new TheoryData<string, string, string>();
        foreach (var (platform, from) in RealReleases.All)
        {
            foreach (var (_, to) in RealReleases.All.Where(r => r.Platform == platform && r.Os != from)) journeys.Add(platform, from, to);
        }
        return journeys;
    }

    /// <summary>How long a job was at what.</summary>
    sealed class PhaseTimes(TimeProvider time) : IProgrammingObserver
    {
        readonly List<(string What, TimeSpan Time)> _times = [];
        string _at = "";
        long _since = time.GetTimestamp();

        public void On(in ProgrammingEvent step)
        {
            var now = $"{step.Phase} {step.Subject}";
            if (now == _at) return;
            _times.Add((_at, time.GetElapsedTime(_since)));
            (_at, _since) = (now, time.GetTimestamp());
        }

        public override string ToString() => string.Join("; ", _times.Append((_at, time.GetElapsedTime(_since))).Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Item1} {t.Item2.TotalSeconds:F2}")));
    }
}
