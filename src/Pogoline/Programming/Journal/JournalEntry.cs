using System.Text.Json.Serialization;
using Pogoline.Planning;

namespace Pogoline.Programming.Journal;

/// <summary>One line of a journal.</summary>
/// <param name="At">When it was written.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "entry")]
[JsonDerivedType(typeof(JobEntry), "job")]
[JsonDerivedType(typeof(PlanEntry), "plan")]
[JsonDerivedType(typeof(StepEntry), "step")]
[JsonDerivedType(typeof(EndEntry), "end")]
public abstract record JournalEntry(DateTimeOffset At);

/// <summary>The first line: which unit, and what it is to hold.</summary>
/// <param name="At">When the job began.</param>
/// <param name="Schema">The version of this format: 1.</param>
/// <param name="Job">The name of the job.</param>
/// <param name="Pogoline">The version of the program.</param>
/// <param name="Unit">The unit.</param>
/// <param name="Goal">What it is to hold.</param>
public sealed record JobEntry(DateTimeOffset At, int Schema, string Job, string Pogoline, UnitSummary Unit, JournalGoal Goal) : JournalEntry(At);

/// <summary>A plan was made, and nothing of it is done yet; a job that is resumed or tried again makes another.</summary>
/// <param name="At">When.</param>
/// <param name="Plan">The plan.</param>
public sealed record PlanEntry(DateTimeOffset At, Plan Plan) : JournalEntry(At);

/// <summary>A step of the last plan was begun, or is done.</summary>
/// <param name="At">When.</param>
/// <param name="Index">Which step, from 0.</param>
/// <param name="State">Begun or done.</param>
/// <param name="Reason">Why it is done, for people.</param>
public sealed record StepEntry(DateTimeOffset At, int Index, StepState State, string Reason) : JournalEntry(At);

/// <summary>An attempt has ended; one that was killed has no such line.</summary>
/// <param name="At">When.</param>
/// <param name="Result">How.</param>
public sealed record EndEntry(DateTimeOffset At, ProgrammingResult Result) : JournalEntry(At);

/// <summary>How far a step is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StepState>))]
public enum StepState
{
    /// <summary>It may have changed something.</summary>
    [JsonStringEnumMemberName("begun")] Begun,

    /// <summary>It has happened, checked as far as the route can.</summary>
    [JsonStringEnumMemberName("done")] Done,
}

/// <summary>What a unit is to hold, by content: a goal whose files are named by their hashes.</summary>
/// <param name="Release">The release.</param>
/// <param name="Modules">SHA-256 of the module files of the release, lower-case hex.</param>
/// <param name="App">SHA-256 of the user firmware; null to keep what is there.</param>
/// <param name="MayDowngrade">Whether an older release than the board has was meant.</param>
public sealed record JournalGoal(DeviceOsVersion Release, IReadOnlyList<string> Modules, string? App, bool MayDowngrade)
{
    /// <summary>All files.</summary>
    [JsonIgnore]
    public IEnumerable<string> Files => Modules.Append(App).OfType<string>();
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 32, UseStringEnumConverter = true,
    RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true, AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(JournalEntry))]
sealed partial class JournalJson : JsonSerializerContext;
