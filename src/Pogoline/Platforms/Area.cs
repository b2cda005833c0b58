using System.Text.Json.Serialization;

namespace Pogoline.Platforms;

/// <summary>A named range that is no component.</summary>
public sealed record Area
{
    /// <summary>The name, such as <c>ota</c>, <c>mbr</c>, <c>dct</c>, <c>eeprom</c>, <c>factory</c>, <c>fileSystem</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The memory it lies in.</summary>
    public required StorageKind Storage { get; init; }

    /// <summary>The Device OS versions that have it there.</summary>
    public DeviceOsRange Os { get; init => field = value ?? DeviceOsRange.All; } = DeviceOsRange.All;

    /// <summary>The first address.</summary>
    public required FlashAddress Start { get; init; }

    /// <summary>Its length in bytes.</summary>
    public required uint Length { get; init; }

    /// <summary>All of it.</summary>
    [JsonIgnore]
    public AddressRange Range => AddressRange.Of(Start, Length);
}
