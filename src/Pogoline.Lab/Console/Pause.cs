namespace Pogoline.Lab.Console;

/// <summary>What firmware does between two steps: it is at work, or waits for a host to send something.</summary>
/// <param name="Time">How long; a wait ends after that.</param>
/// <param name="IsWait">Whether it ends as soon as something has come.</param>
readonly record struct Pause(TimeSpan Time, bool IsWait)
{
    /// <summary>At work; takes no time on boards on which nothing does.</summary>
    public static Pause Work(TimeSpan time) => new(time, IsWait: false);

    /// <summary>Waits; always as long as said.</summary>
    public static Pause Wait(TimeSpan limit) => new(limit, IsWait: true);

    /// <summary>Waits for ever.</summary>
    public static Pause WaitForEver { get; } = new(Timeout.InfiniteTimeSpan, IsWait: true);
}
