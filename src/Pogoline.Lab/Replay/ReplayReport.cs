using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pogoline.Lab.Replay;

/// <summary>What came of playing recordings.</summary>
public sealed record ReplayReport
{
    /// <summary>The version of this object's shape.</summary>
    [JsonPropertyOrder(-1)]
    public int Schema { get; } = 1;

    /// <summary>Recordings played.</summary>
    public required int Scenarios { get; init; }

    /// <summary>Those in which the board did exactly what is recorded.</summary>
    public required int Agreed { get; init; }

    /// <summary>The first difference of each of the others, and what kept files from being read.</summary>
    public required IReadOnlyList<ReplayDifference> Differences { get; init; }

    /// <summary>Whether a file could not be read to its end.</summary>
    [JsonIgnore]
    public bool Unreadable { get; init; }

    /// <summary>Whether something was played, and all of it agreed.</summary>
    [JsonIgnore]
    public bool Passed => Scenarios > 0 && Agreed == Scenarios && Differences.Count == 0;

    /// <summary>The exit code of a command that reports this.</summary>
    [JsonIgnore]
    public ExitCode Exit => Unreadable ? ExitCode.BadInput : Passed ? ExitCode.Passed : ExitCode.Failed;

    /// <summary>The report as one line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ReplayJson.Default.ReplayReport);
}
