using Pogoline.Platforms;

namespace Pogoline.Lab.Board;

/// <summary>A set of virtual boards.</summary>
public static class VirtualLab
{
    /// <summary>Makes the boards, each as a unit at a port of the lab.</summary>
    /// <param name="specs">Which boards; at most <see cref="LabSpec.MaxBoards"/> in all.</param>
    /// <param name="modules">Gives the files of a release for a platform.</param>
    /// <param name="clock">How time passes for all of them.</param>
    /// <param name="stop">Stops between two boards.</param>
    /// <exception cref="PogolineException">There are too many boards, or a release is not fit for its board.</exception>
    public static async ValueTask<IReadOnlyList<VirtualUnit>> MakeAsync(
        IReadOnlyList<LabSpec> specs, Func<Platform, DeviceOsVersion, CancellationToken, ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>>> modules,
        LabClock clock, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(specs);
        ArgumentNullException.ThrowIfNull(modules);
        var total = specs.Sum(spec => spec.Count);
        if (total > LabSpec.MaxBoards)
            throw new PogolineException(LabFaults.Spec, $"{total} virtual boards are too many.", $"Ask for at most {LabSpec.MaxBoards}.");
        var units = new List<VirtualUnit>();
        var numbers = new Dictionary<int, int>();
        foreach (var spec in specs)
        {
            var files = await modules(spec.Platform, spec.Os, stop).ConfigureAwait(false);
            for (var i = 0; i < spec.Count; i++)
            {
                stop.ThrowIfCancellationRequested();
                var number = numbers[spec.Platform.Id] = numbers.GetValueOrDefault(spec.Platform.Id) + 1;
                var board = BoardFactory.Make(spec.Platform, files, clock, new() { Number = number });
                units.Add(new(board, clock, $"lab-{units.Count + 1}"));
            }
        }
        return units;
    }
}
