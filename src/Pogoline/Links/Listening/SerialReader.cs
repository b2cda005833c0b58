using System.Text;

namespace Pogoline.Links.Listening;

/// <summary>Takes single bytes from a serial port that gives them in pieces.</summary>
sealed class SerialReader(ISerialChannel channel, TimeProvider time)
{
    /// <summary>More than any console answer; what is older is forgotten.</summary>
    public const int MostText = 32 * 1024;

    readonly byte[] _buffer = new byte[2048];
    int _at, _count;

    /// <summary>The next byte; without one, why not.</summary>
    public async ValueTask<(TransferStatus Status, byte Value)> ReadAsync(TimeSpan timeout, CancellationToken stop)
    {
        if (_at == _count)
        {
            var result = await channel.ReadAsync(_buffer, timeout, stop).ConfigureAwait(false);
            if (!result.IsCompleted || result.Count == 0) return (result.IsCompleted ? TransferStatus.TimedOut : result.Status, 0);
            (_at, _count) = (0, result.Count);
        }
        return (TransferStatus.Completed, _buffer[_at++]);
    }

    /// <summary>Passes over bytes of these values that came together with the last one.</summary>
    public void Skip(ReadOnlySpan<byte> values)
    {
        while (_at < _count && values.Contains(_buffer[_at])) _at++;
    }

    /// <summary>Throws away what has arrived; at most a bounded amount, as a port may never fall silent.</summary>
    public async ValueTask DiscardAsync(CancellationToken stop)
    {
        (_at, _count) = (0, 0);
        for (var discarded = 0; discarded < MostText;)
        {
            var result = await channel.ReadAsync(_buffer, TimeSpan.Zero, stop).ConfigureAwait(false);
            if (!result.IsCompleted || result.Count == 0) return;
            discarded += result.Count;
        }
    }

    /// <summary>Collects text until it is what is waited for, the time is over, or the port is gone.</summary>
    /// <param name="isComplete">Told all text so far, after every piece; bytes above 127 come as they are.</param>
    /// <param name="timeout">How long it may take in all.</param>
    /// <param name="stop">Ends the wait.</param>
    public async ValueTask<(TransferStatus Status, string Text)> ReadTextAsync(Func<string, bool> isComplete, TimeSpan timeout, CancellationToken stop)
    {
        var text = new StringBuilder();
        var started = time.GetTimestamp();
        while (true)
        {
            text.Append(Encoding.Latin1.GetString(_buffer, _at, _count - _at));
            (_at, _count) = (0, 0);
            if (text.Length > MostText) text.Remove(0, text.Length - MostText);
            var soFar = text.ToString();
            if (isComplete(soFar)) return (TransferStatus.Completed, soFar);
            var left = timeout - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero) return (TransferStatus.TimedOut, soFar);
            var result = await channel.ReadAsync(_buffer, left, stop).ConfigureAwait(false);
            if (!result.IsCompleted) return (result.Status, soFar);
            _count = result.Count;
        }
    }
}
