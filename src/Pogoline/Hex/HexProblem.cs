using Pogoline.Modules;

namespace Pogoline.Hex;

/// <summary>How much of an Intel HEX file must be right.</summary>
public enum HexMode
{
    /// <summary>Everything but the end record, whose absence is a warning.</summary>
    Strict,

    /// <summary>
    /// What can be understood without a guess is taken, with a warning: other text between the records, records of unknown types, records behind
    /// the end record, and two contents for one address, of which the later wins. A wrong checksum or length stays an error.
    /// </summary>
    Lenient,
}

/// <summary>Something about an Intel HEX file that is not as it should be.</summary>
/// <param name="Code">What kind of problem; one of <see cref="HexFaults"/>.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Line">The line, counted from 1; 0 for the file as a whole.</param>
/// <param name="Message">The facts, as a sentence.</param>
public sealed record HexProblem(FaultCode Code, ProblemSeverity Severity, long Line, string Message)
{
    /// <summary>Whether the file must not be used.</summary>
    public bool IsError => Severity == ProblemSeverity.Error;

    /// <summary>The problem as an exception that names the file.</summary>
    public PogolineException ToException(string file) =>
        new(Code, Line > 0 ? $"{file}, line {Line}: {Message}" : $"{file}: {Message}", "Get the file again from its source.");

    /// <inheritdoc/>
    public override string ToString() => Line > 0 ? $"line {Line}: {Message}" : Message;
}

/// <summary>The problems found so far: the first ones in full, the others counted.</summary>
public sealed class HexProblems
{
    /// <summary>How many of each severity are kept.</summary>
    public const int Kept = 20;

    readonly List<HexProblem> _all = [];

    /// <summary>Errors so far.</summary>
    public long Errors { get; private set; }

    /// <summary>Warnings so far.</summary>
    public long Warnings { get; private set; }

    /// <summary>The first ones of each severity, as they were found.</summary>
    public IReadOnlyList<HexProblem> First => _all;

    /// <summary>The first error; null when there is none.</summary>
    public HexProblem? FirstError => _all.Find(problem => problem.IsError);

    internal void Error(FaultCode code, long line, string message)
    {
        if (Errors++ < Kept) _all.Add(new(code, ProblemSeverity.Error, line, message));
    }

    internal void Warn(FaultCode code, long line, string message)
    {
        if (Warnings++ < Kept) _all.Add(new(code, ProblemSeverity.Warning, line, message));
    }
}
