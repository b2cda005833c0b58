using Google.Protobuf;
using Pogoline.Links.Control.Messages;

namespace Pogoline.Links.Control;

/// <summary>
/// Sends one module to a running system by control requests: START, DATA in the chunks that the system asks for, FINISH. Several chunks are
/// under way, so that the system stores one while the next one travels; it takes them in the order in which they arrived.
/// </summary>
/// <param name="session">The session.</param>
public sealed class FirmwareUpdate(ControlSession session)
{
    /// <summary>Of the four requests that a device holds, one is left to others.</summary>
    const int MostUnderWay = 3;

    /// <summary>A chunk with its tag and length must fit into a request.</summary>
    const int LargestChunk = 32 * 1024;

    // Erasing the OTA region of 1.5 MB, storing, validating, and on old systems applying.
    static readonly TimeSpan StepTimeout = TimeSpan.FromSeconds(120);

    /// <summary>Sends the module and lets the system validate and apply it: the board restarts afterwards.</summary>
    /// <param name="module">The whole module file.</param>
    /// <param name="progress">Told the bytes of every chunk that the system has stored; null for nobody.</param>
    /// <param name="stop">Observed between chunks; the update is cancelled then and the board stays as it is.</param>
    /// <exception cref="PogolineException">
    /// <see cref="ControlFaults.Refused"/> with the result in words; nothing is applied then. Other <see cref="ControlFaults"/> where no answer came.
    /// </exception>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> module, Action<int>? progress, CancellationToken stop)
    {
        // The system takes a size of 0 for the whole region.
        ArgumentOutOfRangeException.ThrowIfZero(module.Length);
        var isOver = false;
        try
        {
            await SendDataAsync(module, await StartAsync((uint)module.Length, stop).ConfigureAwait(false), progress, stop).ConfigureAwait(false);
            isOver = true;
            await FinishAsync(validateOnly: false).ConfigureAwait(false);
        }
        catch (Exception e) when (!isOver && (e is OperationCanceledException || (e is PogolineException { Code: var code } && code != ControlFaults.Gone && code != ControlFaults.NotSupported)))
        {
            await TryCancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Announces a module; the system erases its OTA region before it answers.</summary>
    /// <param name="size">Bytes of the module, not 0.</param>
    /// <param name="stop">Observed while the system works.</param>
    /// <returns>The bytes that the system wants in a chunk.</returns>
    public async ValueTask<int> StartAsync(uint size, CancellationToken stop)
    {
        var request = new StartFirmwareUpdateRequest { Size = size };
        var reply = ControlRequests.Parse(ControlRequestType.StartFirmwareUpdate, StartFirmwareUpdateReply.Parser,
            await CallAsync(ControlRequestType.StartFirmwareUpdate, request, stop).ConfigureAwait(false));
        return reply.ChunkSize is > 0 and <= LargestChunk and var chunk ? (int)chunk
            : throw new PogolineException(ControlFaults.Nonsense, $"The board wants {reply.ChunkSize} bytes in a chunk.", "Reset the board, then try again.");
    }

    /// <summary>Ends the update: the system validates the module and, unless told not to, applies it and restarts.</summary>
    /// <param name="validateOnly">Only validate; the data is dropped either way.</param>
    public async ValueTask FinishAsync(bool validateOnly) =>
        await CallAsync(ControlRequestType.FinishFirmwareUpdate, new FinishFirmwareUpdateRequest { ValidateOnly = validateOnly }, CancellationToken.None).ConfigureAwait(false);

    /// <summary>Drops the update, if one is open.</summary>
    public async ValueTask CancelAsync(CancellationToken stop) => await CallAsync(ControlRequestType.CancelFirmwareUpdate, null, stop).ConfigureAwait(false);

    async ValueTask SendDataAsync(ReadOnlyMemory<byte> module, int chunk, Action<int>? progress, CancellationToken stop)
    {
        var underWay = new Queue<(ControlCall Call, int Bytes)>();
        for (var sent = 0; sent < module.Length;)
        {
            stop.ThrowIfCancellationRequested();
            if (underWay.Count == MostUnderWay) await ConfirmAsync().ConfigureAwait(false);
            var data = module.Slice(sent, Math.Min(chunk, module.Length - sent));
            var payload = new FirmwareUpdateDataRequest { Data = UnsafeByteOperations.UnsafeWrap(data) }.ToByteArray();
            if (await session.TryStartAsync(ControlRequestType.FirmwareUpdateData, payload, StepTimeout, CancellationToken.None).ConfigureAwait(false) is { } call)
            {
                underWay.Enqueue((call, data.Length));
                sent += data.Length;
            }
            else
            {
                await ConfirmAsync().ConfigureAwait(false);
            }
        }
        while (underWay.Count > 0) await ConfirmAsync().ConfigureAwait(false);

        async ValueTask ConfirmAsync()
        {
            var (call, bytes) = underWay.Dequeue();
            ControlRequests.Require(ControlRequestType.FirmwareUpdateData, await session.FinishAsync(call, CancellationToken.None).ConfigureAwait(false));
            progress?.Invoke(bytes);
        }
    }

    async ValueTask TryCancelAsync()
    {
        try
        {
            await session.DropAllAsync().ConfigureAwait(false);
            await CancelAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (PogolineException)
        {
            // The first error is the one to report.
        }
    }

    async ValueTask<ReadOnlyMemory<byte>> CallAsync(ControlRequestType type, IMessage? message, CancellationToken stop) =>
        ControlRequests.Require(type, await session.RequestAsync(type, message?.ToByteArray(), StepTimeout, stop).ConfigureAwait(false));
}
