namespace Pogoline.Lab.Board;

/// <summary>The one place that decides how time passes in the lab: really, or by moving a <see cref="VirtualTime"/>.</summary>
/// <param name="timing">How long things take.</param>
/// <param name="time">The clock. With a virtual one the times of several boards add up, as on one bus with one host.</param>
public sealed class LabClock(LabTiming timing, TimeProvider time)
{
    /// <summary>A clock for boards on which nothing takes any time, and on which waiting in vain costs none.</summary>
    public static LabClock Immediate() => new(LabTiming.None, new VirtualTime());

    /// <summary>How long things take.</summary>
    public LabTiming Timing { get; } = timing;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; } = time;

    /// <summary>The clock for the host that uses the boards: while it waits for a poll time, a virtual clock moves on.</summary>
    public TimeProvider HostTime { get; } = time is VirtualTime virtualTime ? new HostTime(virtualTime) : time;

    /// <summary>Lets time pass: a virtual clock is moved at once, otherwise it is waited for.</summary>
    public ValueTask SpendAsync(TimeSpan span, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        if (span <= TimeSpan.Zero) return ValueTask.CompletedTask;
        if (Time is not VirtualTime virtualTime) return new(Task.Delay(span, Time, stop));
        virtualTime.Advance(span);
        return ValueTask.CompletedTask;
    }

    /// <summary>Waits until something may have changed: the next timer of a virtual clock, otherwise the signal; at most that long.</summary>
    /// <returns>False when the time is over.</returns>
    public async ValueTask<bool> AwaitChangeAsync(Task signal, TimeSpan atMost, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        if (Time is VirtualTime virtualTime)
        {
            if (virtualTime.AdvanceToNextTimer(atMost)) return true;
            virtualTime.Advance(atMost);
            return false;
        }
        try
        {
            await signal.WaitAsync(atMost, Time, stop).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
