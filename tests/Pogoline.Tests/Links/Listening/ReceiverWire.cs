using Pogoline.Lab.Board;
using Pogoline.Links;

namespace Pogoline.Tests.Links.Listening;

/// <summary>A serial line with something at its other end that answers what it is sent, at once or later, on a virtual clock.</summary>
sealed class ReceiverWire(VirtualTime clock) : ISerialChannel
{
    readonly List<(TimeSpan At, byte[] Bytes)> _coming = [];

    /// <summary>Is told what arrives there.</summary>
    public Action<byte[]> Receive { get; set; } = _ => { };

    /// <summary>Changes what goes to the receiver; null for nothing.</summary>
    public Func<byte[], byte[]?> ToReceiver { get; set; } = bytes => bytes;

    /// <summary>Changes what comes from the receiver; null for nothing.</summary>
    public Func<byte[], byte[]?> FromReceiver { get; set; } = bytes => bytes;

    /// <summary>What the receiver says when nothing has arrived for as long as it waits; null for nothing.</summary>
    public Func<byte[]?> Silence { get; set; } = () => null;

    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    public bool IsPulled { get; set; }

    public int Writes { get; private set; }

    public TimeSpan Now => clock.Elapsed;

    public void Say(byte[] bytes, double afterSeconds = 0)
    {
        if (FromReceiver(bytes) is { Length: > 0 } said) _coming.Add((clock.Elapsed + TimeSpan.FromSeconds(afterSeconds), said));
    }

    public ValueTask<TransferResult> ReadAsync(Memory<byte> data, TimeSpan timeout, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var until = clock.Elapsed + timeout;
        while (!IsPulled)
        {
            _coming.Sort((a, b) => a.At.CompareTo(b.At));
            if (_coming.Count > 0 && _coming[0].At <= until)
            {
                var (at, bytes) = _coming[0];
                _coming.RemoveAt(0);
                if (at > clock.Elapsed) clock.Advance(at - clock.Elapsed);
                var count = Math.Min(data.Length, bytes.Length);
                bytes.AsSpan(0, count).CopyTo(data.Span);
                if (count < bytes.Length) _coming.Insert(0, (at, bytes[count..]));
                return new(new TransferResult(TransferStatus.Completed, count));
            }
            if (clock.Elapsed + Patience > until || Silence() is not { } said)
            {
                clock.Advance(until - clock.Elapsed);
                return new(new TransferResult(TransferStatus.TimedOut, 0));
            }
            clock.Advance(Patience);
            Say(said);
        }
        return new(new TransferResult(TransferStatus.Gone, 0));
    }

    public ValueTask<TransferResult> WriteAsync(ReadOnlyMemory<byte> data, TimeSpan timeout, CancellationToken stop)
    {
        if (IsPulled) return new(new TransferResult(TransferStatus.Gone, 0));
        Writes++;
        if (ToReceiver(data.ToArray()) is { } arrived) Receive(arrived);
        return new(new TransferResult(TransferStatus.Completed, data.Length));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
