using Pogoline.Lab.Board;

namespace Pogoline.Tests.Lab.Board;

public class VirtualTimeTests
{
    [Fact]
    public void Timers_fire_in_order_with_the_clock_at_their_due_time()
    {
        var time = new VirtualTime();
        var seen = new List<(string, double)>();
        void Set(string name, int milliseconds) =>
            time.CreateTimer(_ => seen.Add((name, time.Elapsed.TotalMilliseconds)), null, TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
        Set("late", 30);
        Set("first", 10);
        Set("second", 10);
        time.Advance(TimeSpan.FromMilliseconds(20));
        Assert.Equal([("first", 10), ("second", 10)], seen);
        Assert.Equal(20, time.Elapsed.TotalMilliseconds);
        Assert.Equal(10, time.UntilNextTimer!.Value.TotalMilliseconds);
        time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.Equal(("late", 30), seen[2]);
    }

    [Fact]
    public void A_timer_may_set_another_that_falls_due_in_the_same_advance()
    {
        var time = new VirtualTime();
        var fired = 0;
        time.CreateTimer(_ => time.CreateTimer(_ => fired++, null, TimeSpan.FromMilliseconds(5), Timeout.InfiniteTimeSpan), null,
            TimeSpan.FromMilliseconds(5), Timeout.InfiniteTimeSpan);
        time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.Equal(1, fired);
    }

    [Fact]
    public void A_periodic_timer_goes_on_until_it_is_disposed()
    {
        var time = new VirtualTime();
        var fired = 0;
        var timer = time.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(3, fired);
        timer.Dispose();
        time.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal(3, fired);
        Assert.Null(time.UntilNextTimer);
    }

    [Fact]
    public void The_next_timer_is_not_reached_beyond_the_limit()
    {
        var time = new VirtualTime();
        var fired = false;
        time.CreateTimer(_ => fired = true, null, TimeSpan.FromSeconds(2), Timeout.InfiniteTimeSpan);
        Assert.False(time.AdvanceToNextTimer(TimeSpan.FromSeconds(1)));
        Assert.Equal(TimeSpan.Zero, time.Elapsed);
        Assert.True(time.AdvanceToNextTimer(TimeSpan.MaxValue));
        Assert.True(fired);
        Assert.False(time.AdvanceToNextTimer(TimeSpan.MaxValue));
    }

    [Fact]
    public async Task A_delay_by_the_clock_ends_when_it_is_moved()
    {
        var time = new VirtualTime();
        var delay = Task.Delay(TimeSpan.FromHours(1), time);
        time.Advance(TimeSpan.FromMinutes(59));
        Assert.False(delay.IsCompleted);
        time.Advance(TimeSpan.FromMinutes(1));
        await delay;
    }

    [Fact]
    public async Task A_host_that_waits_moves_the_clock()
    {
        var time = new VirtualTime();
        var clock = new LabClock(LabTiming.Datasheet, time);
        await Task.Delay(TimeSpan.FromHours(1), clock.HostTime).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(TimeSpan.FromHours(1), time.Elapsed);
    }

    [Fact]
    public async Task Time_that_is_spent_passes_at_once()
    {
        var time = new VirtualTime();
        await new LabClock(LabTiming.Datasheet, time).SpendAsync(TimeSpan.FromDays(1), default);
        Assert.Equal(TimeSpan.FromDays(1), time.Elapsed);
        Assert.Equal(new DateTimeOffset(2020, 1, 2, 0, 0, 0, TimeSpan.Zero), time.GetUtcNow());
    }
}
