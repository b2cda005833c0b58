using System.Text.Json;
using System.Text.Json.Serialization;
using Pogoline.Platforms;

namespace Pogoline.Planning;

/// <summary>What a plan does with a module.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ModuleAction>))]
public enum ModuleAction
{
    /// <summary>It is written.</summary>
    [JsonStringEnumMemberName("written")] Written,

    /// <summary>The board holds exactly this content already.</summary>
    [JsonStringEnumMemberName("skipped")] Skipped,

    /// <summary>The goal does not name it; it stays as it is.</summary>
    [JsonStringEnumMemberName("kept")] Kept,
}

/// <summary>A module in a plan: what was there, what will be, and why.</summary>
public sealed record PlannedModule
{
    /// <summary>The component of the platform, such as <c>system-part1</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The module function.</summary>
    public required ModuleFunction Function { get; init; }

    /// <summary>The module index.</summary>
    public required byte Index { get; init; }

    /// <summary>The version found on the board; null when there was none or it is not known.</summary>
    public ushort? From { get; init; }

    /// <summary>The version after the plan.</summary>
    public required ushort To { get; init; }

    /// <summary>What the plan does with it.</summary>
    public required ModuleAction Action { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>The first address.</summary>
    public FlashAddress Start { get; init; }

    /// <summary>SHA-256 of the whole module file in lower-case hex; null for a module that is kept.</summary>
    public string? Sha256 { get; init; }

    /// <summary>SHA-256 of the bytes that the board holds when the module is in place; null when the board holds them out of reach.</summary>
    public string? ContentSha256 { get; init; }

    /// <summary>Bytes of the module file.</summary>
    public int Bytes { get; init; }

    /// <summary>Function and index.</summary>
    [JsonIgnore]
    public ModuleId Id => new(Function, Index);
}

/// <summary>One step of a plan; a step either has happened or has not.</summary>
/// <param name="Reason">Why it is done, and why here.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "step")]
[JsonDerivedType(typeof(EnterDfuStep), "enterDfu")]
[JsonDerivedType(typeof(WriteStep), "write")]
[JsonDerivedType(typeof(EraseStep), "erase")]
[JsonDerivedType(typeof(DctByteStep), "dctByte")]
[JsonDerivedType(typeof(RestartStep), "restart")]
public abstract record PlanStep(string Reason);

/// <summary>The unit is brought into DFU mode.</summary>
/// <param name="Reason">Why.</param>
public sealed record EnterDfuStep(string Reason) : PlanStep(Reason);

/// <summary>Erases every unit that the bytes touch, writes them and reads them back.</summary>
/// <param name="Module">The component they belong to.</param>
/// <param name="Storage">The memory.</param>
/// <param name="At">Where, as that memory counts.</param>
/// <param name="Sha256">The module file they come from.</param>
/// <param name="Skip">Bytes at the front of the file that stay out: 24 for a SoftDevice, else 0.</param>
/// <param name="Length">How many bytes.</param>
/// <param name="Reason">Why.</param>
public sealed record WriteStep(string Module, StorageKind Storage, FlashAddress At, string Sha256, int Skip, int Length, string Reason) : PlanStep(Reason)
{
    /// <summary>What is written.</summary>
    [JsonIgnore]
    public AddressRange Range => AddressRange.Of(At, (uint)Length);
}

/// <summary>Erases one range and checks that it is blank.</summary>
/// <param name="Module">The component whose stale content it is.</param>
/// <param name="Storage">The memory.</param>
/// <param name="At">Where.</param>
/// <param name="Length">Bytes; whole erase units.</param>
/// <param name="Reason">Why.</param>
public sealed record EraseStep(string Module, StorageKind Storage, FlashAddress At, int Length, string Reason) : PlanStep(Reason)
{
    /// <summary>What is erased.</summary>
    [JsonIgnore]
    public AddressRange Range => AddressRange.Of(At, (uint)Length);
}

/// <summary>Writes one byte of the device configuration table.</summary>
/// <param name="Offset">The alternate 1 offset.</param>
/// <param name="Value">The value.</param>
/// <param name="Reason">Why.</param>
public sealed record DctByteStep(ushort Offset, byte Value, string Reason) : PlanStep(Reason);

/// <summary>Leaves DFU mode and waits until the system reports what is expected.</summary>
/// <param name="Expected">Modules and the versions they must have.</param>
/// <param name="Reason">Why.</param>
public sealed record RestartStep(IReadOnlyList<ExpectedModule> Expected, string Reason) : PlanStep(Reason);

/// <summary>A module and the version that a report must show.</summary>
/// <param name="Function">The module function.</param>
/// <param name="Index">The module index.</param>
/// <param name="Version">The module version.</param>
public sealed record ExpectedModule(ModuleFunction Function, byte Index, ushort Version)
{
    /// <summary>Function and index.</summary>
    [JsonIgnore]
    public ModuleId Id => new(Function, Index);
}

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

    /// <summary>The steps, in order; empty when there is nothing to do.</summary>
    public required IReadOnlyList<PlanStep> Steps { get; init; }

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

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, MaxDepth = 16, UseStringEnumConverter = true,
    RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(Plan))]
sealed partial class PlanJson : JsonSerializerContext;
