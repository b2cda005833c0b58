namespace Pogoline.Lab.Board;

/// <summary>
/// A clock that moves only when told to. Timers fire inside <see cref="Advance"/>, on its thread, in the order of their due times and then
/// of their creation, with the clock standing at the due time: the same program gives the same times on every machine.
/// </summary>
public sealed class VirtualTime : TimeProvider
{
    static readonly DateTimeOffset Epoch = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly Lock _gate = new();
    readonly SortedSet<VirtualTimer> _pending = new(VirtualTimer.ByDueTime);
    long _now;
    long _created;

    /// <summary>The time since the clock was made.</summary>
    public TimeSpan Elapsed
    {
        get { lock (_gate) return new(_now); }
    }

    /// <summary>The time until the next timer fires; null when none is set.</summary>
    public TimeSpan? UntilNextTimer
    {
        get { lock (_gate) return _pending.Min is { } next ? new(Math.Max(0, next.Due - _now)) : null; }
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        lock (_gate) return _now;
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Epoch + Elapsed;

    /// <summary>Moves the clock, firing every timer that falls due; a timer may move it further by itself.</summary>
    /// <param name="by">Not negative.</param>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var until = After(by);
        while (TakeDue(until) is { } timer) timer.Fire();
        lock (_gate) _now = Math.Max(_now, until);
    }

    /// <summary>Moves the clock to the next timer and fires it, unless that lies further away than the limit.</summary>
    /// <returns>Whether there was one.</returns>
    public bool AdvanceToNextTimer(TimeSpan limit)
    {
        if (TakeDue(After(limit)) is not { } timer) return false;
        timer.Fire();
        return true;
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    long After(TimeSpan span)
    {
        lock (_gate) return span.Ticks > long.MaxValue - _now ? long.MaxValue : _now + span.Ticks;
    }

    VirtualTimer? TakeDue(long until)
    {
        lock (_gate)
        {
            if (_pending.Min is not { } next || next.Due > until) return null;
            _pending.Remove(next);
            _now = Math.Max(_now, next.Due);
            if (next.Period > 0)
            {
                next.Due += next.Period;
                _pending.Add(next);
            }
            return next;
        }
    }

    sealed class VirtualTimer(VirtualTime clock, TimerCallback callback, object? state) : ITimer
    {
        public static readonly IComparer<VirtualTimer> ByDueTime =
            Comparer<VirtualTimer>.Create((a, b) => (a.Due, a._number).CompareTo((b.Due, b._number)));

        long _number;

        public long Due { get; set; }

        public long Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._pending.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                _number = ++clock._created;
                Due = clock._now + dueTime.Ticks;
                Period = period == Timeout.InfiniteTimeSpan ? 0 : period.Ticks;
                clock._pending.Add(this);
                return true;
            }
        }

        public void Dispose()
        {
            lock (clock._gate) clock._pending.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
