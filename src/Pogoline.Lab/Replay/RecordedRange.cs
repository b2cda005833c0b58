using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pogoline.Lab.Replay;

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
