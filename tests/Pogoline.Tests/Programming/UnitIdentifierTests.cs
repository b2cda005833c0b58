using Pogoline.Programming.Identify;
using Pogoline.Programming.Modes;
using Pogoline.Tests.Usb;

namespace Pogoline.Tests.Programming;

public class UnitIdentifierTests
{
    [Theory]
    [InlineData("photon", "2.2.0", false), InlineData("p1", "1.5.2", false), InlineData("electron", "2.2.0", true), InlineData("argon", "2.2.0", false), InlineData("boron", "1.5.2", true)]
    [InlineData("bsom", "2.2.0", true), InlineData("b5som", "2.2.0", true), InlineData("tracker", "2.2.0", true)]
    public async Task A_board_that_listens_tells_everything(string platform, string os, bool hasModem)
    {
        await using var bench = new Bench(platform, os);
        await new UnitModes(bench.Unit, bench.Clock.HostTime).EnterAsync(DeviceMode.Listening, default);
        var identity = await new UnitIdentifier(bench.Unit, bench.Clock.HostTime).ReadAsync(mayListen: false, default);
        Assert.Equal((platform, bench.Unit.DeviceId, os, DeviceMode.Listening), (identity.Platform, identity.DeviceId, identity.Release, identity.Mode));
        Assert.Equal((hasModem, hasModem), (identity.Iccid is not null, identity.Imei is not null));
        Assert.Contains(identity.Modules, m => m is { Function: ModuleFunction.SystemPart, Ok: true });
        Assert.Empty(identity.Notes);
    }

    [Fact]
    public async Task A_board_that_does_not_listen_stays_in_its_mode_and_what_is_missing_is_said()
    {
        await using var bench = new Bench("boron", "2.2.0");
        await new UnitModes(bench.Unit, bench.Clock.HostTime).EnterAsync(DeviceMode.Normal, default);
        var identity = await new UnitIdentifier(bench.Unit, bench.Clock.HostTime).ReadAsync(mayListen: false, default);
        Assert.Equal((DeviceMode.Normal, DeviceMode.Normal), (identity.Mode, bench.Board.Mode));
        Assert.NotNull(identity.Iccid);
        Assert.Null(identity.Imei);
        Assert.Contains("--listen", Assert.Single(identity.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_brought_into_listening_mode_and_back_when_that_is_allowed()
    {
        await using var bench = new Bench("boron", "2.2.0");
        await new UnitModes(bench.Unit, bench.Clock.HostTime).EnterAsync(DeviceMode.Normal, default);
        var identity = await new UnitIdentifier(bench.Unit, bench.Clock.HostTime).ReadAsync(mayListen: true, default);
        Assert.NotNull(identity.Imei);
        Assert.Equal((DeviceMode.Normal, DeviceMode.Normal), (identity.Mode, bench.Board.Mode));
    }

    [Fact]
    public async Task A_system_without_control_requests_is_asked_on_its_console()
    {
        await using var bench = new Bench("photon", "2.2.0");
        await new UnitModes(bench.Unit, bench.Clock.HostTime).EnterAsync(DeviceMode.Listening, default);
        bench.Unit.Wire = pipe => new UnaskablePipe(pipe);
        var identity = await new UnitIdentifier(bench.Unit, bench.Clock.HostTime).ReadAsync(mayListen: false, default);
        Assert.Equal((bench.Unit.DeviceId, "2.2.0"), (identity.DeviceId, identity.Release));
        Assert.Contains(identity.Modules, m => m is { Function: ModuleFunction.SystemPart, Index: 2, Ok: true });
    }

    [Fact]
    public async Task In_DFU_mode_there_is_only_the_device_ID()
    {
        await using var bench = new Bench("boron", "2.2.0");
        await new UnitModes(bench.Unit, bench.Clock.HostTime).EnterAsync(DeviceMode.Dfu, default);
        var identity = await new UnitIdentifier(bench.Unit, bench.Clock.HostTime).ReadAsync(mayListen: true, default);
        Assert.Equal((bench.Unit.DeviceId, DeviceMode.Dfu, null), (identity.DeviceId, identity.Mode, identity.Release));
    }
}
