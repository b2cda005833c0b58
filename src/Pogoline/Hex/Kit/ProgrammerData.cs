using System.Text.Json;
using System.Text.Json.Serialization;
using Pogoline.Platforms;

namespace Pogoline.Hex.Kit;

/// <summary>A kind of debug probe, as other people's programs name it.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="DisplayName">The name for people.</param>
/// <param name="OpenOcdInterface">OpenOCD's configuration file.</param>
/// <param name="Transport">OpenOCD's transport.</param>
public sealed record ProbeKind(string Name, string DisplayName, string OpenOcdInterface, string Transport);

/// <summary>A microcontroller, as other people's programs name it, and what programming it means.</summary>
sealed record ChipKind
{
    public required string Mcu { get; init; }
    public required string OpenOcdTarget { get; init; }
    public string? OpenOcdChipErase { get; init; }
    public required string JLinkDevice { get; init; }
    public string? NrfjprogFamily { get; init; }
    public bool CubeProgrammer { get; init; }

    // Whether keys and settings survive erasing the whole chip, because they lie elsewhere.
    public bool ChipEraseKeepsDeviceData { get; init; }

    // Whether Device OS keeps the flash sectors of its code write-protected.
    public bool ProtectsSectors { get; init; }
    public required string ResetPin { get; init; }
    public string? Before { get; init; }
    public required string Locked { get; init; }
}

/// <summary>The probes and chips that kits are made for.</summary>
public static class ProgrammerData
{
    static readonly Lazy<ProgrammerTable> Loaded = new(() =>
    {
        using var stream = typeof(ProgrammerData).Assembly.GetManifestResourceStream("programmers.json")
            ?? throw new InvalidDataException("the resource programmers.json is missing");
        return JsonSerializer.Deserialize(stream, ProgrammerJson.Default.ProgrammerTable)!;
    });

    /// <summary>The probes.</summary>
    public static IReadOnlyList<ProbeKind> Probes => Loaded.Value.Probes;

    internal static ChipKind ChipOf(Platform platform) => Loaded.Value.Chips.FirstOrDefault(c => c.Mcu == platform.Mcu) ?? throw new PogolineException(
        HexFaults.Platform, $"{platform.DisplayName} has a {platform.Mcu}, for which there are no programmer scripts.", "Make kits for boards of generation 2 or 3.");
}

sealed record ProgrammerTable(IReadOnlyList<ProbeKind> Probes, IReadOnlyList<ChipKind> Chips);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ProgrammerTable))]
sealed partial class ProgrammerJson : JsonSerializerContext;
