using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pogoline.FactoryData;

/// <summary>What a value of a table is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FactoryFieldKind>))]
public enum FactoryFieldKind
{
    /// <summary>Printable ASCII without spaces.</summary>
    [JsonStringEnumMemberName("text")] Text,

    /// <summary>A public key: the SubjectPublicKeyInfo in DER, in base64.</summary>
    [JsonStringEnumMemberName("publicKey")] PublicKey,
}

/// <summary>A place in the device configuration that a table may fill. The facts are <c>Data/factory-fields.json</c>.</summary>
/// <param name="Name">The column.</param>
/// <param name="Kind">What the value is.</param>
/// <param name="Offset">Its DCT offset (alternate 1 of DFU).</param>
/// <param name="Size">The bytes of the place.</param>
/// <param name="Min">The fewest bytes of a value.</param>
/// <param name="Fill">What follows a shorter value.</param>
/// <param name="Platforms">Where it lies there.</param>
/// <param name="Key">For a public key: the object identifier of its algorithm.</param>
public sealed record FactoryField(
    string Name, FactoryFieldKind Kind, ushort Offset, int Size, int Min, byte Fill, IReadOnlyList<string> Platforms, string? Key = null)
{
    static readonly Lazy<IReadOnlyList<FactoryField>> Loaded = new(() =>
    {
        using var stream = typeof(FactoryField).Assembly.GetManifestResourceStream("factory-fields.json") ?? throw new InvalidDataException("the resource factory-fields.json is missing");
        return JsonSerializer.Deserialize(stream, FactoryJson.Default.ListFactoryField) ?? throw new InvalidDataException("the resource factory-fields.json is empty");
    });

    /// <summary>Every field of every platform.</summary>
    public static IReadOnlyList<FactoryField> All => Loaded.Value;

    /// <summary>The names that columns may have.</summary>
    public static IEnumerable<string> Names => All.Select(f => f.Name).Distinct();

    /// <summary>The field of that name on a platform; null when it has none.</summary>
    public static FactoryField? Find(string name, string platform) => All.FirstOrDefault(f => f.Name == name && f.Platforms.Contains(platform));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, ReadCommentHandling = JsonCommentHandling.Skip,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(List<FactoryField>))]
sealed partial class FactoryJson : JsonSerializerContext;
