using System.Text.Json.Serialization;

namespace Pogoline.Lab.Replay;

/// <summary>A recorded conversation with the control requests of a running system.</summary>
sealed record ControlScenario
{
    public required string Name { get; init; }

    public required string Source { get; init; }

    public string? Note { get; init; }

    /// <summary>Other releases that gave the same.</summary>
    [JsonPropertyName("same_at")]
    public IReadOnlyList<string>? SameAt { get; init; }

    public required RecordedSetup Setup { get; init; }

    public required IReadOnlyList<ControlStep> Steps { get; init; }

    public required ControlEnd End { get; init; }

    /// <summary>The release that was recorded.</summary>
    [JsonIgnore]
    public string? Release => RecordedRelease.In(Source);
}

/// <summary>A control transfer, work of the system thread, or a reset of the bus.</summary>
sealed record ControlStep
{
    public ControlHost? Host { get; init; }

    public ControlDevice? Device { get; init; }

    public ControlSystemStep? System { get; init; }

    public string? Bus { get; init; }

    public ControlRepeat? Repeat { get; init; }

    public IReadOnlyList<string>? Events { get; init; }

    public string? Note { get; init; }
}

/// <summary>What the host does.</summary>
sealed record ControlHost
{
    public required RecordedBytes Setup { get; init; }

    public RecordedBytes? Out { get; init; }

    [JsonPropertyName("out_count")]
    public RecordedCount? OutCount { get; init; }

    /// <summary>The host gave up after the SETUP packet.</summary>
    public bool Abort { get; init; }
}

/// <summary>What the device answers.</summary>
sealed record ControlDevice
{
    public bool Stall { get; init; }

    public RecordedBytes? In { get; init; }

    [JsonPropertyName("in_count")]
    public RecordedCount? InCount { get; init; }
}

/// <summary>Bytes that count up.</summary>
sealed record RecordedCount
{
    public required int Start { get; init; }

    public required int Length { get; init; }

    [JsonIgnore]
    public byte[] Value => [.. Enumerable.Range(Start, Math.Clamp(Length, 0, 1 << 20)).Select(i => (byte)i)];
}

/// <summary>What the system thread does, or what is done to it.</summary>
sealed record ControlSystemStep
{
    public string? Run { get; init; }

    public int? Ran { get; init; }

    [JsonPropertyName("finish_deferred")]
    public bool? FinishDeferred { get; init; }

    [JsonPropertyName("fail_next_allocations")]
    public int? FailNextAllocations { get; init; }
}

/// <summary>Steps that are not listed one by one: a request and its RESET, and the system thread runs.</summary>
sealed record ControlRepeat
{
    public required int Times { get; init; }

    public required IReadOnlyList<string> Host { get; init; }

    public required string System { get; init; }
}

/// <summary>What is left.</summary>
sealed record ControlEnd
{
    [JsonPropertyName("all_tasks_run")]
    public bool AllTasksRun { get; init; }

    /// <summary>Whether a defect of the recorded code, which the lab does not have, shows in the conversation.</summary>
    [JsonPropertyName("stale_pointer")]
    public string? StalePointer { get; init; }
}
