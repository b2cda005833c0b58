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
        return InOrder(ref _lastWrite, () => MoveAsync((out TimeSpan time) => probe.TryWrite(attachment, data, out time), timeout, stop));
    }

    public ValueTask<TransferResult> ReadAsync(Memory<byte> data, TimeSpan timeout, CancellationToken stop) =>
        InOrder(ref _lastRead, () => MoveAsync((out TimeSpan time) => probe.TryRead(attachment, data, out time), timeout, stop));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    delegate TransferResult? Attempt(out TimeSpan time);

    /// <summary>Several transfers of one direction may be under way; they are carried out in the order they were started in.</summary>
    ValueTask<TransferResult> InOrder(ref Task last, Func<Task<TransferResult>> move)
    {
        lock (_gate)
        {
            var mine = last.IsCompleted ? move() : AfterAsync(last, move);
            last = mine;
            return new(mine);
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
}
