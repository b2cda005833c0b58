using System.Text.Json.Serialization;
using Pogoline.Planning;

namespace Pogoline.Programming;

/// <summary>How a job ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Outcome>))]
public enum Outcome
{
    /// <summary>Done, and every module checked.</summary>
    [JsonStringEnumMemberName("passed")] Passed,

    /// <summary>Not done, or done in part.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>Done, but something could not be checked.</summary>
    [JsonStringEnumMemberName("unverified")] Unverified,

    /// <summary>Refused before the first write.</summary>
    [JsonStringEnumMemberName("refused")] Refused,

    /// <summary>Stopped by the user.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled,
}

/// <summary>What is left of a job on one unit: the object that <c>--json</c> prints.</summary>
public sealed record ProgrammingResult
{
    /// <summary>The version of this format.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>How it ended.</summary>
    public required Outcome Outcome { get; init; }

    /// <summary>On which unit.</summary>
    public required UnitSummary Unit { get; init; }

    /// <summary>The release that was wanted; null when it was not chosen yet.</summary>
    public DeviceOsVersion? Release { get; init; }

    /// <summary>Every module of the plan.</summary>
    public IReadOnlyList<ModuleResult> Modules { get; init; } = [];

    /// <summary>What people should know.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What went wrong; null when nothing did.</summary>
    public ErrorSummary? Error { get; init; }

    /// <summary>The exit code of a command that did only this.</summary>
    [JsonIgnore]
    public ExitCode Exit { get; init; }

    /// <summary>The journal of the job; null while jobs have none.</summary>
    public string? Journal { get; init; }

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>How long the job took.</summary>
    public double Seconds { get; init; }

    /// <summary>How long flash, bus and restarts alone take; see <see cref="PlanFloor"/>.</summary>
    public double FloorSeconds { get; init; }

    /// <summary>Who the unit is, where that was what was asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Identify.UnitIdentity? Identity { get; init; }
}

/// <summary>What is left of a job on several units: the object that <c>--json</c> prints then.</summary>
/// <param name="Schema">The version of this format.</param>
/// <param name="Outcome">Passed when every unit passed, else the outcome of the first that did not.</param>
/// <param name="Units">One result for each unit.</param>
/// <param name="Seconds">How long all of it took.</param>
public sealed record ProgrammingResults(int Schema, Outcome Outcome, IReadOnlyList<ProgrammingResult> Units, double Seconds)
{
    /// <summary>The ports at which something of the connection went wrong.</summary>
    public IReadOnlyList<Gang.PortReport> Ports { get; init; } = [];
}

/// <summary>A unit in a result.</summary>
/// <param name="Id">The device ID.</param>
/// <param name="Platform">The platform's canonical name.</param>
/// <param name="Port">Where it is connected.</param>
public sealed record UnitSummary(string Id, string Platform, string Port);

/// <summary>An error in a result.</summary>
/// <param name="Code">The stable code.</param>
/// <param name="Message">The facts.</param>
/// <param name="Remedy">What to do next.</param>
public sealed record ErrorSummary(string Code, string Message, string Remedy)
{
    /// <summary>The error that an exception carries.</summary>
    public static ErrorSummary Of(PogolineException exception) => new(exception.Code.Name, exception.Message, exception.Remedy);
}

/// <summary>Writes results and events as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ProgrammingResult))]
[JsonSerializable(typeof(ProgrammingResults))]
[JsonSerializable(typeof(ProgrammingEvent))]
public sealed partial class ProgrammingJson : JsonSerializerContext;
