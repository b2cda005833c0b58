using System.Text.Json.Serialization;
using Pogoline.Planning;

namespace Pogoline.Programming;

/// <summary>How it was made sure that a module is in place.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Verification>))]
public enum Verification
{
    /// <summary>Not at all.</summary>
    [JsonStringEnumMemberName("none")] None,

    /// <summary>Every byte was read back and compared.</summary>
    [JsonStringEnumMemberName("readback")] Readback,

    /// <summary>Its CRC was found right.</summary>
    [JsonStringEnumMemberName("crc")] Crc,

    /// <summary>The running system reports its version, with its integrity found right.</summary>
    [JsonStringEnumMemberName("report")] Report,
}

/// <summary>A module in a result.</summary>
public sealed record ModuleResult
{
    /// <summary>The component.</summary>
    public required string Name { get; init; }

    /// <summary>The module function.</summary>
    public required ModuleFunction Function { get; init; }

    /// <summary>The module index.</summary>
    public required byte Index { get; init; }

    /// <summary>The module version before; null when there was none or it was not known.</summary>
    public ushort? From { get; init; }

    /// <summary>The module version after.</summary>
    public ushort To { get; init; }

    /// <summary>The way in.</summary>
    public string Route { get; init; } = "dfu";

    /// <summary>What was done with it.</summary>
    public required ModuleAction Action { get; init; }

    /// <summary>How that was checked.</summary>
    public required Verification Verified { get; init; }

    /// <summary>Bytes written.</summary>
    public long Bytes { get; init; }

    /// <summary>Seconds spent on it: erasing, writing, reading back.</summary>
    public double Seconds { get; init; }
}
