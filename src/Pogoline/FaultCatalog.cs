using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pogoline;

/// <summary>The long form of a fault code.</summary>
/// <param name="Code">The stable name.</param>
/// <param name="Exit">The exit code of a command that ends with it.</param>
/// <param name="Meaning">What has happened, in one sentence.</param>
/// <param name="Cause">The likely cause, in one sentence.</param>
/// <param name="Next">What to do, the most promising first.</param>
public sealed record FaultExplanation(string Code, ExitCode Exit, string Meaning, string Cause, IReadOnlyList<string> Next)
{
    /// <summary>Whether a bad cable, hub or supply shows itself so.</summary>
    public bool Connection { get; init; }

    /// <summary>The exit code as a number.</summary>
    public int ExitStatus => (int)Exit;
}

/// <summary>Every fault code of every part of Pogoline, from <c>Data/faults.json</c>, in the order of their names.</summary>
public static class FaultCatalog
{
    const string Resource = "faults.json";

    static readonly Lazy<IReadOnlyList<FaultExplanation>> Loaded = new(Load);

    /// <summary>All codes.</summary>
    public static IReadOnlyList<FaultExplanation> All => Loaded.Value;

    /// <summary>The code of that name; null when there is none.</summary>
    public static FaultExplanation? Find(string code) => All.FirstOrDefault(f => f.Code.Equals(code, StringComparison.OrdinalIgnoreCase));

    /// <summary>Codes whose names resemble a text, the most similar first.</summary>
    public static IReadOnlyList<string> Like(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = text.ToLowerInvariant().Split('-', StringSplitOptions.RemoveEmptyEntries);
        return [.. All.Select(f => (f.Code, Hits: words.Count(w => f.Code.Contains(w, StringComparison.Ordinal))))
            .Where(f => f.Hits > 0).OrderByDescending(f => f.Hits).Select(f => f.Code).Take(5)];
    }

    static IReadOnlyList<FaultExplanation> Load()
    {
        using var stream = typeof(FaultCatalog).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidDataException($"the resource {Resource} is missing");
        return JsonSerializer.Deserialize(stream, FaultJson.Default.IReadOnlyListFaultExplanation)
            ?? throw new InvalidDataException($"the resource {Resource} is empty");
    }
}

/// <summary>An exit code by its name, such as <c>badInput</c>.</summary>
sealed class ExitCodeConverter() : JsonStringEnumConverter<ExitCode>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true, Converters = [typeof(ExitCodeConverter)])]
[JsonSerializable(typeof(IReadOnlyList<FaultExplanation>))]
sealed partial class FaultJson : JsonSerializerContext;
