using System.Text.Json.Serialization;

namespace Pogoline.Lab.Replay;

/// <summary>A control transfer, a reset of the bus, or time passing.</summary>
sealed record DfuStep
{
    public RecordedBytes? Setup { get; init; }

    public RecordedBytes? Out { get; init; }

    public RecordedBytes? In { get; init; }

    public bool Stall { get; init; }

    [JsonPropertyName("late_stall")]
    public bool LateStall { get; init; }

    [JsonPropertyName("no_reply")]
    public bool NoReply { get; init; }

    [JsonPropertyName("bus_detach_attach")]
    public bool BusDetachAttach { get; init; }

    public bool Overlong { get; init; }

    public string? Note { get; init; }

    [JsonPropertyName("bus_reset")]
    public bool BusReset { get; init; }

    [JsonPropertyName("tick_ms")]
    public int? TickMilliseconds { get; init; }

    [JsonPropertyName("reset_after_ms")]
    public int? ResetAfterMilliseconds { get; init; }
}
