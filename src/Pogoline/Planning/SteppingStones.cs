using System.Text.Json;
using Pogoline.Platforms;

namespace Pogoline.Planning;

/// <summary>A release that a board must run once between two others.</summary>
/// <param name="Platforms">Names of the platforms that need it.</param>
/// <param name="From">The releases that are left.</param>
/// <param name="To">The releases that are wanted.</param>
/// <param name="Via">Any of these will do in between.</param>
/// <param name="Reason">Why.</param>
/// <param name="Routes">The routes that need it; null for all.</param>
public sealed record SteppingStone(
    IReadOnlyList<string> Platforms, DeviceOsRange From, DeviceOsRange To, DeviceOsRange Via, string Reason, IReadOnlyList<Route>? Routes = null);

/// <summary>A release on the way, and why it is passed through.</summary>
/// <param name="Release">The release.</param>
/// <param name="Reason">Why.</param>
public sealed record Passage(DeviceOsVersion Release, string Reason);

/// <summary>Which releases a board has to pass through: the data of <c>Data/stepping-stones.json</c>.</summary>
public static class SteppingStones
{
    // No way needs more; a table that goes round in a circle ends here.
    const int Deepest = 4;

    static readonly Lazy<IReadOnlyList<SteppingStone>> Loaded = new(Load);

    /// <summary>Every rule.</summary>
    public static IReadOnlyList<SteppingStone> All => Loaded.Value;

    /// <summary>The releases between two, in order; empty when the way is direct.</summary>
    /// <param name="platform">The board's platform.</param>
    /// <param name="from">What runs now; null when it is not known, and nothing is passed through.</param>
    /// <param name="to">What is wanted.</param>
    /// <param name="route">The way in that carries system parts.</param>
    /// <param name="choose">Picks a release of the platform from a range; null when there is none.</param>
    /// <exception cref="PogolineException"><see cref="PlanFaults.Route"/>: no release is there that would do.</exception>
    public static IReadOnlyList<Passage> Between(Platform platform, DeviceOsVersion? from, DeviceOsVersion to, Route route, Func<DeviceOsRange, DeviceOsVersion?> choose) =>
        from is null ? [] : [.. Walk(platform, from, to, route, choose, Deepest)];

    static IEnumerable<Passage> Walk(Platform platform, DeviceOsVersion from, DeviceOsVersion to, Route route, Func<DeviceOsRange, DeviceOsVersion?> choose, int depth)
    {
        var stone = All.FirstOrDefault(s => s.Platforms.Contains(platform.Name) && (s.Routes?.Contains(route) ?? true) && s.From.Contains(from) && s.To.Contains(to));
        if (stone is null || depth == 0) return [];
        var via = choose(stone.Via) ?? throw new PogolineException(PlanFaults.Route,
            $"{platform.DisplayName} cannot go from Device OS {from} to {to} directly: {stone.Reason}. No release of '{stone.Via}' is known for it.",
            "Name a folder or archive that has such a release with --source.");
        return Walk(platform, from, via, route, choose, depth - 1).Append(new(via, stone.Reason)).Concat(Walk(platform, via, to, route, choose, depth - 1));
    }

    static List<SteppingStone> Load()
    {
        using var stream = typeof(SteppingStones).Assembly.GetManifestResourceStream("stepping-stones.json") ?? throw new InvalidDataException("the resource stepping-stones.json is missing");
        return JsonSerializer.Deserialize(stream, PlanningDataJson.Default.ListSteppingStone)!;
    }
}
