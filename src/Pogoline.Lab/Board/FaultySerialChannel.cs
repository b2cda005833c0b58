using Pogoline.Links;

namespace Pogoline.Lab.Board;

/// <summary>A serial line on which bytes change or are lost.</summary>
/// <param name="channel">The channel to the board.</param>
/// <param name="change">Gives the bytes that arrive for those that were sent, whichever way.</param>
sealed class FaultySerialChannel(ISerialChannel channel, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> change) : ISerialChannel
{
    public async ValueTask<TransferResult> ReadAsync(Memory<byte> data, TimeSpan timeout, CancellationToken stop)
    {
        for (;;)
        {
            var result = await channel.ReadAsync(data, timeout, stop).ConfigureAwait(false);
            if (result.Count == 0) return result;
            var arrived = change(data[..result.Count].ToArray());
            arrived.CopyTo(data);
            if (arrived.Length > 0) return result with { Count = arrived.Length };
        }
    }

    public async ValueTask<TransferResult> WriteAsync(ReadOnlyMemory<byte> data, TimeSpan timeout, CancellationToken stop)
    {
        var result = await channel.WriteAsync(change(data), timeout, stop).ConfigureAwait(false);
        // The sender does not know what was lost on the way.
        return result.IsCompleted ? result with { Count = data.Length } : result;
    }

    public ValueTask DisposeAsync() => channel.DisposeAsync();
}
