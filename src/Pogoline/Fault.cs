namespace Pogoline;

/// <summary>How a command ends, by class of fault: the process exit code.</summary>
public enum ExitCode
{
    /// <summary>Done, and checked.</summary>
    Passed = 0,

    /// <summary>The work was done in part or not as wanted; the message names the way back.</summary>
    Failed = 1,

    /// <summary>The command line was not understood.</summary>
    Usage = 2,

    /// <summary>Refused before the first write: the unit is as it was.</summary>
    Refused = 3,

    /// <summary>Done, but the route could not check the result.</summary>
    Unverified = 4,

    /// <summary>A file is not what it should be.</summary>
    BadInput = 5,

    /// <summary>A release or file could not be had.</summary>
    Unavailable = 6,

    /// <summary>The unit did not answer, answered nonsense, or went away.</summary>
    Device = 7,

    /// <summary>The machine refused: disk, permission, a missing program.</summary>
    Machine = 8,

    /// <summary>Stopped by the user.</summary>
    Cancelled = 9,

    /// <summary>A defect of Pogoline itself.</summary>
    Internal = 70,
}

/// <summary>A kind of fault with a name that never changes, so that programs can branch on it.</summary>
/// <param name="Name">Lower-case words joined by hyphens, such as <c>module-crc</c>.</param>
/// <param name="Exit">The exit code of a command that ends with it.</param>
/// <param name="Cause">The likely cause, in one sentence.</param>
public sealed record FaultCode(string Name, ExitCode Exit, string Cause)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>The one exception of Pogoline's own: a stable code, the facts as the message, and what to do next.</summary>
/// <param name="code">What kind of fault it is.</param>
/// <param name="message">The facts: what, where, which values.</param>
/// <param name="remedy">The next action, in the imperative.</param>
/// <param name="inner">What was caught, if anything.</param>
public sealed class PogolineException(FaultCode code, string message, string remedy, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What kind of fault it is.</summary>
    public FaultCode Code { get; } = code;

    /// <summary>The next action, in the imperative.</summary>
    public string Remedy { get; } = remedy;
}
