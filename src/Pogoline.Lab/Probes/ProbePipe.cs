using Pogoline.Lab.Board;
using Pogoline.Lab.Usb;
using Pogoline.Links;

namespace Pogoline.Lab.Probes;

/// <summary>The data endpoints of a virtual probe as a host opened them.</summary>
sealed class ProbePipe(VirtualProbe probe, UsbAttachment attachment, LabClock clock) : IPacketPipe
{
    // On a virtual clock nobody else makes time pass; a transfer that another task is about to make gets this chance.
    static readonly TimeSpan Chance = TimeSpan.FromMilliseconds(50);

    public int PacketSize => 64;

    public ValueTask<TransferResult> WriteAsync(ReadOnlyMemory<byte> data, TimeSpan timeout, CancellationToken stop)
    {
        if (probe.Descriptors.Report.Length > 0 && data.Length < PacketSize)
        {
            var report = new byte[PacketSize];
            data.CopyTo(report);
            data = report;
        }
        return MoveAsync((out TimeSpan time) => probe.TryWrite(attachment, data, out time), timeout, stop);
    }

    public ValueTask<TransferResult> ReadAsync(Memory<byte> data, TimeSpan timeout, CancellationToken stop) =>
        MoveAsync((out TimeSpan time) => probe.TryRead(attachment, data, out time), timeout, stop);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    delegate TransferResult? Attempt(out TimeSpan time);

    async ValueTask<TransferResult> MoveAsync(Attempt attempt, TimeSpan timeout, CancellationToken stop)
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
            await changed.WaitAsync(isVirtual ? Chance : left, isVirtual ? TimeProvider.System : clock.Time, stop).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
