using System.Text.Json;
using Pogoline.Lab.Board;
using Pogoline.Links;

namespace Pogoline.Tests.Links.Listening;

/// <summary>Gives after everything that the host writes what a recorded device gave after the recorded host's next step, as late as it did.</summary>
sealed class RecordedSerialDevice : ISerialChannel
{
    readonly VirtualTime _clock;
    readonly Queue<JsonElement> _steps;
    readonly List<(TimeSpan At, byte[] Bytes)> _coming = [];

    public RecordedSerialDevice(JsonElement scenario, VirtualTime clock)
    {
        _clock = clock;
        _steps = new(scenario.GetProperty("steps").EnumerateArray());
        if (_steps.TryPeek(out var first) && !first.TryGetProperty("host", out _)) Play(_steps.Dequeue(), 0);
    }

    /// <summary>What the host wrote, and what the recorded host had written there.</summary>
    public List<(byte[] Ours, byte[] Recorded)> Written { get; } = [];

    /// <summary>Whether every recorded step was used up.</summary>
    public bool IsOver => _steps.Count == 0;

    public ValueTask<TransferResult> ReadAsync(Memory<byte> data, TimeSpan timeout, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var next = _coming.FirstOrDefault();
        if (next.Bytes is null || next.At > _clock.Elapsed + timeout)
        {
            _clock.Advance(timeout);
            return new(new TransferResult(TransferStatus.TimedOut, 0));
        }
        if (next.At > _clock.Elapsed) _clock.Advance(next.At - _clock.Elapsed);
        _coming.RemoveAt(0);
        var count = Math.Min(data.Length, next.Bytes.Length);
        next.Bytes.AsSpan(0, count).CopyTo(data.Span);
        if (count < next.Bytes.Length) _coming.Insert(0, (next.At, next.Bytes[count..]));
        return new(new TransferResult(TransferStatus.Completed, count));
    }

    public ValueTask<TransferResult> WriteAsync(ReadOnlyMemory<byte> data, TimeSpan timeout, CancellationToken stop)
    {
        var step = _steps.Count > 0 ? _steps.Dequeue() : default;
        var recorded = step.ValueKind == JsonValueKind.Object ? step.GetProperty("host") : default;
        Written.Add((data.ToArray(), recorded.ValueKind == JsonValueKind.Object ? recorded.GetProperty("serial").Hex() : []));
        if (recorded.ValueKind == JsonValueKind.Object) Play(step, recorded.GetProperty("at_ms").GetInt32());
        return new(new TransferResult(TransferStatus.Completed, data.Length));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    void Play(JsonElement step, int since)
    {
        if (!step.TryGetProperty("device", out var device)) return;
        foreach (var said in device.EnumerateArray())
        {
            _coming.Add((_clock.Elapsed + TimeSpan.FromMilliseconds(said.GetProperty("at_ms").GetInt32() - since), said.GetProperty("serial").Hex()));
        }
    }
}
