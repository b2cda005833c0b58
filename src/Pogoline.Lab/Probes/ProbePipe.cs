using System.Threading.Tasks.Sources;
using Pogoline.Lab.Board;
using Pogoline.Lab.Usb;
using Pogoline.Links;

namespace Pogoline.Lab.Probes;

/// <summary>The data endpoints of a virtual probe as a host opened them.</summary>
sealed class ProbePipe(VirtualProbe probe, UsbAttachment attachment, LabClock clock) : IPacketPipe
{
    // On a virtual clock nobody else makes time pass; a transfer that another task is about to make gets this chance.
    // A host that expects an answer gives it long; one that only looks whether something is left gives it little.
    static readonly TimeSpan Chance = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan LongChance = TimeSpan.FromSeconds(20);
    static readonly TimeSpan LongTimeout = TimeSpan.FromSeconds(1);

    readonly Lock _gate = new();
    Task _lastWrite = Task.CompletedTask;
    Task _lastRead = Task.CompletedTask;

    public int PacketSize => 64;

    public ValueTask<TransferResult> WriteAsync(ReadOnlyMemory<byte> data, TimeSpan timeout, CancellationToken stop)
    {
        if (probe.Descriptors.Report.Length > 0 && data.Length < PacketSize)
        {
            var report = new byte[PacketSize];
            data.CopyTo(report);
            data = report;
        }
        var since = probe.Target.Clock.LabNow;
        return new(InOrder(ref _lastWrite, () => MoveAsync(TryWrite, timeout, stop)));

        // What is under way while the host does something else does not move a virtual clock: the answer does, which comes after it.
        TransferResult? TryWrite(out TimeSpan time)
        {
            var result = probe.TryWrite(attachment, data, since, out time);
            if (clock.Time is VirtualTime) time = TimeSpan.Zero;
            return result;
        }
    }

    public ValueTask<TransferResult> ReadAsync(Memory<byte> data, TimeSpan timeout, CancellationToken stop)
    {
        var since = probe.Target.Clock.LabNow;
        Task<TransferResult> Read() => InOrder(ref _lastRead, () => MoveAsync((out TimeSpan time) => probe.TryRead(attachment, data, since, out time), timeout, stop));
        // A read moves a virtual clock, which must not happen before the host has sent what else it has at that time.
        return clock.Time is VirtualTime ? new(new AwaitedRead(Read), 0) : new(Read());
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    delegate TransferResult? Attempt(out TimeSpan time);

    /// <summary>Several transfers of one direction may be under way; they are carried out in the order they were started in.</summary>
    Task<TransferResult> InOrder(ref Task last, Func<Task<TransferResult>> move)
    {
        lock (_gate)
        {
            var mine = last.IsCompleted ? move() : AfterAsync(last, move);
            last = mine;
            return mine;
        }
    }

    static async Task<TransferResult> AfterAsync(Task before, Func<Task<TransferResult>> move)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await move().ConfigureAwait(false);
    }

    async Task<TransferResult> MoveAsync(Attempt attempt, TimeSpan timeout, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var since = clock.Time.GetTimestamp();
        for (;;)
        {
            var changed = probe.Changed;
            if (attempt(out var time) is { } result)
            {
                await clock.SpendAsync(time, stop).ConfigureAwait(false);
                return result;
            }
            var left = timeout - clock.Time.GetElapsedTime(since);
            if (left > TimeSpan.Zero && await WaitAsync(changed, left, stop).ConfigureAwait(false)) continue;
            if (clock.Time is VirtualTime) await clock.SpendAsync(clock.Timing.Of(left), stop).ConfigureAwait(false);
            return new(TransferStatus.TimedOut, 0);
        }
    }

    async ValueTask<bool> WaitAsync(Task changed, TimeSpan left, CancellationToken stop)
    {
        var isVirtual = clock.Time is VirtualTime;
        try
        {
            await changed.WaitAsync(isVirtual ? (left < LongTimeout ? Chance : LongChance) : left, isVirtual ? TimeProvider.System : clock.Time, stop).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>A read that begins when it is waited for.</summary>
    sealed class AwaitedRead(Func<Task<TransferResult>> read) : IValueTaskSource<TransferResult>
    {
        readonly Lazy<Task<TransferResult>> _task = new(read);

        public TransferResult GetResult(short token) => _task.Value.GetAwaiter().GetResult();

        public ValueTaskSourceStatus GetStatus(short token) => _task.Value.Status switch
        {
            TaskStatus.RanToCompletion => ValueTaskSourceStatus.Succeeded,
            TaskStatus.Faulted => ValueTaskSourceStatus.Faulted,
            TaskStatus.Canceled => ValueTaskSourceStatus.Canceled,
            _ => ValueTaskSourceStatus.Pending,
        };

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _task.Value.ContinueWith((_, s) => continuation(s), state, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }
}
