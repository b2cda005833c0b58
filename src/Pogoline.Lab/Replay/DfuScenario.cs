using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pogoline.Lab.Replay;

/// <summary>A recorded conversation with a bootloader in DFU mode.</summary>
sealed record DfuScenario
{
    public required string Name { get; init; }

    /// <summary>Generation and platform, as in <c>gen3-argon</c>.</summary>
    public required string Board { get; init; }

    /// <summary>The code that answered, as in <c>device-os v3.3.1</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Null for an enumerated and configured device, <c>reset</c> for one that has only seen a bus reset.</summary>
    public string? Start { get; init; }

    public string? Note { get; init; }

    public required RecordedMemories Init { get; init; }

    public required IReadOnlyList<DfuStep> Steps { get; init; }

    public required DfuEnd End { get; init; }
}

/// <summary>What the memories hold besides FF.</summary>
sealed record RecordedMemories
{
    public IReadOnlyList<RecordedRange> Internal { get; init; } = [];

    public IReadOnlyList<RecordedRange> Dct { get; init; } = [];

    public IReadOnlyList<RecordedRange> External { get; init; } = [];
}

/// <summary>Bytes at an address, in one of three ways to write them.</summary>
sealed record RecordedRange : IJsonOnDeserialized
{
    public string? Region { get; init; }

    public required string At { get; init; }

    public string? Hex { get; init; }

    public string? Repeat { get; init; }

    public int? Count { get; init; }

    public IReadOnlyList<RecordedBytes>? Parts { get; init; }

    [JsonIgnore]
    public FlashAddress Start { get; private set; }

    [JsonIgnore]
    public byte[] Bytes { get; private set; } = [];

    public void OnDeserialized()
    {
        Start = FlashAddress.TryParse(At, out var address) ? address : throw new JsonException($"'{At}' is no address");
        Bytes = (Hex, Repeat, Count, Parts) switch
        {
            ({ } hex, null, null, null) => RecordedBytesConverter.Hex(hex),
            (null, { } unit, { } count, null) => RecordedBytesConverter.Repeated(unit, count),
            (null, null, null, { } parts) => RecordedBytesConverter.Joined(parts),
            _ => throw new JsonException($"the bytes at {At} are given in no known way"),
        };
    }
}

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

/// <summary>What the conversation left behind.</summary>
sealed record DfuEnd
{
    [JsonPropertyName("internal_sha256")]
    public required string InternalSha256 { get; init; }

    public required IReadOnlyList<RecordedRange> Changed { get; init; }

    [JsonPropertyName("dct_changed")]
    public required IReadOnlyList<RecordedRange> DctChanged { get; init; }

    [JsonPropertyName("external_changed")]
    public required IReadOnlyList<RecordedRange> ExternalChanged { get; init; }

    /// <summary>Only when it changed.</summary>
    [JsonPropertyName("dct_file_length")]
    public int? DctFileLength { get; init; }

    public required bool Reset { get; init; }
}
