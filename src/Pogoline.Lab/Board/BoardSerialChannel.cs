using Pogoline.Lab.Usb;
using Pogoline.Links;
using Pogoline.Programming;

namespace Pogoline.Lab.Board;

/// <summary>The serial port of a virtual board as a host opened it; after the board has left the bus it is gone.</summary>
sealed class BoardSerialChannel(VirtualBoard board, LabClock clock, CdcSerialPort port, int enumeration) : ISerialChannel
{
    public async ValueTask<TransferResult> ReadAsync(Memory<byte> data, TimeSpan timeout, CancellationToken stop)
    {
        var since = clock.Time.GetTimestamp();
        for (;;)
        {
            var (arrived, changed) = (port.OutputChanged, board.Changed);
            if (port.Take(data.Span) is var count and > 0) return new(TransferStatus.Completed, count);
            if (board.Enumeration != enumeration || board.Presence == UnitPresence.Absent) return new(TransferStatus.Gone, 0);
            var left = timeout - clock.Time.GetElapsedTime(since);
            if (left <= TimeSpan.Zero || !await clock.AwaitChangeAsync(Task.WhenAny(arrived, changed), left, stop).ConfigureAwait(false))
                return new(TransferStatus.TimedOut, 0);
        }
    }

    public async ValueTask<TransferResult> WriteAsync(ReadOnlyMemory<byte> data, TimeSpan timeout, CancellationToken stop)
    {
        var since = clock.Time.GetTimestamp();
        for (var sent = 0; ;)
        {
            var (taken, changed) = (port.InputChanged, board.Changed);
            if (board.Enumeration != enumeration || board.Presence == UnitPresence.Absent) return new(TransferStatus.Gone, sent);
            var moved = port.Send(data.Span[sent..]);
            sent += moved;
            if (sent == data.Length) return new(TransferStatus.Completed, sent);
            if (moved > 0) continue;
            var left = timeout - clock.Time.GetElapsedTime(since);
            if (left <= TimeSpan.Zero || !await clock.AwaitChangeAsync(Task.WhenAny(taken, changed), left, stop).ConfigureAwait(false))
                return new(TransferStatus.TimedOut, sent);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
