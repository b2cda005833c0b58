using Pogoline.Lab.Boot;
using Pogoline.Platforms;
using Pogoline.Programming;

namespace Pogoline.Lab.Board;

/// <summary>A set of virtual boards.</summary>
public static class VirtualLab
{
    static readonly TimeSpan StartTime = TimeSpan.FromSeconds(30);

    /// <summary>Makes the boards, each as a unit at a port of the lab.</summary>
    /// <param name="specs">Which boards; at most <see cref="LabSpec.MaxBoards"/> in all. The release counts for boards that are new.</param>
    /// <param name="modules">Gives the files of a release for a platform.</param>
    /// <param name="clock">How time passes for all of them.</param>
    /// <param name="stop">Stops between two boards.</param>
    /// <param name="options">How they start; null for boards from the line that start as they are and forget everything.</param>
    /// <exception cref="PogolineException">There are too many boards, a release is not fit for its board, or a state cannot be kept.</exception>
    public static async ValueTask<IReadOnlyList<VirtualUnit>> MakeAsync(
        IReadOnlyList<LabSpec> specs, Func<Platform, DeviceOsVersion, CancellationToken, ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>>> modules,
        LabClock clock, CancellationToken stop, LabOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(specs);
        ArgumentNullException.ThrowIfNull(modules);
        var total = specs.Sum(spec => spec.Count);
        if (total > LabSpec.MaxBoards)
            throw new PogolineException(LabFaults.Spec, $"{total} virtual boards are too many.", $"Ask for at most {LabSpec.MaxBoards}.");
        var units = new List<VirtualUnit>();
        var releases = new Dictionary<(Platform, DeviceOsVersion), IReadOnlyList<ReadOnlyMemory<byte>>>();
        var numbers = new Dictionary<int, int>();
        try
        {
            foreach (var spec in specs.SelectMany(spec => Enumerable.Repeat(spec, spec.Count)))
            {
                stop.ThrowIfCancellationRequested();
                var number = numbers[spec.Platform.Id] = numbers.GetValueOrDefault(spec.Platform.Id) + 1;
                var files = options?.State?.TryLoad(spec.Platform, BoardFactory.DeviceIdOf(spec.Platform, number));
                if (files is null && !releases.ContainsKey((spec.Platform, spec.Os)))
                    releases[(spec.Platform, spec.Os)] = await modules(spec.Platform, spec.Os, stop).ConfigureAwait(false);
                var hardware = files?.Hardware
                    ?? BoardFactory.MakeHardware(spec.Platform, releases[(spec.Platform, spec.Os)], new() { Number = number });
                files ??= options?.State?.Create(hardware);
                units.Add(new(Start(hardware, files, clock, options?.Mode), clock, $"lab-{units.Count + 1}"));
                if (options?.Mode == DeviceMode.Listening) await ListenAsync(units[^1], stop).ConfigureAwait(false);
            }
        }
        catch
        {
            foreach (var unit in units) unit.Board.Dispose();
            throw;
        }
        return units;
    }

    static VirtualBoard Start(BoardHardware hardware, BoardFiles? files, LabClock clock, DeviceMode? mode)
    {
        if (mode is { } wanted) Prepare(hardware, wanted);
        var board = new VirtualBoard(hardware, clock) { Files = files };
        board.PowerOn();
        return board;
    }

    // By the baud rate, as a host asks for it.
    static async ValueTask ListenAsync(VirtualUnit unit, CancellationToken stop)
    {
        byte[] baud28800 = [0x80, 0x70, 0, 0, 0, 0, 8];
        if (!await unit.WaitForAsync(UnitPresence.System, StartTime, stop).ConfigureAwait(false)) return;
        if (unit.Board.Mode == DeviceMode.Listening) return;
        var pipe = await unit.OpenAsync(stop).ConfigureAwait(false);
        await using (pipe.ConfigureAwait(false))
        {
            await pipe.WriteAsync(new(0x21, 0x20, 0, 0, (ushort)baud28800.Length), baud28800, StartTime, stop).ConfigureAwait(false);
        }
    }

    // What somebody did with the board before: set it up, so that it does not listen by itself, or held a button.
    static void Prepare(BoardHardware hardware, DeviceMode mode)
    {
        if (mode == DeviceMode.Dfu) hardware.Retained.BootRequest = RetainedState.RequestDfu;
        if (mode == DeviceMode.Safe) hardware.Retained.BootRequest = RetainedState.RequestSafeMode;
        if (mode is not (DeviceMode.Normal or DeviceMode.Safe)) return;
        hardware.WifiNetworks = [new("lab", 3, 1, "password")];
        if (hardware.Platform.Traits.SetupDone is { } done) hardware.Storage.Dct.Write(done.Offset, [1]);
    }
}
