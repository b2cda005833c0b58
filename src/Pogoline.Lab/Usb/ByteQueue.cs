namespace Pogoline.Lab.Usb;

/// <summary>Bytes on their way, in order and of bounded number. One reader, one writer; either may wait.</summary>
/// <param name="capacity">How many it holds.</param>
sealed class ByteQueue(int capacity)
{
    readonly Lock _gate = new();
    readonly byte[] _bytes = new byte[capacity];
    int _start, _count;
    TaskCompletionSource _changed = NewSignal();

    /// <summary>Takes what is there, up to the length of the buffer; 0 when it is empty.</summary>
    public int Read(Span<byte> buffer)
    {
        lock (_gate)
        {
            var count = Math.Min(buffer.Length, _count);
            for (var i = 0; i < count; i++) buffer[i] = _bytes[(_start + i) % capacity];
            _start = (_start + count) % capacity;
            return Move(-count);
        }
    }

    /// <summary>Adds what there is room for.</summary>
    /// <returns>How many bytes that was.</returns>
    public int Write(ReadOnlySpan<byte> data)
    {
        lock (_gate)
        {
            var count = Math.Min(data.Length, capacity - _count);
            for (var i = 0; i < count; i++) _bytes[(_start + _count + i) % capacity] = data[i];
            return Move(count);
        }
    }

    /// <summary>How many bytes it holds now.</summary>
    public int Count
    {
        get { lock (_gate) return _count; }
    }

    /// <summary>Gives the next byte without taking it.</summary>
    public bool TryPeek(out byte next)
    {
        lock (_gate)
        {
            next = _bytes[_start];
            return _count > 0;
        }
    }

    /// <summary>Completes at the next byte that comes or goes.</summary>
    public Task Changed
    {
        get { lock (_gate) return _changed.Task; }
    }

    int Move(int by)
    {
        if (by == 0) return 0;
        _count += by;
        var signal = _changed;
        _changed = NewSignal();
        signal.SetResult();
        return Math.Abs(by);
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
