using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pogoline.Planning;

/// <summary>What has to be done to bring a board to a release, in order; immutable, and made without touching anything.</summary>
public sealed record Plan
{
    /// <summary>The version of this format.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>The platform it is for.</summary>
    public required string Platform { get; init; }

    /// <summary>The release that the board has afterwards.</summary>
    public required DeviceOsVersion Release { get; init; }

    /// <summary>Every module of the board afterwards.</summary>
    public required IReadOnlyList<PlannedModule> Modules { get; init; }

    /// <summary>The steps, in order.</summary>
    public required IReadOnlyList<PlanStep> Steps { get; init; }

    /// <summary>Releases that the board runs on the way, in order, with those of their modules that are installed for it.</summary>
    public IReadOnlyList<PlannedPassage> Through { get; init => field = value ?? []; } = [];

    /// <summary>What people should know before they run it.</summary>
    public IReadOnlyList<string> Notes { get; init => field = value ?? []; } = [];

    /// <summary>The plan as a file: indented JSON.</summary>
    public byte[] Save() => JsonSerializer.SerializeToUtf8Bytes(this, PlanJson.Default.Plan);

    /// <summary>Reads a plan file; what it would do is not checked here, <see cref="PlanCheck"/> does that.</summary>
    /// <exception cref="PogolineException"><see cref="PlanFaults.BadPlan"/>.</exception>
    public static Plan Load(ReadOnlySpan<byte> utf8)
    {
        try
        {
            if (JsonSerializer.Deserialize(utf8, PlanJson.Default.Plan) is { Schema: 1 } plan) return plan;
            throw new JsonException("the schema is not 1");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new PogolineException(PlanFaults.BadPlan, $"The plan file cannot be read: {e.Message}", "Make the plan again with 'pogoline plan --save'.", e);
        }
    }
}

/// <summary>A release on the way in a plan.</summary>
/// <param name="Release">The release.</param>
/// <param name="Reason">Why it is passed through.</param>
/// <param name="Modules">Its modules that are installed.</param>
public sealed record PlannedPassage(DeviceOsVersion Release, string Reason, IReadOnlyList<PlannedModule> Modules);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, MaxDepth = 16, UseStringEnumConverter = true,
    RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(Plan))]
sealed partial class PlanJson : JsonSerializerContext;
