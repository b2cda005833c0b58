using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Pogoline.Lab.Board;
using Pogoline.Programming;
using Pogoline.Programming.Gang;

namespace Pogoline.Tests.Programming.Gang;

public sealed class GangRunnerTests
{
    [Fact]
    public async Task One_that_fails_one_that_is_unplugged_one_that_hangs_and_a_defect_change_nothing_for_the_others()
    {
        List<Bench> benches = [.. Enumerable.Range(0, 8).Select(i => new Bench(i % 2 == 0 ? "boron" : "photon", "1.5.2"))];
        var (unplugged, hanging, refused, defect) = (benches[0], benches[1], benches[2], benches[3]);
        var count = 0;
        unplugged.Unit.Wire = pipe => new FaultyPipe(pipe, unplugged.Clock, _ =>
        {
            if (++count == 300) unplugged.Board.CutPower();
            return null;
        });
        var never = new TaskCompletionSource<ProgrammingResult>();
        UnitJob<IUnit> job = (unit, observer, stop) =>
        {
            var bench = benches.Single(b => b.Unit == unit);
            if (bench == hanging) return never.Task;
            if (bench == defect) throw new InvalidOperationException("nobody foresaw this");
            var goal = Bench.GoalOf(unit.Platform.Name, "2.2.0");
            if (bench == refused) goal = Bench.GoalOf(unit.Platform.Name, "1.5.2") with { Release = new(9, 9, 9), Modules = Bench.GoalOf("argon", "1.5.2").Modules };
            return new RestoreJob(unit, bench.Clock.HostTime, observer).RunAsync(goal, stop).AsTask();
        };
        var seen = new Seen();
        var runner = new GangRunner<IUnit>(job, new() { Deadline = TimeSpan.FromSeconds(2), Grace = TimeSpan.FromMilliseconds(50) }, TimeProvider.System, seen, NullLogger.Instance);

        var results = await runner.RunAsync(Come([.. benches.Select(b => b.Unit)]), CancellationToken.None);

        Assert.Equal(["dfu-gone", "unit-hung", "plan-platform", "internal"], results.Take(4).Select(r => r.Error?.Code));
        Assert.Equal([Outcome.Failed, Outcome.Failed, Outcome.Refused, Outcome.Failed], results.Take(4).Select(r => r.Outcome));
        Assert.All(results.Skip(4), result => Assert.True(result.Outcome == Outcome.Passed, result.Error?.Message));
        Assert.All(benches.Skip(4), bench => Assert.All(RealReleases.Of(bench.Unit.Platform.Name, "2.2.0"), module => Assert.True(bench.Holds(module))));
        Assert.Equal(8, seen.Ended.Count);
        foreach (var bench in benches) await bench.DisposeAsync();
    }

    [Fact]
    public async Task A_fault_that_passes_is_tried_again_as_often_as_allowed_and_a_refusal_never()
    {
        await using var bench = new Bench("boron", "2.2.0");
        foreach (var (retries, failures, exit, attempts, outcome) in new[]
        {
            (2, 2, ExitCode.Device, 3, Outcome.Passed), (1, 2, ExitCode.Device, 2, Outcome.Failed), (5, 9, ExitCode.Refused, 1, Outcome.Failed),
        })
        {
            var tries = 0;
            UnitJob<IUnit> job = (unit, _, _) => Task.FromResult(++tries <= failures ? Result(unit, Outcome.Failed, "dfu-gone", exit) : Result(unit, Outcome.Passed));
            var runner = new GangRunner<IUnit>(job, new() { Retries = retries }, TimeProvider.System, new Seen(), NullLogger.Instance);
            var result = Assert.Single(await runner.RunAsync(Come(bench.Unit), CancellationToken.None));
            Assert.Equal((outcome, attempts, attempts), (result.Outcome, result.Attempts, tries));
        }
    }

    [Fact]
    public async Task No_more_than_the_allowed_jobs_run_at_once()
    {
        await using var bench = new Bench("boron", "2.2.0");
        var (now, most) = (0, 0);
        UnitJob<IUnit> job = async (unit, _, _) =>
        {
            var running = Interlocked.Increment(ref now);
            lock (bench) most = Math.Max(most, running);
            await Task.Yield();
            Interlocked.Decrement(ref now);
            return Result(unit, Outcome.Passed);
        };
        var runner = new GangRunner<IUnit>(job, new() { Jobs = 3 }, TimeProvider.System, new Seen(), NullLogger.Instance);
        var results = await runner.RunAsync(Come([.. Enumerable.Repeat(bench.Unit, 50)]), CancellationToken.None);
        Assert.Equal(50, results.Count(r => r.Outcome == Outcome.Passed));
        Assert.InRange(most, 1, 3);
    }

    [Fact]
    public async Task Stopping_ends_the_waiting_and_those_who_had_no_turn_were_not_touched()
    {
        await using var bench = new Bench("boron", "2.2.0");
        using var stop = new CancellationTokenSource();
        var bothAreThere = new TaskCompletionSource();
        var tries = 0;
        UnitJob<IUnit> job = async (unit, _, stopUnit) =>
        {
            tries++;
            await bothAreThere.Task;
            await stop.CancelAsync();
            stopUnit.ThrowIfCancellationRequested();
            return Result(unit, Outcome.Passed);
        };
        async IAsyncEnumerable<IUnit> Endless()
        {
            yield return bench.Unit;
            yield return bench.Unit;
            bothAreThere.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, stop.Token);
        }
        var results = await new GangRunner<IUnit>(job, new() { Jobs = 1 }, TimeProvider.System, new Seen(), NullLogger.Instance).RunAsync(Endless(), stop.Token);
        Assert.Equal(1, tries);
        Assert.All(results, result => Assert.Equal((Outcome.Cancelled, "cancelled"), (result.Outcome, result.Error?.Code)));
        Assert.Equal(2, results.Count);
    }

    [Fact]
    public void Ports_where_connections_keep_failing_are_suspect_and_a_hub_when_several_of_its_ports_are()
    {
        var ports = new PortHealth();
        var unit = new UnitSummary("e00fce68", "boron", "");
        void Count(string port, string? code) => ports.Count(port, new() { Outcome = code is null ? Outcome.Passed : Outcome.Failed, Unit = unit, Error = code is null ? null : new(code, "", "") });
        foreach (var code in new[] { null, "verify-mismatch", "dfu-gone", "plan-downgrade" }) Count("1-1", code);
        Count("1-2", "dfu-timeout");
        Count("1-3", "plan-platform");
        foreach (var port in new[] { "2-4.1", "2-4.3" }) Count(port, "dfu-gone");

        var report = ports.Report();

        Assert.Equal(["1-1", "1-2", "2-4.1", "2-4.3"], report.Select(p => p.Port).Order(StringComparer.Ordinal));
        Assert.Equal("Suspect cable, hub or supply at 1-1: the connection failed 2 of 4 times.", report[0].Suspect);
        Assert.Null(report.Single(p => p.Port == "1-2").Suspect);
        Assert.All(report.Where(p => p.Port.StartsWith("2-4", StringComparison.Ordinal)), p => Assert.StartsWith("Suspect hub 2-4 ", p.Suspect, StringComparison.Ordinal));
    }

    static ProgrammingResult Result(IUnit unit, Outcome outcome, string? code = null, ExitCode exit = ExitCode.Passed) => new()
    {
        Outcome = outcome, Unit = new(unit.DeviceId, unit.Platform.Name, unit.Port), Error = code is null ? null : new(code, "", ""), Exit = exit,
    };

    static async IAsyncEnumerable<IUnit> Come(params IReadOnlyList<IUnit> units)
    {
        foreach (var unit in units)
        {
            await Task.Yield();
            yield return unit;
        }
    }

    sealed class Seen : IGangObserver
    {
        public ConcurrentQueue<ProgrammingResult> Ended { get; } = new();

        public void On(in ProgrammingEvent step)
        {
        }

        public void Joined(IGangUnit unit)
        {
        }

        public void Started(IGangUnit unit, int attempt)
        {
        }

        void IGangObserver.Ended(IGangUnit unit, ProgrammingResult result) => Ended.Enqueue(result);
    }
}
