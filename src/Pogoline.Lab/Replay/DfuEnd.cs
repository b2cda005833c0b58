using System.Text.Json.Serialization;

namespace Pogoline.Lab.Replay;

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
