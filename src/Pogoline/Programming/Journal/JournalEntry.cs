using System.Text.Json.Serialization;
using Pogoline.Modules;
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
/// <param name="IsByHand">Whether only these files were meant.</param>
/// <param name="Routes">The routes that may be used.</param>
public sealed record JournalGoal(DeviceOsVersion Release, IReadOnlyList<string> Modules, string? App, bool MayDowngrade, bool IsByHand, IReadOnlyList<Route> Routes)
{
    /// <summary>Whether factory data was to be written; the values are secrets, and stay where they are.</summary>
    public bool HasFactoryData { get; init; }

    /// <summary>The probe that the job goes through; null for a job over USB.</summary>
    public JournalProbe? Probe { get; init; }

    /// <summary>All files.</summary>
    [JsonIgnore]
    public IEnumerable<string> Files => Modules.Append(App).OfType<string>();

    /// <summary>A goal by its hashes.</summary>
    public static JournalGoal Of(Goal goal, IEnumerable<Route> routes)
    {
        ArgumentNullException.ThrowIfNull(goal);
        return new(goal.Release, [.. goal.Modules.Select(Hash)], goal.App is null ? null : Hash(goal.App), goal.MayDowngrade, goal.IsByHand, [.. routes]);
    }

    /// <summary>The goal of a saved plan: to hold every file that it names.</summary>
    public static JournalGoal Of(Plan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        Route[] routes = [.. plan.Steps.OfType<UpdateStep>().Select(s => s.Route).Concat(plan.Steps.Any(s => s is not UpdateStep) ? [Route.Dfu] : []).Distinct()];
        return new(plan.Release, [.. plan.Modules.Where(m => m.Function != ModuleFunction.UserPart).Select(m => m.Sha256).OfType<string>()],
            plan.Modules.FirstOrDefault(m => m.Function == ModuleFunction.UserPart)?.Sha256, MayDowngrade: true, IsByHand: false, routes);
    }

    /// <summary>The goal again.</summary>
    /// <param name="files">The files by their hashes; what they hold is checked.</param>
    /// <exception cref="PogolineException"><see cref="PlanFaults.Content"/>: one is missing or is not what it should be.</exception>
    public Goal ToGoal(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        FirmwareModule Get(string sha256) => files.TryGetValue(sha256, out var file) && Sha256Digest.Compute(file.Span).ToString() == sha256
            ? ModuleReader.Require(file, sha256)
            : throw new PogolineException(PlanFaults.Content, $"The file with SHA-256 {sha256} is not at hand.", $"Fetch the release again: pogoline releases fetch {Release}; or run the first command again.");
        return new() { Release = Release, Modules = [.. Modules.Select(Get)], App = App is null ? null : Get(App), MayDowngrade = MayDowngrade, IsByHand = IsByHand };
    }

    static string Hash(FirmwareModule module) => Sha256Digest.Compute(module.Image.Span).ToString();
}

/// <summary>The probe of a job by SWD, and what the job was allowed to change besides the flash.</summary>
/// <param name="Name">Its serial number, else its port.</param>
/// <param name="AllowOptionBytes">Whether option bytes may be changed.</param>
/// <param name="AllowUicr">Whether UICR may be changed.</param>
public sealed record JournalProbe(string Name, bool AllowOptionBytes, bool AllowUicr);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 32, UseStringEnumConverter = true,
    RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true, AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(JournalEntry))]
sealed partial class JournalJson : JsonSerializerContext;
