namespace Pogoline.Lab.Board;

/// <summary>
/// A virtual clock as the one host of a lab sees it. The host has nothing else to do while it waits, so a timer that it sets makes the time
/// pass. For waits only: a time limit set by it would be over at once.
/// </summary>
/// <param name="time">The clock of the boards.</param>
sealed class HostTime(VirtualTime time) : TimeProvider
{
    public override long TimestampFrequency => time.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => time.LocalTimeZone;

    public override long GetTimestamp() => time.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = time.CreateTimer(callback, state, dueTime, period);
        // Not on this thread: whoever sets the timer is not waiting yet.
        if (dueTime >= TimeSpan.Zero) ThreadPool.UnsafeQueueUserWorkItem(time.Advance, dueTime, preferLocal: false);
        return timer;
    }
}
