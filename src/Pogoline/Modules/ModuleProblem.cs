namespace Pogoline.Modules;

/// <summary>How much a problem of a module matters.</summary>
public enum ProblemSeverity
{
    /// <summary>Worth knowing; nothing is wrong.</summary>
    Note,

    /// <summary>Unusual; a device may take it all the same.</summary>
    Warning,

    /// <summary>The module must not be written.</summary>
    Error,
}

/// <summary>Something about a module or its file that is not as it should be.</summary>
/// <param name="Code">What kind of problem; one of <see cref="ModuleFaults"/>.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Message">The facts, as a sentence.</param>
/// <param name="Remedy">The next action, in the imperative.</param>
public sealed record ModuleProblem(FaultCode Code, ProblemSeverity Severity, string Message, string Remedy)
{
    /// <summary>Whether the module must not be written.</summary>
    public bool IsError => Severity == ProblemSeverity.Error;

    /// <summary>The problem as an exception that names the file.</summary>
    public PogolineException ToException(string file) => new(Code, $"{file}: {Message}", Remedy);

    /// <inheritdoc/>
    public override string ToString() => Message;
}
