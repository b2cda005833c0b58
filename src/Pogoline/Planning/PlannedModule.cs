using System.Text.Json.Serialization;

namespace Pogoline.Planning;

/// <summary>What a plan does with a module.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ModuleAction>))]
public enum ModuleAction
{
    /// <summary>It is written.</summary>
    [JsonStringEnumMemberName("written")] Written,

    /// <summary>The board holds exactly this content already.</summary>
    [JsonStringEnumMemberName("skipped")] Skipped,

    /// <summary>The goal does not name it; it stays as it is.</summary>
    [JsonStringEnumMemberName("kept")] Kept,
}

/// <summary>A module in a plan: what was there, what will be, and why.</summary>
public sealed record PlannedModule
{
    /// <summary>The component of the platform, such as <c>system-part1</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The module function.</summary>
    public required ModuleFunction Function { get; init; }

    /// <summary>The module index.</summary>
    public required byte Index { get; init; }

    /// <summary>The version found on the board; null when there was none or it is not known.</summary>
    public ushort? From { get; init; }

    /// <summary>The version after the plan.</summary>
    public required ushort To { get; init; }

    /// <summary>What the plan does with it.</summary>
    public required ModuleAction Action { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>The first address.</summary>
    public FlashAddress Start { get; init; }

    /// <summary>SHA-256 of the whole module file in lower-case hex; null for a module that is kept.</summary>
    public string? Sha256 { get; init; }

    /// <summary>SHA-256 of the bytes that the board holds when the module is in place; null when the board holds them out of reach.</summary>
    public string? ContentSha256 { get; init; }

    /// <summary>Bytes of the module file.</summary>
    public int Bytes { get; init; }

    /// <summary>Function and index.</summary>
    [JsonIgnore]
    public ModuleId Id => new(Function, Index);
}
