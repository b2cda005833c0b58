using Microsoft.Extensions.Logging.Abstractions;
using Pogoline.Links.Swd;
using Pogoline.Links.Swd.Probes;
using Pogoline.Programming;
using Pogoline.Programming.Gang;
using Pogoline.Programming.Swd;
using Pogoline.Tests.Programming;
using ProbeKind = Pogoline.Lab.Probes.ProbeKind;

namespace Pogoline.Tests.Swd;

/// <summary>Several probes at once, each with its own board.</summary>
public sealed class SwdGangTests
{
    sealed class NoObserver : IGangObserver
    {
        public void On(in ProgrammingEvent step)
        {
        }

        public void Joined(IGangUnit unit)
        {
        }

        public void Started(IGangUnit unit, int attempt)
        {
        }

        public void Ended(IGangUnit unit, ProgrammingResult result)
        {
        }
    }

    static async Task<IReadOnlyList<ProgrammingResult>> RunAsync(IReadOnlyList<ProbeSeat> seats, GangPolicy policy, Func<ProbeSeat, SwdBench> benchOf)
    {
        UnitJob<ProbeSeat> job = async (seat, observer, stop) => await new SwdJob(await seat.OpenAsync(stop), seat.Port, new() { AllowOptionBytes = true }, benchOf(seat).Clock.HostTime, observer)
            .RestoreAsync((platform, _) => new(Bench.GoalOf(platform.Name, "2.2.0")), stop);
        return await new GangRunner<ProbeSeat>(job, policy, TimeProvider.System, new NoObserver(), NullLogger.Instance).RunAsync(seats.ToAsyncEnumerable(), CancellationToken.None);
    }

    [Fact]
    public async Task One_without_a_board_one_that_is_pulled_out_one_that_cannot_be_opened_and_one_that_hangs_change_nothing_for_the_others()
    {
        List<SwdBench> benches =
        [
            new("boron", "1.5.2", ProbeKind.CmsisDapV2), new("photon", "1.5.2", ProbeKind.StLinkV2), new("argon", "1.5.2", ProbeKind.CmsisDapV1), new("boron", "1.5.2", ProbeKind.JLink),
            new("electron", "1.5.2", ProbeKind.JLink), new("bsom", "1.5.2", ProbeKind.CmsisDapV1),
        ];
        benches[0].Probe.Target.IsCabled = false;
        benches[1].Probe.Fault = (number, _) =>
        {
            if (number == 2000) benches[1].Probe.Unplug();
            return null;
        };
        var never = new TaskCompletionSource<IProbe>();
        List<ProbeSeat> seats = [.. benches.Select((bench, i) => new ProbeSeat($"probe-{i}", $"lab-{i}", null, i switch
        {
            2 => (Func<CancellationToken, ValueTask<IProbe>>)(_ => throw new PogolineException(SwdFaults.ProbeGone, "It is not to be seen.", "Plug it in.")),
            3 => _ => new(never.Task),
            _ => _ => bench.OpenAsync(),
        }))];

        var results = await RunAsync(seats, new() { Deadline = TimeSpan.FromSeconds(20), Grace = TimeSpan.FromMilliseconds(50) }, seat => benches[seats.IndexOf(seat)]);

        Assert.Contains(results[0].Error?.Code, new[] { SwdFaults.NoTarget.Name, SwdFaults.NoPower.Name });
        Assert.Equal([SwdFaults.ProbeGone.Name, SwdFaults.ProbeGone.Name, "unit-hung"], results.Skip(1).Take(3).Select(r => r.Error?.Code));
        Assert.Contains("Unplug the probe", results[3].Error!.Remedy, StringComparison.Ordinal);
        foreach (var (bench, result) in benches.Zip(results).Skip(4))
        {
            Assert.True(result.Outcome == Outcome.Passed, result.Error?.ToString());
            Assert.Equal(bench.Board.Hardware.DeviceId, result.Unit.Id);
            Assert.True(await bench.Unit.WaitForAsync(UnitPresence.System, TimeSpan.FromSeconds(60), CancellationToken.None));
        }
        foreach (var bench in benches) await bench.DisposeAsync();
    }

    [Fact]
    public async Task A_probe_that_comes_back_is_opened_again_and_the_job_goes_on()
    {
        await using var bench = new SwdBench("boron", "1.5.2", ProbeKind.CmsisDapV2);
        bench.Probe.Fault = (number, _) =>
        {
            if (number == 3000) bench.Probe.Unplug();
            return null;
        };
        var opened = 0;
        var seat = new ProbeSeat("probe-1", "lab-1", null, _ =>
        {
            if (++opened == 2) bench.Probe.Plug();
            return bench.OpenAsync();
        });

        var result = Assert.Single(await RunAsync([seat], new() { Retries = 1 }, _ => bench));

        Assert.Equal((Outcome.Passed, 2), (result.Outcome, result.Attempts));
        Assert.True(await bench.Unit.WaitForAsync(UnitPresence.System, TimeSpan.FromSeconds(60), CancellationToken.None));
    }
}
