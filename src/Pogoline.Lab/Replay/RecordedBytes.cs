using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pogoline.Lab.Replay;

/// <summary>Bytes as recordings write them: hex text, <c>{"repeat":"AB","count":n}</c>, or <c>{"parts":[…]}</c> of these.</summary>
[JsonConverter(typeof(RecordedBytesConverter))]
sealed record RecordedBytes(byte[] Value);

sealed class RecordedBytesConverter : JsonConverter<RecordedBytes>
{
    const int Longest = 16 << 20;

    public override RecordedBytes Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var value = JsonDocument.ParseValue(ref reader);
        return new(Bytes(value.RootElement));
    }

    public override void Write(Utf8JsonWriter writer, RecordedBytes value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Convert.ToHexStringLower(value.Value));

    internal static byte[] Repeated(string hex, int count)
    {
        if (count is < 0 or > Longest) throw new JsonException($"{count} repeats are out of range");
        var unit = Hex(hex);
        var bytes = new byte[checked(unit.Length * count)];
        for (var i = 0; i < count; i++) unit.CopyTo(bytes, i * unit.Length);
        return bytes;
    }

    internal static byte[] Joined(IEnumerable<RecordedBytes> parts) => [.. parts.SelectMany(part => part.Value)];

    internal static byte[] Hex(string text)
    {
        try
        {
            return Convert.FromHexString(text);
        }
        catch (FormatException e)
        {
            throw new JsonException($"'{text}' is no hex text", e);
        }
    }

    static byte[] Bytes(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String) return Hex(value.GetString()!);
        if (value.ValueKind == JsonValueKind.Object)
        {
            if (value.TryGetProperty("repeat", out var unit) && value.TryGetProperty("count", out var count) && value.GetPropertyCount() == 2
                && unit.ValueKind == JsonValueKind.String && count.TryGetInt32(out var times)) return Repeated(unit.GetString()!, times);
            if (value.TryGetProperty("parts", out var parts) && value.GetPropertyCount() == 1 && parts.ValueKind == JsonValueKind.Array)
                return [.. parts.EnumerateArray().SelectMany(Bytes)];
        }
        throw new JsonException($"{value.GetRawText()} is neither hex, a repetition nor parts");
    }
}
