using System.Buffers;

namespace Pogoline.Links.Dfu;

/// <summary>A block of a download or upload.</summary>
/// <param name="Number">wBlockNum.</param>
/// <param name="Offset">Where it lies in the data of the run.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Operation">What it belongs to, for messages.</param>
readonly record struct DfuBlock(ushort Number, int Offset, int Length, DfuOperation Operation);

/// <summary>
/// Blocks in a row with several of them under way, so that the bus does not wait for the host. Only devices that are done with a block when
/// they have answered the second GETSTATUS are driven so; what they have not confirmed is done again by itself, which is safe: a block has
/// its own address, and programming the same bytes twice changes nothing.
/// </summary>
sealed class DfuPipeline(DfuSession session, IControlPipe pipe, byte interfaceNumber)
{
    /// <summary>Blocks under way: enough to hide the host's turn-around, few enough to stop soon.</summary>
    public const int Depth = 4;

    // A queued transfer also waits for those before it.
    static readonly TimeSpan QueuedTimeout = DfuSession.TransferTimeout * Depth;

    readonly byte[] _replies = new byte[Depth * 2 * DfuStatusReply.Size];

    /// <summary>Downloads blocks.</summary>
    /// <param name="blocks">The blocks, in order.</param>
    /// <param name="data">Gives the bytes of a block; they stay as they are until it is done.</param>
    /// <param name="deadline">For one block.</param>
    /// <param name="done">Told of each block that the device has taken.</param>
    /// <param name="stop">Observed between blocks.</param>
    public async ValueTask DownloadAsync(IReadOnlyList<DfuBlock> blocks, Func<DfuBlock, ReadOnlyMemory<byte>> data, TimeSpan deadline,
        Action<DfuBlock>? done, CancellationToken stop)
    {
        for (var next = 0; next < blocks.Count;)
        {
            stop.ThrowIfCancellationRequested();
            if (session.IsSynchronous)
            {
                next = await DownloadQueuedAsync(blocks, next, data, done, stop).ConfigureAwait(false);
                if (next == blocks.Count) return;
                stop.ThrowIfCancellationRequested();
                session.Distrust();
            }
            await session.DownloadAsync(blocks[next].Number, data(blocks[next]), blocks[next].Operation, deadline).ConfigureAwait(false);
            done?.Invoke(blocks[next]);
            next++;
        }
    }

    /// <summary>Uploads blocks.</summary>
    /// <param name="blocks">The blocks, in order.</param>
    /// <param name="into">Gives the place of a block; it is free again <see cref="Depth"/> blocks later.</param>
    /// <param name="done">Told of each block that came, in order.</param>
    /// <param name="stop">Observed between blocks.</param>
    /// <returns>How many came whole; fewer than all when the device has no more.</returns>
    public async ValueTask<int> UploadAsync(IReadOnlyList<DfuBlock> blocks, Func<DfuBlock, Memory<byte>> into, Action<DfuBlock>? done, CancellationToken stop)
    {
        var next = await UploadQueuedAsync(blocks, into, done, stop).ConfigureAwait(false);
        for (; next < blocks.Count; next++)
        {
            stop.ThrowIfCancellationRequested();
            var block = blocks[next];
            if (await session.UploadAsync(block.Number, into(block), block.Operation).ConfigureAwait(false) != block.Length) return next;
            done?.Invoke(block);
        }
        return next;
    }

    /// <returns>The first block that the device has not confirmed.</returns>
    async ValueTask<int> DownloadQueuedAsync(IReadOnlyList<DfuBlock> blocks, int first, Func<DfuBlock, ReadOnlyMemory<byte>> data, Action<DfuBlock>? done, CancellationToken stop)
    {
        var underWay = new Queue<(ValueTask<TransferResult> Write, ValueTask<TransferResult> Busy, ValueTask<TransferResult> Ready, Memory<byte> Replies)>(Depth);
        var confirmed = first;
        for (var next = first; ; next++)
        {
            if (underWay.Count == Depth || next >= blocks.Count || stop.IsCancellationRequested)
            {
                if (!underWay.TryDequeue(out var oldest)) break;
                next--;
                // They end in order: with the last one the others are there, and only one of the three is waited for.
                var ready = await oldest.Ready.ConfigureAwait(false);
                var busy = await oldest.Busy.ConfigureAwait(false);
                var write = await oldest.Write.ConfigureAwait(false);
                if (!write.IsCompleted || !IsTaken(busy, ready, oldest.Replies.Span))
                {
                    while (underWay.TryDequeue(out var rest))
                    {
                        await rest.Write.ConfigureAwait(false);
                        await rest.Busy.ConfigureAwait(false);
                        await rest.Ready.ConfigureAwait(false);
                    }
                    break;
                }
                done?.Invoke(blocks[confirmed]);
                confirmed++;
                continue;
            }
            var replies = _replies.AsMemory(next % Depth * 2 * DfuStatusReply.Size, 2 * DfuStatusReply.Size);
            var bytes = data(blocks[next]);
#pragma warning disable CA2012 // Each is awaited once, above.
            underWay.Enqueue((
                pipe.WriteAsync(new(0x21, (byte)DfuRequest.Download, blocks[next].Number, interfaceNumber, (ushort)bytes.Length), bytes, QueuedTimeout, CancellationToken.None),
                GetStatusAsync(replies[..DfuStatusReply.Size]), GetStatusAsync(replies[DfuStatusReply.Size..]), replies));
#pragma warning restore CA2012
        }
        return confirmed;
    }

    /// <returns>The first block that did not come whole.</returns>
    async ValueTask<int> UploadQueuedAsync(IReadOnlyList<DfuBlock> blocks, Func<DfuBlock, Memory<byte>> into, Action<DfuBlock>? done, CancellationToken stop)
    {
        var underWay = new Queue<ValueTask<TransferResult>>(Depth);
        var came = 0;
        for (var next = 0; ; next++)
        {
            if (underWay.Count == Depth || next >= blocks.Count || stop.IsCancellationRequested)
            {
                if (!underWay.TryDequeue(out var oldest)) break;
                next--;
                if (await oldest.ConfigureAwait(false) is not { IsCompleted: true } result || result.Count != blocks[came].Length)
                {
                    while (underWay.TryDequeue(out var rest)) await rest.ConfigureAwait(false);
                    await session.ReturnToIdleAsync(CancellationToken.None).ConfigureAwait(false);
                    break;
                }
                session.Uploaded();
                done?.Invoke(blocks[came]);
                came++;
                continue;
            }
            var block = blocks[next];
#pragma warning disable CA2012 // Awaited once, above.
            underWay.Enqueue(pipe.ReadAsync(new(0xA1, (byte)DfuRequest.Upload, block.Number, interfaceNumber, (ushort)block.Length),
                into(block), QueuedTimeout, CancellationToken.None));
#pragma warning restore CA2012
        }
        return came;
    }

    ValueTask<TransferResult> GetStatusAsync(Memory<byte> reply) => pipe.ReadAsync(
        new(0xA1, (byte)DfuRequest.GetStatus, 0, interfaceNumber, DfuStatusReply.Size), reply, QueuedTimeout, CancellationToken.None);

    bool IsTaken(TransferResult busy, TransferResult ready, ReadOnlySpan<byte> replies) =>
        IsStatus(busy, replies[..DfuStatusReply.Size], out var first) && first.Next is DfuNext.Poll or DfuNext.Ready
        && IsStatus(ready, replies[DfuStatusReply.Size..], out var second) && second.Next == DfuNext.Ready && session.Taken(second);

    static bool IsStatus(TransferResult result, ReadOnlySpan<byte> bytes, out DfuStatusReply reply)
    {
        reply = default;
        return result is { IsCompleted: true, Count: DfuStatusReply.Size } && DfuStatusReply.TryRead(bytes, out reply) == OperationStatus.Done;
    }
}
