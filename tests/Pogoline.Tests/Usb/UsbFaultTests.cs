using Pogoline.Host.Usb;
using Pogoline.Lab.Board;
using Pogoline.Modules;
using Pogoline.Planning;
using Pogoline.Programming;
using Pogoline.Tests.Programming;

namespace Pogoline.Tests.Usb;

/// <summary>What a bus does to a job: the job claims no more than it checked, says what went wrong, and the same command finishes it.</summary>
public class UsbFaultTests
{
    const string From = "1.5.2", To = "2.2.0";
    const byte SetInterface = 11;

    [Theory, InlineData("boron"), InlineData("photon")]
    public async Task A_hub_that_resets_in_the_middle_of_a_job(string platform)
    {
        var broken = 0;
        for (var transfer = 4; transfer < 1500; transfer += 61)
        {
            var count = 0;
            await RestoreThroughAsync(platform, Route.Dfu, (bus, board) => bus.Wire = pipe => new FaultyPipe(pipe, bus.Clock, _ =>
            {
                if (++count != transfer) return null;
                // All behind the hub leave the bus and come back under new addresses; none loses its power.
                broken++;
                board.Unplug(null);
                board.Plug();
                return null;
            }));
        }
        Assert.True(broken > 5, $"{broken} resets happened");
    }

    [Theory, InlineData("boron"), InlineData("photon")]
    public async Task A_hub_that_resets_while_the_running_system_is_sent_files(string platform)
    {
        var broken = 0;
        for (var transfer = 4; transfer < 3000; transfer += 511)
        {
            var count = 0;
            await RestoreThroughAsync(platform, Route.Control, (bus, board) => bus.Wire = pipe => new FaultyPipe(pipe, bus.Clock, _ =>
            {
                if (++count != transfer) return null;
                broken++;
                board.Unplug(null);
                board.Plug();
                return null;
            }));
        }
        Assert.True(broken > 3, $"{broken} resets happened");
    }

    [Theory, InlineData("boron"), InlineData("photon")]
    public async Task A_stalled_SET_INTERFACE(string platform)
    {
        var happened = 0;
        for (var stalled = 1; stalled <= 6; stalled++)
        {
            var count = 0;
            await RestoreThroughAsync(platform, Route.Dfu, (bus, _) => bus.Wire = pipe => new FaultyPipe(pipe, bus.Clock,
                transfer => transfer.Setup is { RequestType: 0x01, Request: SetInterface } && ++count == stalled && ++happened > 0 ? new PipeFault.Stall() : null));
        }
        Assert.True(happened > 1, $"{happened} stalls happened");
    }

    [Theory, InlineData("boron"), InlineData("photon")]
    public async Task A_board_that_never_selects_a_memory_is_left_as_it_was_with_the_reason(string platform)
    {
        await using var bus = new LabBus();
        var board = bus.Plug(platform, From, "1-1");
        var before = Sha256Digest.Compute(board.Hardware.Storage.Internal.Cells);
        bus.Wire = pipe => new FaultyPipe(pipe, bus.Clock, transfer => transfer.Setup is { RequestType: 0x01, Request: SetInterface, Value: not 0 } ? new PipeFault.Stall() : null);

        var result = await RestoreAsync(bus, Route.Dfu);

        Assert.Equal(Outcome.Failed, result.Outcome);
        Assert.Contains("selecting the memory", result.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(before, Sha256Digest.Compute(board.Hardware.Storage.Internal.Cells));
        Assert.Equal(UnitPresence.System, board.Presence);
    }

    [Fact]
    public async Task A_device_that_vanishes_between_being_listed_and_being_asked_for_its_name()
    {
        await using var bus = new LabBus();
        var board = bus.Plug("boron", From, "1-1");
        bus.Before = _ => bus.Move(board, _ => null);
        var fault = await Assert.ThrowsAsync<PogolineException>(async () => await new UsbUnitFinder(bus).ChooseAsync(null, bus.Clock.HostTime, CancellationToken.None));
        Assert.Equal(UsbFaults.Gone, fault.Code);
        Assert.NotEmpty(fault.Remedy);
    }

    [Theory, InlineData(Route.Dfu), InlineData(Route.Control)]
    public async Task A_device_that_vanishes_between_being_listed_and_being_opened(Route route)
    {
        for (var use = 2; use < 14; use += 2)
        {
            await using var bus = new LabBus();
            var board = bus.Plug("boron", From, "1-1");
            var (uses, left) = (0, false);
            bus.Before = _ =>
            {
                if (++uses != use) return;
                left = true;
                bus.Move(board, _ => null);
            };

            var result = await RestoreAsync(bus, route);

            if (!left)
            {
                Assert.True(result.Outcome == Outcome.Passed, result.Error?.Message);
                continue;
            }
            Assert.NotEqual(Outcome.Passed, result.Outcome);
            Assert.Contains(result.Error!.Code, new[] { "usb-gone", "unit-absent", "unit-mode", "report-mismatch", "update-no-restart" });
            Assert.NotEmpty(result.Error.Remedy);
            bus.Before = _ => { };
            bus.Move(board, _ => "1-1");
            await FinishAsync(bus, board, route, result);
        }
    }

    static async Task RestoreThroughAsync(string platform, Route route, Action<LabBus, VirtualBoard> harm)
    {
        await using var bus = new LabBus();
        var board = bus.Plug(platform, From, "1-1");
        harm(bus, board);
        var result = await RestoreAsync(bus, route);
        if (result.Outcome != Outcome.Passed)
        {
            Assert.NotNull(result.Error);
            Assert.NotEmpty(result.Error.Remedy);
            bus.Wire = pipe => pipe;
            await FinishAsync(bus, board, route, result);
            return;
        }
        AssertHolds(board, platform);
    }

    static async Task FinishAsync(LabBus bus, VirtualBoard board, Route route, ProgrammingResult first)
    {
        var again = await RestoreAsync(bus, route);
        Assert.True(again.Outcome == Outcome.Passed, $"{first.Error?.Code} {first.Error?.Message}, then {again.Error?.Code} {again.Error?.Message}");
        AssertHolds(board, board.Hardware.Platform.Name);
    }

    static async Task<ProgrammingResult> RestoreAsync(LabBus bus, Route route)
    {
        await using var unit = await new UsbUnitFinder(bus).ChooseAsync(null, bus.Clock.HostTime, CancellationToken.None);
        return await new RestoreJob(unit, bus.Clock.HostTime, null) { Routes = [route] }.RunAsync(Bench.GoalOf(unit.Platform.Name, To), CancellationToken.None);
    }

    static void AssertHolds(VirtualBoard board, string platform) => Assert.All(RealReleases.Of(platform, To), module => Assert.Equal(
        module.DeviceBytes.ToArray(), board.Hardware.Storage.Internal.Read(module.Range.Start, module.DeviceBytes.Length).ToArray()));
}
