using Pogoline.Lab.Board;
using Pogoline.Lab.Control;
using Pogoline.Programming;

namespace Pogoline.Tests.Lab.Board;

public sealed class SystemModeTests
{
    public static TheoryData<string> AllBoards => new(Boards.Names);

    [Theory]
    [MemberData(nameof(AllBoards))]
    public async Task Requests_lead_into_every_mode_and_back(string board)
    {
        await using var unit = Make(board, "2.2.0");
        var client = new ControlClient(unit);
        Assert.Equal(DeviceMode.Normal, unit.Board.Mode);
        Assert.Empty((await client.AskAsync(ControlType.DeviceMode)).Reply);

        Assert.Equal(0, (await client.AskAsync(ControlType.StartListening)).Result);
        Assert.Equal(DeviceMode.Listening, unit.Board.Mode);
        Assert.Equal([0x08, 0x01], (await client.AskAsync(ControlType.DeviceMode)).Reply);
        Assert.Equal(0, (await client.AskAsync(ControlType.StopListening)).Result);
        Assert.Equal(DeviceMode.Normal, unit.Board.Mode);

        Assert.Equal(0, (await client.AskAsync(ControlType.SafeMode)).Result);
        Assert.Equal(DeviceMode.Safe, unit.Board.Mode);
        Assert.Equal(0, (await client.AskAsync(ControlType.Reset)).Result);
        Assert.Equal(DeviceMode.Normal, unit.Board.Mode);

        Assert.Equal(0, (await client.AskAsync(ControlType.DfuMode)).Result);
        Assert.Equal(UnitPresence.Dfu, unit.Presence);
    }

    [Fact]
    public async Task Leaving_listening_mode_leads_back_into_safe_mode()
    {
        await using var unit = Make("boron", "2.2.0");
        var client = new ControlClient(unit);
        await client.AskAsync(ControlType.SafeMode);
        await client.AskAsync(ControlType.StartListening);
        Assert.Equal((DeviceMode.Listening, true), (unit.Board.Mode, unit.Board.IsSafeMode));
        await client.AskAsync(ControlType.StopListening);
        Assert.Equal(DeviceMode.Safe, unit.Board.Mode);
    }

    [Fact]
    public async Task The_action_follows_a_second_after_the_result_was_fetched()
    {
        var time = new VirtualTime();
        await using var unit = Make("boron", "2.2.0", new(LabTiming.Datasheet, time));
        var client = new ControlClient(unit);
        await client.AskAsync(ControlType.DfuMode);
        Assert.Equal(UnitPresence.System, unit.Presence);
        var waiting = await client.Service(ControlService.Init, 0, ControlType.DeviceId);
        Assert.Equal(ServiceStatus.Pending, (await client.Service(ControlService.Check, 0, waiting.Id!.Value)).Status);
        var before = time.Elapsed;
        Assert.True(await unit.WaitForAsync(UnitPresence.Absent, TimeSpan.FromSeconds(5), default));
        Assert.InRange((time.Elapsed - before).TotalMilliseconds, 980, 1000);
        Assert.True(await unit.WaitForAsync(UnitPresence.Dfu, TimeSpan.FromSeconds(5), default));
    }

    [Fact]
    public async Task A_result_that_nobody_fetches_changes_nothing_and_a_reset_of_the_request_does()
    {
        await using var unit = Make("boron", "2.2.0");
        var client = new ControlClient(unit);
        var init = await client.Service(ControlService.Init, 0, ControlType.DfuMode);
        Assert.False(await unit.WaitForAsync(UnitPresence.Dfu, TimeSpan.FromSeconds(60), default));
        await client.Service(ControlService.Reset, 0, init.Id!.Value);
        Assert.Equal(UnitPresence.Dfu, unit.Presence);
    }

    [Theory]
    [InlineData("boron", DeviceMode.Listening)]
    [InlineData("photon", DeviceMode.Safe)] // its bootloader overwrites the request to listen
    public async Task The_startup_mode_counts_for_one_start(string board, DeviceMode afterL)
    {
        await using var unit = Make(board, "2.2.0");
        await using (var serial = await SerialClient.OpenAsync(unit)) await serial.SayAsync("L");
        await unit.WaitForAsync(UnitPresence.Absent, TimeSpan.FromSeconds(1), default);
        Assert.Equal((afterL, true), (unit.Board.Mode, unit.Board.IsSafeMode));
        unit.Board.Reset();
        Assert.Equal(DeviceMode.Normal, unit.Board.Mode);
    }

    [Fact]
    public async Task An_Electron_does_not_listen_for_ever()
    {
        var time = new VirtualTime();
        await using var unit = Make("electron", "2.2.0", new(LabTiming.None, time));
        await new ControlClient(unit).AskAsync(ControlType.StartListening);
        time.Advance(TimeSpan.FromMinutes(4.9));
        Assert.Equal(DeviceMode.Listening, unit.Board.Mode);
        time.Advance(TimeSpan.FromMinutes(0.2));
        Assert.Equal(DeviceMode.Normal, unit.Board.Mode);
    }

    static VirtualUnit Make(string board, string os, LabClock? clock = null)
    {
        clock ??= LabClock.Immediate();
        var unit = new VirtualUnit(Boards.MakeRunning(board, os, clock), clock, "lab-1");
        while (((VirtualTime)clock.Time).AdvanceToNextTimer(TimeSpan.FromSeconds(10))) { }
        return unit;
    }
}
