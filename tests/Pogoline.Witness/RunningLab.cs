using System.Globalization;
using Pogoline.Lab.Board;
using Pogoline.Lab.Probes;
using Pogoline.Lab.UsbIp;

namespace Pogoline.Witness;

/// <summary>Virtual boards served over USB/IP, their memories in a folder, for the time of a test.</summary>
sealed class RunningLab : IAsyncDisposable
{
    readonly DirectoryInfo _state;
    readonly IReadOnlyList<VirtualUnit> _units;
    readonly UsbIpServer _server;

    RunningLab(DirectoryInfo state, IReadOnlyList<VirtualUnit> units, IReadOnlyList<VirtualProbe> probes, UsbIpServer server) =>
        (_state, _units, Probes, _server) = (state, units, probes, server);

    /// <summary>The debug probes, one at each board; their bus IDs come behind those of the boards.</summary>
    public IReadOnlyList<VirtualProbe> Probes { get; }

    public string Port => _server.Port.ToString(CultureInfo.InvariantCulture);

    /// <summary>A folder for the test's own files; it goes with the lab.</summary>
    public string Scratch => _state.FullName;

    public IReadOnlyList<VirtualBoard> Boards => [.. _units.Select(unit => unit.Board)];

    public static Task<RunningLab> StartAsync(DeviceMode mode, params string[] boards) => StartAsync(mode, null, null, boards);

    /// <summary>Boards, each with a debug probe.</summary>
    public static async Task<RunningLab> StartAsync(DeviceMode mode, ProbeKind? probe, ProbeOptions? options, params string[] boards)
    {
        var state = Directory.CreateTempSubdirectory("pogoline-witness-");
        var clock = new LabClock(LabTiming.None, TimeProvider.System);
        var units = await VirtualLab.MakeAsync(
            [.. boards.Select(LabSpec.Parse)],
            (platform, os, _) => new([.. from path in Tests.Lab.Boards.Files(platform.Name, os.ToString()) select new ReadOnlyMemory<byte>(File.ReadAllBytes(path))]),
            clock, CancellationToken.None, new() { State = new(state.FullName), Mode = mode });
        IReadOnlyList<VirtualProbe> probes = probe is { } kind ? [.. units.Select(unit => unit.AttachProbe(kind, options))] : [];
        return new(state, units, probes, UsbIpServer.Start(units.Select(unit => unit.Board), clock, 0, probes));
    }

    /// <summary>The file that holds one of the first board's memories.</summary>
    public string FileOf(string memory) => Path.Combine(_state.FullName, Boards[0].Hardware.DeviceId, memory);

    /// <summary>Writes a file of the test's own.</summary>
    public string Put(string name, byte[] content)
    {
        var path = Path.Combine(Scratch, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        foreach (var unit in _units) await unit.DisposeAsync();
        _state.Delete(recursive: true);
    }
}
