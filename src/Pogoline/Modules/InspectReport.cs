using System.Text.Json.Serialization;

namespace Pogoline.Modules;

/// <summary>What <c>pogoline inspect --json</c> prints; the property names and their order are a contract.</summary>
/// <param name="Schema">1.</param>
/// <param name="Files">The files in the order they were named; those of an archive one by one.</param>
public sealed record InspectReport(int Schema, IReadOnlyList<InspectedFile> Files)
{
    /// <summary>Whether any file or module must not be written.</summary>
    [JsonIgnore]
    public bool HasErrors => Files.Any(file => file.Problems.Concat(file.Modules.SelectMany(module => module.Problems)).Any(problem => problem.IsError));
}

/// <summary>A file and the modules in it.</summary>
/// <param name="Path">The path as given; behind it, for a file of an archive, <c>!</c> and its name there.</param>
/// <param name="Modules">The modules in order; the original of a compressed one is checked, not listed.</param>
/// <param name="Problems">What is wrong with the file as such.</param>
public sealed record InspectedFile(string Path, IReadOnlyList<InspectedModule> Modules, IReadOnlyList<InspectedProblem> Problems);

/// <summary>A module of a file.</summary>
public sealed record InspectedModule
{
    /// <summary>The platform's canonical name; null when it is not known.</summary>
    public required string? Platform { get; init; }

    /// <summary>The platform id of the header.</summary>
    public required int PlatformId { get; init; }

    /// <summary>The module function.</summary>
    public required ModuleFunction Function { get; init; }

    /// <summary>The module index.</summary>
    public required int Index { get; init; }

    /// <summary>The module version.</summary>
    public required int Version { get; init; }

    /// <summary>For system parts the Device OS release with that module version; null for others and where the table has none.</summary>
    public required DeviceOsVersion? Release { get; init; }

    /// <summary>The start address of the header.</summary>
    public required FlashAddress Start { get; init; }

    /// <summary>The end address of the header: where the CRC lies.</summary>
    public required FlashAddress End { get; init; }

    /// <summary>The names of the flags that are set.</summary>
    public required IReadOnlyList<string> Flags { get; init; }

    /// <summary>Where the header lies in the module, in bytes.</summary>
    public required int HeaderOffset { get; init; }

    /// <summary><c>ok</c> or <c>bad</c>.</summary>
    public required string Crc { get; init; }

    /// <summary>The stored CRC-32 in hex; null when the module is truncated.</summary>
    public required string? Crc32 { get; init; }

    /// <summary>The stored SHA-256 in hex; null when there is none.</summary>
    public required string? Sha256 { get; init; }

    /// <summary>The product; null when it belongs to none.</summary>
    public required int? ProductId { get; init; }

    /// <summary>The product's firmware version; null when it belongs to none.</summary>
    public required int? ProductVersion { get; init; }

    /// <summary>What it depends on.</summary>
    public required IReadOnlyList<InspectedDependency> Dependencies { get; init; }

    /// <summary>What is wrong with it.</summary>
    public required IReadOnlyList<InspectedProblem> Problems { get; init; }
}

/// <summary>A dependency of a module.</summary>
/// <param name="Function">The function of what it needs.</param>
/// <param name="Index">Its index.</param>
/// <param name="Version">The lowest module version that will do.</param>
public sealed record InspectedDependency(ModuleFunction Function, int Index, int Version);

/// <summary>A problem of a file or module.</summary>
/// <param name="Code">The stable name of the kind of problem.</param>
/// <param name="Severity"><c>error</c>, <c>warning</c> or <c>note</c>.</param>
/// <param name="Message">The facts.</param>
/// <param name="Remedy">The next action.</param>
public sealed record InspectedProblem(string Code, string Severity, string Message, string Remedy)
{
    /// <summary>Whether the module or file must not be written.</summary>
    [JsonIgnore]
    public bool IsError => Severity == "error";
}

/// <summary>Writes the report without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(InspectReport))]
public sealed partial class InspectJson : JsonSerializerContext;
