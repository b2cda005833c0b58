using System.Text.Json;
using System.Text.Json.Serialization;
using Pogoline.Platforms;

namespace Pogoline.Planning;

/// <summary>How a file gets to its place.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Delivery>))]
public enum Delivery
{
    /// <summary>Its bytes are written there.</summary>
    [JsonStringEnumMemberName("direct")] Direct,

    /// <summary>It waits in the OTA region; the system that starts next takes it.</summary>
    [JsonStringEnumMemberName("otaFlag")] OtaFlag,

    /// <summary>The running system receives, validates and applies it.</summary>
    [JsonStringEnumMemberName("update")] Update,
}

/// <summary>One cell of the table of files and modes.</summary>
/// <param name="Function">The kind of file.</param>
/// <param name="Route">The way in.</param>
/// <param name="Modes">The modes in which a device takes it.</param>
/// <param name="How">How it gets to its place.</param>
/// <param name="Note">The footnote; null for none.</param>
public sealed record FileMode(ModuleFunction Function, Route Route, IReadOnlyList<DeviceMode> Modes, Delivery How, string? Note = null)
{
    /// <summary>The running systems that take it; for <see cref="Delivery.OtaFlag"/> those that look at the flag.</summary>
    public DeviceOsRange Os { get; init => field = value ?? DeviceOsRange.All; } = DeviceOsRange.All;
}

/// <summary>Which file goes by which route, and in which mode of the device: the data of <c>Data/file-modes.json</c>.</summary>
public static class FileModes
{
    static readonly Lazy<IReadOnlyList<FileMode>> Loaded = new(Load);

    /// <summary>Every cell that is not empty.</summary>
    public static IReadOnlyList<FileMode> All => Loaded.Value;

    /// <summary>The cell; null when the route cannot take such a file.</summary>
    public static FileMode? Find(ModuleFunction function, Route route) => All.FirstOrDefault(m => m.Function == function && m.Route == route);

    /// <summary>The cell of a file for a platform.</summary>
    /// <exception cref="PogolineException"><see cref="PlanFaults.FileMode"/>: the route cannot take it; the remedy names those that can.</exception>
    public static FileMode Require(Platform platform, ModuleId module, Route route)
    {
        if (Find(module.Function, route) is { } cell) return cell;
        List<FileMode> others = [.. All.Where(m => m.Function == module.Function)];
        throw new PogolineException(PlanFaults.FileMode, $"The {module} of {platform.DisplayName} cannot be installed by {route.Spelled()}.", others.Count == 0
            ? "Leave the file out: no wired route takes it."
            : $"Use {string.Join(" or ", others.Select(m => $"{m.Route.Spelled()} ({string.Join(", ", m.Modes).ToLowerInvariant()} mode)"))}{(others[0].Note is { } note ? $": {note}" : "")}.");
    }

    static List<FileMode> Load()
    {
        using var stream = typeof(FileModes).Assembly.GetManifestResourceStream("file-modes.json") ?? throw new InvalidDataException("the resource file-modes.json is missing");
        return JsonSerializer.Deserialize(stream, PlanningDataJson.Default.ListFileMode)!;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, ReadCommentHandling = JsonCommentHandling.Skip, UseStringEnumConverter = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(List<FileMode>))]
[JsonSerializable(typeof(List<SteppingStone>))]
sealed partial class PlanningDataJson : JsonSerializerContext;
