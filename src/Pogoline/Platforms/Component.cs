using System.Text.Json.Serialization;

namespace Pogoline.Platforms;

/// <summary>A part of a board's firmware that has a version of its own.</summary>
public sealed record Component
{
    /// <summary>The stable name, such as <c>system-part1</c>; for system parts the number is the module index.</summary>
    public required string Name { get; init; }

    /// <summary>The module function.</summary>
    public required ModuleFunction Function { get; init; }

    /// <summary>The module index, where a position does not say otherwise.</summary>
    public byte Index { get; init; }

    /// <summary>Where it lives.</summary>
    public required StorageKind Storage { get; init; }

    /// <summary>Whether the device keeps only what follows the header (the SoftDevice).</summary>
    public bool DropsHeader { get; init; }

    /// <summary>The module versions that were ever released; empty where that is not fixed.</summary>
    public IReadOnlyList<ushort> Versions { get; init => field = value ?? []; } = [];

    /// <summary>Whether an older version must never replace a newer one.</summary>
    public bool OnlyUp { get; init; }

    /// <summary>Where it lies, by Device OS version; the preferred position first.</summary>
    public required IReadOnlyList<ComponentPosition> Positions { get; init; }

    /// <summary>What people should know about it.</summary>
    public string? Note { get; init; }

    /// <summary>The module of a position.</summary>
    public ModuleId IdAt(ComponentPosition position) => new(Function, position.Index ?? Index);

    /// <summary>The positions that a Device OS version knows, the preferred one first.</summary>
    public IEnumerable<ComponentPosition> PositionsFor(DeviceOsVersion os) => Positions.Where(p => p.Os.Contains(os));
}

/// <summary>Where a component lies for some Device OS versions.</summary>
public sealed record ComponentPosition
{
    /// <summary>The versions of the system that have it there.</summary>
    public DeviceOsRange Os { get; init => field = value ?? DeviceOsRange.All; } = DeviceOsRange.All;

    /// <summary>The first address.</summary>
    public required FlashAddress Start { get; init; }

    /// <summary>The address behind the last one.</summary>
    public required FlashAddress End { get; init; }

    /// <summary>The module index there, where it differs from the component's.</summary>
    public byte? Index { get; init; }

    /// <summary>The name of the file in a release, where it differs from the component's (Electron).</summary>
    public string? File { get; init; }

    /// <summary>The room for the module.</summary>
    [JsonIgnore]
    public AddressRange Range => new(Start, End);
}
