using Pogoline.Host.Usb;
using Pogoline.Modules;
using Pogoline.Planning;
using Pogoline.Programming;
using Pogoline.Programming.Modes;
using Pogoline.Tests.Programming;

namespace Pogoline.Tests.Usb;

public class UsbUnitTests
{
    static readonly UsbProblem NoPermission = new(UsbFaults.Permission, "may not be opened", "install the rules");

    [Theory, InlineData("boron", "1.5.2", "2.2.0"), InlineData("photon", "2.3.1", "1.5.2"), InlineData("b5som", "1.5.2", "4.0.2")]
    public async Task A_board_that_comes_back_at_another_port_each_time_is_restored_and_confirmed_by_its_report(string platform, string from, string to) =>
        await RestoreMovingAsync(new(), platform, from, to, Verification.Report);

    [Theory, InlineData("boron", "1.5.2", "2.2.0"), InlineData("photon", "2.3.1", "1.5.2"), InlineData("b5som", "1.5.2", "4.0.2")]
    public async Task A_board_that_cannot_be_asked_is_confirmed_by_reading_it_again(string platform, string from, string to) =>
        await RestoreMovingAsync(new() { Wire = pipe => new UnaskablePipe(pipe) }, platform, from, to, Verification.Readback);

    static async Task RestoreMovingAsync(LabBus bus, string platform, string from, string to, Verification arrival)
    {
        await using var closing = bus;
        var board = bus.Plug(platform, from, "1-1");
        bus.Move(board, enumeration => $"1-{enumeration % 7 + 1}");

        var result = await RestoreAsync(bus, null, to);

        Assert.True(result.Outcome == Outcome.Passed, result.Error?.Message);
        Assert.All(result.Modules.Where(m => m.Action == ModuleAction.Written), m => Assert.Equal(m.Function == ModuleFunction.Bootloader ? arrival : Verification.Readback, m.Verified));
        Assert.All(RealReleases.Of(platform, to), module => Assert.Equal(module.DeviceBytes.ToArray(),
            board.Hardware.Storage.Internal.Read(module.Range.Start, module.DeviceBytes.Length).ToArray()));
        Assert.Equal(UnitPresence.System, board.Presence);
    }

    [Fact]
    public async Task What_depends_on_firmware_that_DFU_cannot_see_is_unverified_and_not_passed()
    {
        await using var bus = new LabBus { Wire = pipe => new UnaskablePipe(pipe) };
        bus.Plug("tracker", "2.2.0", "1-1");
        var result = await RestoreAsync(bus, null, "4.0.2");
        Assert.True(result.Error is null, result.Error?.Message);
        Assert.Equal((Outcome.Unverified, ExitCode.Unverified), (result.Outcome, result.Exit));
        Assert.Contains(result.Notes, n => n.Contains("NCP", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_two_boards_with_the_same_device_ID_the_one_at_the_named_port_is_restored()
    {
        await using var bus = new LabBus();
        var left = bus.Plug("boron", "1.5.2", "1-1", serial: "e00fce68aaaaaaaaaaaaaaaa");
        var right = bus.Plug("boron", "1.5.2", "1-2", serial: "e00fce68aaaaaaaaaaaaaaaa");
        var before = Sha256Digest.Compute(left.Hardware.Storage.Internal.Cells);

        var ambiguous = await Assert.ThrowsAsync<PogolineException>(() => RestoreAsync(bus, "e00fce68aaaaaaaaaaaaaaaa", "2.2.0"));
        var result = await RestoreAsync(bus, "1-2", "2.2.0");

        Assert.Equal(UsbFaults.UnitAmbiguous, ambiguous.Code);
        Assert.Contains("1-1", ambiguous.Message, StringComparison.Ordinal);
        Assert.True(result.Outcome == Outcome.Passed, result.Error?.Message);
        Assert.Equal(before, Sha256Digest.Compute(left.Hardware.Storage.Internal.Cells));
        Assert.Equal(UnitPresence.System, right.Presence);
    }

    [Fact]
    public async Task A_board_that_never_comes_back_ends_the_job_with_what_was_awaited()
    {
        await using var bus = new LabBus();
        var board = bus.Plug("boron", "2.2.0", "1-1");
        var first = board.Enumeration;
        bus.Move(board, enumeration => enumeration == first ? "1-1" : null);

        var result = await RestoreAsync(bus, null, "1.5.2");

        Assert.Equal((Outcome.Failed, "unit-mode"), (result.Outcome, result.Error?.Code));
        Assert.Contains("did not go to DFU mode", result.Error!.Message, StringComparison.Ordinal);
        Assert.Contains("after 20 s it is not on the bus", result.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_board_whose_permissions_come_late_is_waited_for()
    {
        await using var bus = new LabBus();
        bus.Plug("boron", "2.2.0", "1-1");
        var unit = await new UsbUnitFinder(bus).ChooseAsync(null, bus.Clock.HostTime, CancellationToken.None);
        var asked = 0;
        bus.Problem = device => device.Id.Product == 0xD00D && asked++ < 6 ? NoPermission : null;

        await new UnitModes(unit, bus.Clock.HostTime).EnterAsync(DeviceMode.Dfu, CancellationToken.None);

        Assert.Equal(UnitPresence.Dfu, unit.Presence);
        Assert.True(asked >= 6);
    }

    [Fact]
    public async Task A_board_that_stays_closed_to_us_ends_the_wait_with_the_true_cause()
    {
        await using var bus = new LabBus();
        bus.Plug("boron", "2.2.0", "1-1");
        var unit = await new UsbUnitFinder(bus).ChooseAsync(null, bus.Clock.HostTime, CancellationToken.None);
        bus.Problem = device => device.Id.Product == 0xD00D ? NoPermission : null;

        var fault = await Assert.ThrowsAsync<PogolineException>(async () => await new UnitModes(unit, bus.Clock.HostTime).EnterAsync(DeviceMode.Dfu, CancellationToken.None));

        Assert.Equal((UsbFaults.Permission, "install the rules"), (fault.Code, fault.Remedy));
    }

    [Fact]
    public async Task A_board_without_a_device_ID_is_followed_by_its_port()
    {
        await using var bus = new LabBus();
        bus.Plug("boron", "2.2.0", "1-1", serial: "");
        bus.Plug("boron", "2.2.0", "1-2", serial: "");
        var unit = await new UsbUnitFinder(bus).ChooseAsync("1-2", bus.Clock.HostTime, CancellationToken.None);

        await new UnitModes(unit, bus.Clock.HostTime).EnterAsync(DeviceMode.Dfu, CancellationToken.None);

        Assert.Equal(("1-2", UnitPresence.Dfu), (unit.DeviceId, unit.Presence));
        Assert.Equal(["2b04:c00d at 1-1", "2b04:d00d at 1-2"], bus.List().Select(d => d.ToString()));
    }

    [Fact]
    public async Task Another_board_of_the_platform_in_the_socket_is_not_taken_for_the_one_that_left()
    {
        await using var bus = new LabBus();
        var first = bus.Plug("boron", "2.2.0", "1-1");
        var unit = await new UsbUnitFinder(bus).ChooseAsync(null, bus.Clock.HostTime, CancellationToken.None);
        bus.Move(first, _ => null);
        bus.Plug("boron", "2.2.0", "1-1");

        Assert.False(await unit.WaitForAsync(UnitPresence.System, TimeSpan.FromSeconds(5), CancellationToken.None));
        Assert.True(await unit.WaitForAsync(UnitPresence.Absent, TimeSpan.Zero, CancellationToken.None));
    }

    static async Task<ProgrammingResult> RestoreAsync(LabBus bus, string? name, string os)
    {
        await using var unit = await new UsbUnitFinder(bus).ChooseAsync(name, bus.Clock.HostTime, CancellationToken.None);
        return await new RestoreJob(unit, bus.Clock.HostTime, null).RunAsync(Bench.GoalOf(unit.Platform.Name, os), CancellationToken.None);
    }
}
