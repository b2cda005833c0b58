using System.Globalization;
using Pogoline.Lab.Board;
using Pogoline.Lab.UsbIp;
using Pogoline.Tests;
using Pogoline.Witness;

namespace Pogoline.Perf.Usb;

/// <summary>Virtual boards without times, as USB devices before whole programs under the faked usbfs; time and transfers are taken per command.</summary>
sealed class ServedBoards : IAsyncDisposable
{
    // The clock of the shell around the command, so that setting the faked usbfs up does not count.
    const string Timed = "before=$EPOCHREALTIME; said=$(\"$@\"); status=$?; echo \"$before $EPOCHREALTIME\"; [ $status = 0 ] || echo \"$said\" >&2; exit $status";

    readonly IReadOnlyList<VirtualUnit> _units;
    readonly UsbIpServer _server;

    ServedBoards(IReadOnlyList<VirtualUnit> units, UsbIpServer server) => (_units, _server) = (units, server);

    public VirtualBoard Board => _units[0].Board;

    public static async Task<ServedBoards> StartAsync(string boards, DeviceMode mode = DeviceMode.Dfu)
    {
        var clock = new LabClock(LabTiming.None, TimeProvider.System);
        var units = await VirtualLab.MakeAsync([LabSpec.Parse(boards)],
            (platform, os, _) => new([.. RealReleases.Of(platform.Name, os.ToString()).Append(RealReleases.Tinker(platform.Name)).Select(m => m.Image)]),
            clock, CancellationToken.None, new() { Mode = mode });
        return new(units, UsbIpServer.Start(units.Select(unit => unit.Board), clock, 0));
    }

    /// <summary>Runs a command before all boards; it must end well.</summary>
    public async Task<Run> RunAsync(params string[] command)
    {
        var before = Board.Traffic.Transfers;
        var output = (await Runner.RunAsync(Runner.Mock, ["--port", $"{_server.Port}", "--", "bash", "-c", Timed, "timed", .. command])).Require();
        var times = output.Trim().Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        return new(times[1] - times[0], Board.Traffic.Transfers - before);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        foreach (var unit in _units) await unit.DisposeAsync();
    }
}

/// <summary>What a command took.</summary>
/// <param name="Seconds">Wall time.</param>
/// <param name="Transfers">Control transfers on the first board.</param>
readonly record struct Run(double Seconds, long Transfers);
