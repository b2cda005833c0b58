using System.Text.Json.Serialization;

namespace Pogoline;

/// <summary>What a board is doing, as far as a host can tell.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeviceMode>))]
public enum DeviceMode
{
    /// <summary>Not on the bus.</summary>
    [JsonStringEnumMemberName("absent")] Absent,

    /// <summary>System and user firmware run.</summary>
    [JsonStringEnumMemberName("normal")] Normal,

    /// <summary>The system waits for configuration by serial or control requests.</summary>
    [JsonStringEnumMemberName("listening")] Listening,

    /// <summary>The system runs without user firmware.</summary>
    [JsonStringEnumMemberName("safe")] Safe,

    /// <summary>The bootloader offers USB DFU.</summary>
    [JsonStringEnumMemberName("dfu")] Dfu,
}
