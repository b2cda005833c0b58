namespace Pogoline.Lab.Console;

/// <summary>What firmware does between two steps.</summary>
enum PauseKind
{
    /// <summary>It is at work; that takes no time on boards on which nothing does.</summary>
    Work,

    /// <summary>It waits until a host has sent something, at most so long.</summary>
    Input,

    /// <summary>It gives a host the time to take what was sent; where nothing takes time it ends as soon as everything is taken.</summary>
    Output,
}

/// <summary>A pause of the firmware.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Time">How long.</param>
readonly record struct Pause(PauseKind Kind, TimeSpan Time)
{
    /// <summary>At work.</summary>
    public static Pause Work(TimeSpan time) => new(PauseKind.Work, time);

    /// <summary>Waits for the host.</summary>
    public static Pause Wait(TimeSpan limit) => new(PauseKind.Input, limit);

    /// <summary>Waits for the host for ever.</summary>
    public static Pause WaitForEver { get; } = new(PauseKind.Input, Timeout.InfiniteTimeSpan);

    /// <summary>Lets the host read.</summary>
    public static Pause Drain(TimeSpan time) => new(PauseKind.Output, time);

    /// <summary>Whether it ends when the host has sent something.</summary>
    public bool IsWait => Kind == PauseKind.Input;
}
