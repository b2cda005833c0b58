using System.Buffers.Binary;
using Pogoline.Lab.Board;
using Pogoline.Lab.Boot;
using Pogoline.Links;
using Pogoline.Programming;
using Pogoline.Programming.Modes;

namespace Pogoline.Tests.Lab.Board;

public class VirtualUnitTests
{
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    static readonly SetupPacket GetStatus = new(0xA1, 3, 0, 0, 6);
    static readonly SetupPacket LeaveDfu = new(0x21, 1, 0, 0, 0);

    public static TheoryData<string> AllBoards => new(Boards.Names);

    [Theory]
    [MemberData(nameof(AllBoards))]
    public async Task It_is_identified_in_both_modes_and_keeps_its_serial_number(string name)
    {
        await using var unit = Make(name, LabClock.Immediate());
        Assert.Equal(UnitPresence.System, unit.Presence);
        await using (var pipe = await unit.OpenAsync(default))
        {
            Assert.Equal(unit.Platform.Usb!.Product, await ProductId(pipe));
            Assert.Equal(unit.DeviceId, await Text(pipe, 3));
            var configuration = await Read(pipe, new(0x80, 6, 0x0200, 0, 255));
            Assert.Equal(configuration.Length, BinaryPrimitives.ReadUInt16LittleEndian(configuration.AsSpan(2)));
        }
        await Touch(unit, 14400);
        Assert.Equal(UnitPresence.Dfu, unit.Presence);
        await using (var pipe = await unit.OpenAsync(default))
        {
            Assert.Equal(unit.Platform.DfuUsb!.Product, await ProductId(pipe));
            Assert.Equal(unit.DeviceId, await Text(pipe, 3));
        }
    }

    [Fact]
    public async Task A_pipe_ends_with_the_enumeration_that_it_was_opened_in()
    {
        await using var unit = Make("boron", LabClock.Immediate());
        await using var pipe = await unit.OpenAsync(default);
        unit.Board.Reset();
        Assert.Equal(UnitPresence.System, unit.Presence);
        var result = await pipe.ReadAsync(new(0x80, 6, 0x0100, 0, 18), new byte[18], Timeout, default);
        Assert.Equal(TransferStatus.Gone, result.Status);
    }

    [Fact]
    public async Task The_baud_rate_of_28800_makes_it_listen()
    {
        await using var unit = Make("boron", LabClock.Immediate());
        Assert.Equal(DeviceMode.Normal, unit.Board.Mode);
        await Touch(unit, 28800);
        Assert.Equal(DeviceMode.Listening, unit.Board.Mode);
        Assert.Equal(DeviceMode.Listening, (await unit.ReadReportAsync(LabClock.Immediate().HostTime, default))!.Mode);
    }

    [Theory]
    [InlineData("photon")]
    [InlineData("boron")]
    public async Task Half_a_second_after_the_leave_it_resets_and_comes_back_as_a_system(string name)
    {
        var time = new VirtualTime();
        await using var unit = Make(name, new(LabTiming.Datasheet, time));
        await Touch(unit, 14400);
        Assert.True(await unit.WaitForAsync(UnitPresence.Dfu, TimeSpan.FromSeconds(5), default));
        await using (var pipe = await unit.OpenAsync(default))
        {
            await pipe.WriteAsync(LeaveDfu, default, Timeout, default);
            await pipe.ReadAsync(GetStatus, new byte[6], Timeout, default);
        }
        var started = time.Elapsed;
        Assert.True(await unit.WaitForAsync(UnitPresence.Absent, TimeSpan.FromSeconds(5), default));
        Assert.InRange((time.Elapsed - started).TotalMilliseconds, 490, 500);
        Assert.True(await unit.WaitForAsync(UnitPresence.System, TimeSpan.FromSeconds(5), default));
        Assert.Equal(unit.Platform.Generation == 2 ? RetainedState.RequestNone : 0xFFFF, unit.Board.Hardware.Retained.Watchdog);
    }

    [Theory]
    [InlineData("photon", 2)] // the watchdog flag costs a second start
    [InlineData("boron", 1)]
    public async Task Leaving_costs_the_resets_of_the_generation(string name, int resets)
    {
        await using var unit = Make(name, LabClock.Immediate());
        await Touch(unit, 14400);
        var before = unit.Board.Resets;
        await using var pipe = await unit.OpenAsync(default);
        await pipe.WriteAsync(LeaveDfu, default, Timeout, default);
        await pipe.ReadAsync(GetStatus, new byte[6], Timeout, default);
        Assert.Equal(UnitPresence.System, unit.Presence);
        Assert.Equal(resets, unit.Board.Resets - before);
    }

    [Fact]
    public async Task On_Gen_3_another_request_within_the_half_second_cancels_the_leave()
    {
        await using var unit = Make("boron", new(LabTiming.Datasheet, new VirtualTime()));
        await Touch(unit, 14400);
        Assert.True(await unit.WaitForAsync(UnitPresence.Dfu, TimeSpan.FromSeconds(5), default));
        await using var pipe = await unit.OpenAsync(default);
        await pipe.WriteAsync(LeaveDfu, default, Timeout, default);
        await pipe.ReadAsync(GetStatus, new byte[6], Timeout, default);
        Assert.Equal(TransferStatus.Stalled, (await pipe.ReadAsync(GetStatus, new byte[6], Timeout, default)).Status);
        Assert.False(await unit.WaitForAsync(UnitPresence.Absent, TimeSpan.FromSeconds(30), default));
    }

    [Fact]
    public async Task An_erase_on_Gen_2_keeps_the_request_waiting_and_a_host_may_give_up_on_it()
    {
        var time = new VirtualTime();
        await using var unit = Make("photon", new(LabTiming.Datasheet, time));
        await Touch(unit, 14400);
        Assert.True(await unit.WaitForAsync(UnitPresence.Dfu, TimeSpan.FromSeconds(5), default));
        await using var pipe = await unit.OpenAsync(default);
        byte[] erase = [0x41, 0x00, 0x00, 0x0C, 0x08];
        await pipe.WriteAsync(new(0x21, 1, 0, 0, 5), erase, Timeout, default);
        var started = time.Elapsed;
        Assert.Equal(TransferStatus.TimedOut, (await pipe.ReadAsync(GetStatus, new byte[6], TimeSpan.FromMilliseconds(300), default)).Status);
        Assert.Equal(300, (time.Elapsed - started).TotalMilliseconds);
        Assert.True((await pipe.ReadAsync(GetStatus, new byte[6], Timeout, default)).IsCompleted);
        Assert.InRange((time.Elapsed - started).TotalMilliseconds, 1000, 1010);
    }

    [Fact]
    public async Task A_block_of_4_KiB_takes_the_time_of_a_full_speed_bus()
    {
        var time = new VirtualTime();
        await using var unit = Make("boron", new(LabTiming.Datasheet, time));
        await Touch(unit, 14400);
        Assert.True(await unit.WaitForAsync(UnitPresence.Dfu, TimeSpan.FromSeconds(5), default));
        await using var pipe = await unit.OpenAsync(default);
        var started = time.Elapsed;
        var before = unit.Board.Traffic;
        await pipe.WriteAsync(new(0x21, 1, 2, 0, 4096), new byte[4096], Timeout, default);
        Assert.InRange((time.Elapsed - started).TotalMilliseconds, 3.4, 3.6);
        Assert.Equal((1, 4096), (unit.Board.Traffic.Transfers - before.Transfers, unit.Board.Traffic.BytesToBoard - before.BytesToBoard));
    }

    [Fact]
    public async Task Without_power_it_is_absent_and_cannot_be_opened()
    {
        await using var unit = Make("boron", LabClock.Immediate());
        unit.Board.CutPower();
        Assert.Equal(UnitPresence.Absent, unit.Presence);
        Assert.Equal(LabFaults.Absent, (await Assert.ThrowsAsync<PogolineException>(async () => await unit.OpenAsync(default))).Code);
        Assert.Null(await unit.ReadReportAsync(LabClock.Immediate().HostTime, default));
        Assert.False(await unit.WaitForAsync(UnitPresence.System, TimeSpan.FromHours(1), default));
        unit.Board.PowerOn();
        Assert.Equal(UnitPresence.System, unit.Presence);
    }

    [Fact]
    public async Task It_also_runs_by_the_real_clock()
    {
        var clock = new LabClock(LabTiming.Datasheet with { SystemStart = TimeSpan.FromMilliseconds(20) }, TimeProvider.System);
        await using var unit = Make("boron", clock);
        Assert.True(await unit.WaitForAsync(UnitPresence.System, TimeSpan.FromSeconds(20), default));
        await Touch(unit, 14400);
        Assert.True(await unit.WaitForAsync(UnitPresence.Dfu, TimeSpan.FromSeconds(20), default));
        Assert.False(await unit.WaitForAsync(UnitPresence.System, TimeSpan.FromMilliseconds(10), default));
    }

    [Fact]
    public async Task It_reports_every_module_that_the_running_system_knows()
    {
        await using var unit = Make("argon", LabClock.Immediate());
        var report = await unit.ReadReportAsync(LabClock.Immediate().HostTime, default);
        Assert.Equal(
            ["bootloader 1006", "system part 1 2202", "user part 1 5", "NCP firmware 5", "SoftDevice 202"],
            report!.Modules.Select(m => $"{m.Module} {m.Version}"));
        Assert.All(report.Modules, m => Assert.True(m.IntegrityOk && m.DependenciesOk));
    }

    static VirtualUnit Make(string name, LabClock clock)
    {
        var unit = new VirtualUnit(Boards.MakeRunning(name, "2.2.0", clock), clock, "lab-1");
        if (clock.Time is VirtualTime time)
            while (time.AdvanceToNextTimer(TimeSpan.MaxValue)) { }
        return unit;
    }

    static async Task Touch(VirtualUnit unit, uint baud)
    {
        await using var pipe = await unit.OpenAsync(default);
        var coding = new byte[7];
        BinaryPrimitives.WriteUInt32LittleEndian(coding, baud);
        Assert.True((await pipe.WriteAsync(new(0x21, 0x20, 0, 0, 7), coding, Timeout, default)).IsCompleted);
    }

    static async Task<byte[]> Read(IControlPipe pipe, SetupPacket setup)
    {
        var data = new byte[setup.Length];
        var result = await pipe.ReadAsync(setup, data, Timeout, default);
        Assert.True(result.IsCompleted);
        return data[..result.Count];
    }

    static async Task<int> ProductId(IControlPipe pipe) => BinaryPrimitives.ReadUInt16LittleEndian((await Read(pipe, new(0x80, 6, 0x0100, 0, 18))).AsSpan(10));

    static async Task<string> Text(IControlPipe pipe, int index) =>
        System.Text.Encoding.Unicode.GetString((await Read(pipe, new(0x80, 6, (ushort)(0x0300 | index), 0x0409, 255)))[2..]);
}
