using System.Text.Json;
using System.Text.Json.Serialization;
using Pogoline.Links.Swd.Probes;
using Pogoline.Platforms;

namespace Pogoline.Links.Swd.Targets;

/// <summary>What is known of targets, programmers and connectors, from <c>Data</c>.</summary>
public static class TargetCatalog
{
    /// <summary>The targets.</summary>
    public static IReadOnlyList<TargetDefinition> All { get; } = Read("swd-targets.json", TargetJson.Default.ListTargetDefinition);

    /// <summary>Which programmers are for which generation, and why.</summary>
    public static IReadOnlyList<ProgrammerRule> Programmers { get; } = Read("swd-programmers.json", TargetJson.Default.ListProgrammerRule);

    /// <summary>How the debug connector of each device is reached.</summary>
    public static IReadOnlyList<WiringNote> Wiring { get; } = Read("swd-wiring.json", TargetJson.Default.ListWiringNote);

    /// <summary>The target on a platform.</summary>
    /// <exception cref="PogolineException"><see cref="SwdFaults.WrongTarget"/>: the platform has another microcontroller.</exception>
    public static TargetDefinition For(Platform platform)
    {
        ArgumentNullException.ThrowIfNull(platform);
        return All.FirstOrDefault(t => t.Mcu == platform.Mcu)
            ?? throw new PogolineException(SwdFaults.WrongTarget, $"{platform.DisplayName} has a {platform.Mcu}, which is not programmed by SWD.", "Use another route.");
    }

    /// <summary>What is said of a kind of probe for a generation.</summary>
    public static ProgrammerVerdict Judge(ProbeKind kind, int generation) =>
        Programmers.First(p => p.Probes.Contains(kind)).Verdicts.First(v => v.Generation == generation);

    /// <summary>The wiring notes of a device by its name or its platform's; several where a platform has several shapes.</summary>
    public static IReadOnlyList<WiringNote> WiringOf(string device) =>
        [.. Wiring.Where(w => w.Devices.Concat(w.Platforms).Any(d => d.Equals(device, StringComparison.OrdinalIgnoreCase)))];

    static List<T> Read<T>(string name, System.Text.Json.Serialization.Metadata.JsonTypeInfo<List<T>> type)
    {
        using var stream = typeof(TargetCatalog).Assembly.GetManifestResourceStream(name) ?? throw new InvalidDataException($"the resource {name} is missing");
        return JsonSerializer.Deserialize(stream, type) ?? throw new InvalidDataException($"the resource {name} is empty");
    }
}

/// <summary>A programmer, and what is said of it.</summary>
/// <param name="Name">As people call it.</param>
/// <param name="Probes">Its protocols.</param>
/// <param name="Verdicts">One for each generation.</param>
public sealed record ProgrammerRule(string Name, IReadOnlyList<ProbeKind> Probes, IReadOnlyList<ProgrammerVerdict> Verdicts);

/// <summary>What is said of a programmer for a generation.</summary>
/// <param name="Generation">2 or 3.</param>
/// <param name="Fit">Whether it is to be used.</param>
/// <param name="Reason">Why.</param>
public sealed record ProgrammerVerdict(int Generation, ProgrammerFit Fit, string Reason);

/// <summary>Whether a programmer is to be used.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProgrammerFit>))]
public enum ProgrammerFit
{
    /// <summary>Yes.</summary>
    [JsonStringEnumMemberName("recommended")] Recommended,

    /// <summary>It works while the chip is unlocked.</summary>
    [JsonStringEnumMemberName("unlockedOnly")] UnlockedOnly,
}

/// <summary>How the debug connector of a device is reached.</summary>
/// <param name="Title">The device for people.</param>
/// <param name="Devices">Names that it goes by.</param>
/// <param name="Platforms">The platforms that it is of.</param>
/// <param name="Connection">What to connect where.</param>
/// <param name="Warning">What to know before; null for nothing.</param>
public sealed record WiringNote(string Title, IReadOnlyList<string> Devices, IReadOnlyList<string> Platforms, string Connection, string? Warning);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, ReadCommentHandling = JsonCommentHandling.Skip,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, UseStringEnumConverter = true)]
[JsonSerializable(typeof(List<TargetDefinition>))]
[JsonSerializable(typeof(List<ProgrammerRule>))]
[JsonSerializable(typeof(List<WiringNote>))]
sealed partial class TargetJson : JsonSerializerContext;
