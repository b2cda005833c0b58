namespace Pogoline.Lab.Replay;

/// <summary>What the memories hold besides FF; a memory that is left out holds nothing else (and reaches the setter as null).</summary>
sealed record RecordedMemories
{
    public IReadOnlyList<RecordedRange> Internal { get; init => field = value ?? []; } = [];

    public IReadOnlyList<RecordedRange> Dct { get; init => field = value ?? []; } = [];

    public IReadOnlyList<RecordedRange> External { get; init => field = value ?? []; } = [];
}
