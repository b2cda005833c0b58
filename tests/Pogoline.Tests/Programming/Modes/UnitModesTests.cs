using Pogoline.Lab.Board;
using Pogoline.Links;
using Pogoline.Links.Control;
using Pogoline.Programming;
using Pogoline.Programming.Modes;
using Pogoline.Tests.Usb;

namespace Pogoline.Tests.Programming.Modes;

public class UnitModesTests
{
    static readonly DeviceMode[] All = [DeviceMode.Normal, DeviceMode.Listening, DeviceMode.Safe, DeviceMode.Dfu];

    public static TheoryData<string, string> Boards => new()
    {
        { "photon", "2.2.0" }, { "p1", "1.5.2" }, { "electron", "2.2.0" }, { "argon", "1.5.2" }, { "boron", "2.2.0" }, { "bsom", "1.5.2" }, { "b5som", "4.0.2" }, { "tracker", "2.2.0" },
    };

    [Theory, MemberData(nameof(Boards))]
    public async Task Every_mode_is_reached_from_every_other_and_the_board_is_in_it_on_return(string platform, string os)
    {
        await using var bench = new Bench(platform, os);
        var modes = new UnitModes(bench.Unit, bench.Clock.HostTime);
        foreach (var from in All)
        {
            foreach (var to in All)
            {
                await modes.EnterAsync(from, default);
                var seen = await modes.EnterAsync(to, default);
                Assert.Equal((from, to, to), (from, to, seen.Mode));
                // A board that is not set up listens whenever it starts, in safe mode too.
                Assert.Equal((from, to, to), (from, to, to == DeviceMode.Safe && bench.Board.Mode == DeviceMode.Listening ? to : bench.Board.Mode));
                // A system that could start its user firmware does not say that it skips it.
                Assert.Equal(to != DeviceMode.Safe, seen.IsSure);
            }
        }
    }

    [Theory, InlineData("photon", "2.2.0"), InlineData("boron", "4.0.2")]
    public async Task A_system_without_control_requests_is_moved_by_baud_rates_and_its_console(string platform, string os)
    {
        await using var bench = new Bench(platform, os);
        bench.Unit.Wire = pipe => new UnaskablePipe(pipe);
        var modes = new UnitModes(bench.Unit, bench.Clock.HostTime);
        foreach (var to in new[] { DeviceMode.Listening, DeviceMode.Normal, DeviceMode.Dfu, DeviceMode.Listening, DeviceMode.Dfu, DeviceMode.Normal })
        {
            await modes.EnterAsync(to, default);
            Assert.Equal(to, bench.Board.Mode);
        }
        var fault = await Assert.ThrowsAsync<PogolineException>(async () => await modes.EnterAsync(DeviceMode.Safe, default));
        Assert.Equal(ProgrammingFaults.ModeSwitch, fault.Code);
        Assert.Contains("control request", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_board_that_comes_back_in_another_mode_than_asked_is_a_fault_that_says_so()
    {
        await using var bench = new Bench("boron", "2.2.0");
        // Every request and baud rate for DFU mode makes this one only restart.
        bench.Unit.Wire = pipe => new RestartingPipe(pipe, bench.Board);
        var fault = await Assert.ThrowsAsync<PogolineException>(async () => await new UnitModes(bench.Unit, bench.Clock.HostTime).EnterAsync(DeviceMode.Dfu, default));
        Assert.Equal(ProgrammingFaults.ModeSwitch, fault.Code);
        Assert.Contains("it is in system mode", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_board_without_power_is_absent()
    {
        await using var bench = new Bench("boron", "2.2.0");
        bench.Board.CutPower();
        Assert.Equal(DeviceMode.Absent, (await new UnitModes(bench.Unit, bench.Clock.HostTime).LookAsync(default)).Mode);
        Assert.Equal(ProgrammingFaults.Absent, (await Assert.ThrowsAsync<PogolineException>(async () => await new UnitModes(bench.Unit, bench.Clock.HostTime).EnterAsync(DeviceMode.Dfu, default))).Code);
    }

    [Theory, InlineData("photon", "2.2.0"), InlineData("boron", "2.2.0"), InlineData("tracker", "4.0.2")]
    public async Task A_restart_is_seen_from_every_mode(string platform, string os)
    {
        await using var bench = new Bench(platform, os);
        var modes = new UnitModes(bench.Unit, bench.Clock.HostTime);
        foreach (var from in All)
        {
            await modes.EnterAsync(from, default);
            var before = bench.Board.Enumeration;
            var seen = await modes.RestartAsync(default);
            Assert.Equal(bench.Board.Mode, seen.Mode);
            Assert.True(bench.Board.Enumeration > before);
        }
    }

    [Fact]
    public async Task The_times_of_a_real_board_are_waited_for()
    {
        await using var bench = new Bench("boron", "2.2.0", LabTiming.Datasheet);
        var modes = new UnitModes(bench.Unit, bench.Clock.HostTime);
        foreach (var to in new[] { DeviceMode.Dfu, DeviceMode.Listening, DeviceMode.Normal, DeviceMode.Dfu, DeviceMode.Normal })
        {
            await modes.EnterAsync(to, default);
            Assert.Equal(to, bench.Board.Mode);
        }
        Assert.InRange(((VirtualTime)bench.Clock.Time).Elapsed.TotalSeconds, 3, 60);
    }

    [Theory, InlineData("boron", "2.2.0", true), InlineData("bsom", "1.5.2", true), InlineData("boron", "4.0.2", false), InlineData("photon", "2.2.0", false)]
    public async Task The_setup_mark_is_written_and_read_where_a_board_has_one(string platform, string os, bool hasMark)
    {
        await using var bench = new Bench(platform, os);
        var mark = new SetupMark(bench.Unit, bench.Clock.HostTime);
        await new UnitModes(bench.Unit, bench.Clock.HostTime).EnterAsync(DeviceMode.Normal, default);
        if (hasMark)
        {
            Assert.Equal(DeviceMode.Listening, (await mark.WriteAsync(false, default)).Mode);
            Assert.Equal(DeviceMode.Normal, (await mark.WriteAsync(true, default)).Mode);
            Assert.Equal(DeviceMode.Normal, (await new UnitModes(bench.Unit, bench.Clock.HostTime).RestartAsync(default)).Mode);
        }
        else
        {
            Assert.Equal(ProgrammingFaults.NoSetupMark, (await Assert.ThrowsAsync<PogolineException>(async () => await mark.WriteAsync(false, default))).Code);
        }
    }

    /// <summary>A system that restarts whenever it is told to go to DFU mode.</summary>
    sealed class RestartingPipe(IControlPipe inner, VirtualBoard board) : IControlPipe
    {
        public ValueTask<TransferResult> ReadAsync(SetupPacket setup, Memory<byte> data, TimeSpan timeout, CancellationToken stop)
        {
            if (setup is not { Request: 1, Index: (ushort)ControlRequestType.DfuMode }) return inner.ReadAsync(setup, data, timeout, stop);
            board.Reset();
            return new(new TransferResult(TransferStatus.Gone, 0));
        }

        public ValueTask<TransferResult> WriteAsync(SetupPacket setup, ReadOnlyMemory<byte> data, TimeSpan timeout, CancellationToken stop) =>
            setup is { RequestType: 0x21 } ? new(new TransferResult(TransferStatus.Completed, data.Length)) : inner.WriteAsync(setup, data, timeout, stop);

        public ValueTask<TransferResult> SelectAlternateAsync(byte interfaceNumber, byte alternate, TimeSpan timeout, CancellationToken stop) =>
            inner.SelectAlternateAsync(interfaceNumber, alternate, timeout, stop);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
