using Pogoline.Host.Serial.Native;
using Pogoline.Links;

namespace Pogoline.Host.Serial;

/// <summary>An opened port. A thread of its own waits for bytes, so that readers can stop waiting at any moment and nothing is lost.</summary>
sealed class SerialChannel : ISerialChannel
{
    /// <summary>How long the thread sits in one wait, and closing may take.</summary>
    const uint SliceMilliseconds = 50;

    /// <summary>More than that unread and the port is left to wait.</summary>
    const int MostUnread = 256 * 1024;

    readonly PortHandle _port;
    readonly TimeProvider _time;
    readonly Thread _thread;
    readonly Lock _gate = new();
    readonly Queue<byte[]> _arrived = new();
    readonly SemaphoreSlim _writing = new(1);
    readonly ManualResetEventSlim _hasRoom = new(initialState: true);
    TaskCompletionSource _changed = NewSignal();
    ReadOnlyMemory<byte> _rest;
    int _unread;
    bool _isGone;
    volatile bool _isClosing;

    public SerialChannel(PortHandle port, string name, TimeProvider time)
    {
        (_port, _time) = (port, time);
        _thread = new(Receive) { IsBackground = true, Name = $"serial port {name}" };
        _thread.Start();
    }

    public async ValueTask<TransferResult> ReadAsync(Memory<byte> data, TimeSpan timeout, CancellationToken stop)
    {
        var started = _time.GetTimestamp();
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_rest.IsEmpty && _arrived.TryDequeue(out var next)) _rest = next;
                if (!_rest.IsEmpty)
                {
                    var count = Math.Min(data.Length, _rest.Length);
                    _rest[..count].CopyTo(data);
                    _rest = _rest[count..];
                    _unread -= count;
                    if (_unread < MostUnread) _hasRoom.Set();
                    return new(TransferStatus.Completed, count);
                }
                if (_isGone) return new(TransferStatus.Gone, 0);
                changed = _changed.Task;
            }
            var left = timeout - _time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero) return new(TransferStatus.TimedOut, 0);
            try
            {
                await changed.WaitAsync(left, _time, stop).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // What came in the last moment is taken all the same.
            }
        }
    }

    public async ValueTask<TransferResult> WriteAsync(ReadOnlyMemory<byte> data, TimeSpan timeout, CancellationToken stop)
    {
        await _writing.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            // The driver of a USB port takes a packet of any size here at once, unless the board does not read.
            return await Task.Run(() => Write(data.Span, timeout, stop), stop).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_isClosing) return;
        _isClosing = true;
        await Task.Run(_thread.Join).ConfigureAwait(false);
        _port.Dispose();
        _writing.Dispose();
        _hasRoom.Dispose();
    }

    unsafe TransferResult Write(ReadOnlySpan<byte> data, TimeSpan timeout, CancellationToken stop)
    {
        var started = _time.GetTimestamp();
        var sent = 0;
        while (sent < data.Length)
        {
            if (_time.GetElapsedTime(started) > timeout) return new(TransferStatus.TimedOut, sent);
            stop.ThrowIfCancellationRequested();
            fixed (byte* bytes = data[sent..])
            {
                var result = (int)LibSerialPort.Write(_port, bytes, (nuint)(data.Length - sent), SliceMilliseconds);
                if (result < 0) return new(TransferStatus.Gone, sent);
                sent += result;
            }
        }
        return new(TransferStatus.Completed, sent);
    }

    unsafe void Receive()
    {
        var buffer = stackalloc byte[4096];
        while (!_isClosing)
        {
            if (!_hasRoom.Wait((int)SliceMilliseconds)) continue;
            var count = (int)LibSerialPort.ReadNext(_port, buffer, 4096, SliceMilliseconds);
            // A port that was pulled gives no error here, only nothing; asked for its state it does.
            var isGone = count < 0 || (count == 0 && LibSerialPort.InputWaiting(_port) < 0);
            if (count <= 0 && !isGone) continue;
            TaskCompletionSource changed;
            lock (_gate)
            {
                if (count > 0)
                {
                    _arrived.Enqueue(new ReadOnlySpan<byte>(buffer, count).ToArray());
                    _unread += count;
                    if (_unread >= MostUnread) _hasRoom.Reset();
                }
                _isGone = isGone;
                changed = _changed;
                _changed = NewSignal();
            }
            changed.TrySetResult();
            if (isGone) return;
        }
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
