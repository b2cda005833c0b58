using System.Collections.Concurrent;
using Pogoline.Links;

namespace Pogoline.Host.Hid;

/// <summary>
/// Reports of a HID device. hidapi blocks, so each direction has a thread that carries its transfers out in order; both directions work at once.
/// </summary>
public sealed class HidPacketPipe : IPacketPipe
{
    readonly HidHandle _handle;
    readonly BlockingCollection<Action> _writes = [];
    readonly BlockingCollection<Action> _reads = [];
    readonly Thread[] _threads;
    volatile bool _isClosing;

    internal HidPacketPipe(HidHandle handle, int reportSize)
    {
        (_handle, PacketSize) = (handle, reportSize);
        _threads = [Start(_writes, "HID out"), Start(_reads, "HID in")];
    }

    /// <inheritdoc/>
    public int PacketSize { get; }

    /// <inheritdoc/>
    public ValueTask<TransferResult> WriteAsync(ReadOnlyMemory<byte> data, TimeSpan timeout, CancellationToken stop) => Queue(_writes, () => Write(data.Span), stop);

    /// <inheritdoc/>
    public ValueTask<TransferResult> ReadAsync(Memory<byte> data, TimeSpan timeout, CancellationToken stop) =>
        Queue(_reads, () => Read(data.Span, (int)Math.Clamp(Math.Ceiling(timeout.TotalMilliseconds), 1, int.MaxValue)), stop);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_isClosing) return;
        _isClosing = true;
        _writes.CompleteAdding();
        _reads.CompleteAdding();
        await Task.Run(() => Array.ForEach(_threads, thread => thread.Join())).ConfigureAwait(false);
        _handle.Dispose();
        _writes.Dispose();
        _reads.Dispose();
    }

    static Thread Start(BlockingCollection<Action> work, string name)
    {
        var thread = new Thread(() =>
        {
            foreach (var step in work.GetConsumingEnumerable()) step();
        })
        { IsBackground = true, Name = name };
        thread.Start();
        return thread;
    }

    static ValueTask<TransferResult> Queue(BlockingCollection<Action> work, Func<TransferResult> step, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var done = new TaskCompletionSource<TransferResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        work.Add(() => done.SetResult(stop.IsCancellationRequested ? new(TransferStatus.TimedOut, 0) : step()), CancellationToken.None);
        return new(done.Task);
    }

    unsafe TransferResult Write(ReadOnlySpan<byte> data)
    {
        // Report number 0, and always a whole report.
        Span<byte> report = stackalloc byte[1 + PacketSize];
        report.Clear();
        data.CopyTo(report[1..]);
        fixed (byte* bytes = report) return HidApi.Write(_handle, bytes, (nuint)report.Length) > 0 ? new(TransferStatus.Completed, data.Length) : new(TransferStatus.Gone, 0);
    }

    unsafe TransferResult Read(Span<byte> data, int milliseconds)
    {
        // Closing must not wait for a device that never answers.
        const int slice = 250;
        for (var left = milliseconds; left > 0 && !_isClosing; left -= slice)
        {
            fixed (byte* bytes = data)
            {
                var count = HidApi.ReadTimeout(_handle, bytes, (nuint)data.Length, Math.Min(left, slice));
                if (count < 0) return new(TransferStatus.Gone, 0);
                if (count > 0) return new(TransferStatus.Completed, count);
            }
        }
        return new(TransferStatus.TimedOut, 0);
    }
}
