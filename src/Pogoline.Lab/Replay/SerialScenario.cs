using System.Text.Json.Serialization;

namespace Pogoline.Lab.Replay;

/// <summary>A recorded conversation over the serial port of a running system.</summary>
sealed record SerialScenario
{
    public required string Name { get; init; }

    public required string Source { get; init; }

    public string? Note { get; init; }

    /// <summary>Other releases that gave the same.</summary>
    [JsonPropertyName("same_at")]
    public IReadOnlyList<string>? SameAt { get; init; }

    public required RecordedSetup Setup { get; init; }

    public required IReadOnlyList<SerialStep> Steps { get; init; }

    public required SerialEnd End { get; init; }

    /// <summary>The release that was recorded.</summary>
    [JsonIgnore]
    public string? Release => RecordedRelease.In(Source);
}

/// <summary>Bytes from the host, and what the device did before the next ones.</summary>
sealed record SerialStep
{
    public TimedBytes? Host { get; init; }

    public IReadOnlyList<TimedBytes> Device { get; init => field = value ?? []; } = [];

    public IReadOnlyList<TimedEvent> Events { get; init => field = value ?? []; } = [];

    public string? Note { get; init; }
}

/// <summary>Bytes at a moment.</summary>
sealed record TimedBytes
{
    public required RecordedBytes Serial { get; init; }

    [JsonPropertyName("at_ms")]
    public required long At { get; init; }
}

/// <summary>Something that happened at a moment.</summary>
sealed record TimedEvent
{
    [JsonPropertyName("at_ms")]
    public required long At { get; init; }

    public required string Event { get; init; }
}

/// <summary>How it ended.</summary>
sealed record SerialEnd
{
    [JsonPropertyName("at_ms")]
    public required long At { get; init; }

    /// <summary><c>waiting</c>, or what the entry returned.</summary>
    public required string State { get; init; }

    /// <summary>Host steps that came too late, and are not in the recording.</summary>
    [JsonPropertyName("unsent_host_steps")]
    public int UnsentHostSteps { get; init; }
}
