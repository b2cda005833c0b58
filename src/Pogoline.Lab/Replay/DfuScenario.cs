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
