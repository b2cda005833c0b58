using Pogoline.Links;

namespace Pogoline.Tests.Swd;

/// <summary>A pipe whose other end expects certain packets and answers them as written; a mistake fails the test.</summary>
sealed class ScriptedPipe(int packetSize, params string[] script) : IPacketPipe
{
    readonly Queue<string> _script = new(script);
    readonly Queue<byte[]> _answers = new();
    readonly Queue<(Memory<byte> Into, TaskCompletionSource<TransferResult> Done)> _readers = new();

    public int PacketSize => packetSize;

    /// <summary>The most packets that waited for their answer at once.</summary>
    public int MostUnderWay { get; private set; }

    /// <summary>Whether everything was said that was expected.</summary>
    public bool IsDone => _script.Count == 0;

    public List<string> Sent { get; } = [];

    public ValueTask<TransferResult> WriteAsync(ReadOnlyMemory<byte> data, TimeSpan timeout, CancellationToken stop)
    {
        var sent = Convert.ToHexString(data.Span);
        Sent.Add(sent);
        Assert.True(_script.TryDequeue(out var step), $"nothing more was expected, {sent} was sent");
        var (want, answer) = (step.Split('<')[0].Replace(" ", "", StringComparison.Ordinal), step.Split('<').ElementAtOrDefault(1)?.Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(want, sent);
        if (answer is not null) _answers.Enqueue(Convert.FromHexString(answer));
        MostUnderWay = Math.Max(MostUnderWay, _answers.Count);
        Deliver();
        return new(new TransferResult(TransferStatus.Completed, data.Length));
    }

    public ValueTask<TransferResult> ReadAsync(Memory<byte> data, TimeSpan timeout, CancellationToken stop)
    {
        if (_answers.Count == 0 && timeout < TimeSpan.FromSeconds(1)) return new(new TransferResult(TransferStatus.TimedOut, 0));
        var done = new TaskCompletionSource<TransferResult>();
        _readers.Enqueue((data, done));
        Deliver();
        return new(done.Task);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    void Deliver()
    {
        while (_answers.Count > 0 && _readers.TryDequeue(out var reader))
        {
            var answer = _answers.Dequeue();
            var count = Math.Min(answer.Length, reader.Into.Length);
            answer.AsSpan(0, count).CopyTo(reader.Into.Span);
            reader.Done.SetResult(new(TransferStatus.Completed, count));
        }
    }
}
