using System.Text.Json.Serialization;

namespace Pogoline.Releases;

/// <summary>What the vendor promises for a line of releases.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReleaseLineKind>))]
public enum ReleaseLineKind
{
    /// <summary>Not known for certain.</summary>
    [JsonStringEnumMemberName("unclassified")] Unclassified,

    /// <summary>No longer maintained.</summary>
    [JsonStringEnumMemberName("legacy")] Legacy,

    /// <summary>Long-term support (LTS): faults are fixed, nothing else changes.</summary>
    [JsonStringEnumMemberName("longTermSupport")] LongTermSupport,

    /// <summary>New features; superseded by the next line.</summary>
    [JsonStringEnumMemberName("feature")] Feature,
}

/// <summary>The releases that share a major version.</summary>
/// <param name="Name">Such as <c>2.x</c>.</param>
/// <param name="Os">The releases of the line, pre-releases included.</param>
/// <param name="Kind">What the vendor promises for it.</param>
/// <param name="Note">What is not certain about it.</param>
public sealed record ReleaseLine(string Name, DeviceOsRange Os, ReleaseLineKind Kind, string? Note = null)
{
    /// <summary>For people: <c>2.x LTS line</c>.</summary>
    public override string ToString() => Kind switch
    {
        ReleaseLineKind.LongTermSupport => $"{Name} LTS line",
        ReleaseLineKind.Feature => $"{Name} feature line",
        ReleaseLineKind.Legacy => $"{Name} legacy line",
        _ => $"{Name} line",
    };
}
