using Pogoline.Lab.Board;
using Pogoline.Links;
using Pogoline.Planning;
using Pogoline.Platforms;
using Pogoline.Programming;
using Pogoline.Programming.Modes;

namespace Pogoline.Tests.Programming;

/// <summary>Boards whose control requests are not to be had: the console alone judges a job over serial.</summary>
public class ConsoleReportTests
{
    const byte Vendor = 0x40, Type = 0x60;

    [Theory, InlineData("boron"), InlineData("photon"), InlineData("electron"), InlineData("argon")]
    public async Task A_serial_restore_is_judged_by_the_console_when_no_control_request_is_answered(string platform)
    {
        await using var bench = new Bench(platform, "1.5.2");
        RefuseRequests(bench);

        var result = await SerialJob(bench.Unit, bench).RunAsync(Bench.GoalOf(platform, "2.2.0"), CancellationToken.None);

        Assert.True(result.Outcome == Outcome.Passed, $"{result.Error?.Message}");
        Assert.All(RealReleases.Of(platform, "2.2.0"), module => Assert.True(bench.Holds(module)));
        Assert.All(result.Modules.Where(m => m.Action == ModuleAction.Written), module => Assert.Equal(("serial", Verification.Report), (module.Route, module.Verified)));
    }

    [Fact]
    public async Task Without_the_serial_route_the_console_is_not_asked()
    {
        await using var bench = new Bench("boron", "1.5.2");
        RefuseRequests(bench);
        var job = new RestoreJob(bench.Unit, bench.Clock.HostTime, null) { Routes = [Route.Control] };
        var result = await job.RunAsync(Bench.GoalOf("boron", "2.2.0"), CancellationToken.None);
        Assert.Equal("report-missing", result.Error?.Code);
    }

    [Fact]
    public async Task A_board_that_did_not_listen_does_not_listen_after_it_was_asked_on_the_console()
    {
        await using var bench = new Bench("boron", "1.5.2");
        var modes = new UnitModes(bench.Unit, bench.Clock.HostTime);
        foreach (var mode in new[] { DeviceMode.Normal, DeviceMode.Listening })
        {
            await modes.EnterAsync(mode, CancellationToken.None);
            RefuseRequests(bench);
            var answer = await SystemReports.AskAnyhowAsync(bench.Unit, bench.Clock.HostTime, CancellationToken.None);
            Assert.Contains(answer.Report!.Modules, m => m.Module.Function == ModuleFunction.SystemPart);
            bench.Unit.Wire = pipe => pipe;
            Assert.Equal(mode, (await modes.LookAsync(CancellationToken.None)).Mode);
        }
    }

    [Theory]
    [InlineData("{\"p\":", "says that Device OS 1.5.2 runs, but not which modules it has")]
    [InlineData("system firmware version", "is silent")]
    public async Task What_the_console_does_not_tell_leaves_the_job_unverified_with_the_reason(string lost, string reason)
    {
        await using var bench = new Bench("boron", "1.5.2");
        RefuseRequests(bench);
        var board = new MuffledUnit(bench.Unit, lost);
        var job = new RestoreJob(board, bench.Clock.HostTime, new Hook(e => board.IsMuffled |= e.Phase == ProgrammingPhase.Restart)) { Routes = [Route.Serial] };
        var bootloader = RealReleases.Of("boron", "2.2.0").Single(m => m.Id.Function == ModuleFunction.Bootloader);

        var result = await job.RunAsync(new Goal { Release = new(2, 2, 0), Modules = [bootloader], IsByHand = true, MayDowngrade = true }, CancellationToken.None);

        Assert.True(result.Outcome == Outcome.Unverified, $"{result.Outcome} {result.Error?.Message}");
        Assert.Equal(ExitCode.Unverified, result.Exit);
        Assert.Contains(result.Notes, note => note.Contains(reason, StringComparison.Ordinal));
        Assert.Equal(Verification.None, result.Modules.Single(m => m.Action == ModuleAction.Written).Verified);
    }

    static void RefuseRequests(Bench bench) => bench.Unit.Wire =
        pipe => new FaultyPipe(pipe, bench.Clock, transfer => (transfer.Setup.RequestType & Type) == Vendor ? new PipeFault.Stall() : null);

    static RestoreJob SerialJob(IUnit unit, Bench bench) => new(unit, bench.Clock.HostTime, null) { Routes = [Route.Serial] };

    sealed class Hook(Action<ProgrammingEvent> act) : IProgrammingObserver
    {
        public void On(in ProgrammingEvent step) => act(step);
    }

    /// <summary>A unit whose console loses every answer with certain words in it, from a moment on.</summary>
    sealed class MuffledUnit(IUnit unit, string lost) : IUnit
    {
        public bool IsMuffled { get; set; }

        public Platform Platform => unit.Platform;

        public string DeviceId => unit.DeviceId;

        public string Port => unit.Port;

        public UnitPresence Presence => unit.Presence;

        public ValueTask<bool> WaitForAsync(UnitPresence wanted, TimeSpan deadline, CancellationToken stop) => unit.WaitForAsync(wanted, deadline, stop);

        public ValueTask<IControlPipe> OpenAsync(CancellationToken stop) => unit.OpenAsync(stop);

        public async ValueTask<ISerialChannel> OpenSerialAsync(uint baudRate, CancellationToken stop) => new MuffledChannel(this, await unit.OpenSerialAsync(baudRate, stop));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        sealed class MuffledChannel(MuffledUnit owner, ISerialChannel channel) : ISerialChannel
        {
            public async ValueTask<TransferResult> ReadAsync(Memory<byte> data, TimeSpan timeout, CancellationToken stop)
            {
                while (true)
                {
                    var result = await channel.ReadAsync(data, timeout, stop);
                    if (!owner.IsMuffled || !System.Text.Encoding.Latin1.GetString(data.Span[..result.Count]).Contains(owner.Lost, StringComparison.Ordinal)) return result;
                }
            }

            public ValueTask<TransferResult> WriteAsync(ReadOnlyMemory<byte> data, TimeSpan timeout, CancellationToken stop) => channel.WriteAsync(data, timeout, stop);

            public ValueTask DisposeAsync() => channel.DisposeAsync();
        }

        string Lost => lost;
    }
}
