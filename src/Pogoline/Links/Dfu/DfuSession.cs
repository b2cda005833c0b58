using System.Buffers;

namespace Pogoline.Links.Dfu;

/// <summary>
/// The requests of USB DFU 1.1 §6 on one interface, each followed to the end of what it starts. A refusal is thrown with
/// <see cref="DfuFaults"/> after the device has been brought back to dfuIDLE where it lets itself be.
/// </summary>
sealed class DfuSession(IControlPipe pipe, TimeProvider time, byte interfaceNumber)
{
    /// <summary>The longest poll time that is obeyed; bootloaders that ask for more have been seen to be done long before.</summary>
    public static readonly TimeSpan PollTimeCap = TimeSpan.FromSeconds(1);

    // Gen 2 keeps GETSTATUS itself waiting while it erases: 2 s typical worst for 128 KiB, doubled.
    public static readonly TimeSpan TransferTimeout = TimeSpan.FromSeconds(5);

    const byte ClassOut = 0x21;
    const byte ClassIn = 0xA1;

    readonly byte[] _status = new byte[DfuStatusReply.Size];
    byte? _selected;

    /// <summary>The state as the device last gave it, or as the last request left it.</summary>
    public DfuState State { get; private set; }

    /// <summary>The longest poll time that the device asked for.</summary>
    public TimeSpan LongestPollTime { get; private set; }

    /// <summary>
    /// Whether the last download was done at the second GETSTATUS without any poll time: such a device may be sent the next block before
    /// the host has seen that the last one is done.
    /// </summary>
    public bool IsSynchronous { get; private set; }

    /// <summary>A queued block was not confirmed: what follows is sent one by one until the device shows again that it is synchronous.</summary>
    public void Distrust()
    {
        IsSynchronous = false;
        State = DfuState.Error;
    }

    /// <summary>A queued block was taken, and this was the last reply.</summary>
    public bool Taken(DfuStatusReply reply)
    {
        State = reply.State;
        return true;
    }

    /// <summary>A queued block came.</summary>
    public void Uploaded() => State = DfuState.UploadIdle;

    /// <summary>SET_INTERFACE, unless the alternate is selected already.</summary>
    public async ValueTask SelectAsync(byte alternate)
    {
        if (_selected == alternate) return;
        var result = await pipe.SelectAlternateAsync(interfaceNumber, alternate, TransferTimeout, CancellationToken.None).ConfigureAwait(false);
        if (!result.IsCompleted) throw await FailAsync(result, new("selecting the memory", alternate)).ConfigureAwait(false);
        _selected = alternate;
        IsSynchronous = false;
    }

    /// <summary>DNLOAD of a block, and GETSTATUS until the device expects the next one.</summary>
    public async ValueTask DownloadAsync(ushort block, ReadOnlyMemory<byte> data, DfuOperation operation, TimeSpan deadline)
    {
        if (State is not (DfuState.Idle or DfuState.DownloadIdle)) await ReturnToIdleAsync(CancellationToken.None).ConfigureAwait(false);
        var result = await WriteAsync(DfuRequest.Download, block, data).ConfigureAwait(false);
        if (!result.IsCompleted) throw await FailAsync(result, operation).ConfigureAwait(false);
        State = DfuState.DownloadSync;
        var started = time.GetTimestamp();
        IsSynchronous = false;
        for (var replies = 1; ; replies++)
        {
            var (status, reply) = await GetStatusAsync(operation).ConfigureAwait(false);
            // A refused GETSTATUS is how Gen 2 shows that the block failed; every later reply says OK.
            if (!status.IsCompleted) throw await FailAsync(status, operation).ConfigureAwait(false);
            switch (reply.Next)
            {
                case DfuNext.Ready:
                    IsSynchronous = replies <= 2 && reply.PollTime == TimeSpan.Zero;
                    return;
                case DfuNext.Failed:
                    throw await RefuseAsync(operation, reply).ConfigureAwait(false);
                case DfuNext.Nonsense:
                    throw new PogolineException(DfuFaults.Nonsense, $"While {operation}: the device answered {reply}.", "Reset the board into DFU mode and try again.");
                case DfuNext.Poll when time.GetElapsedTime(started) > deadline:
                    throw new PogolineException(DfuFaults.TimedOut, $"While {operation}: still {reply} after {deadline.TotalSeconds} s.", "Reset the board into DFU mode and try again.");
                case DfuNext.Poll:
                    await PollDelayAsync(reply).ConfigureAwait(false);
                    break;
            }
        }
    }

    /// <summary>UPLOAD of a block.</summary>
    /// <returns>The bytes that came: fewer than asked for at the end of what the device has.</returns>
    public async ValueTask<int> UploadAsync(ushort block, Memory<byte> into, DfuOperation operation)
    {
        var setup = new SetupPacket(ClassIn, (byte)DfuRequest.Upload, block, interfaceNumber, (ushort)into.Length);
        var result = await pipe.ReadAsync(setup, into, TransferTimeout, CancellationToken.None).ConfigureAwait(false);
        if (!result.IsCompleted) throw await FailAsync(result, operation).ConfigureAwait(false);
        State = result.Count < into.Length ? DfuState.Idle : DfuState.UploadIdle;
        return result.Count;
    }

    /// <summary>The zero-length DNLOAD that ends a download.</summary>
    public async ValueTask FinishDownloadAsync(ushort block, DfuOperation operation)
    {
        if (State is not (DfuState.Idle or DfuState.DownloadIdle)) await ReturnToIdleAsync(CancellationToken.None).ConfigureAwait(false);
        var result = await WriteAsync(DfuRequest.Download, block, default).ConfigureAwait(false);
        if (!result.IsCompleted) throw await FailAsync(result, operation).ConfigureAwait(false);
        State = DfuState.ManifestSync;
    }

    /// <summary>GETSTATUS; throws when the answer is none.</summary>
    public async ValueTask<(TransferResult Result, DfuStatusReply Reply)> GetStatusAsync(DfuOperation operation)
    {
        var setup = new SetupPacket(ClassIn, (byte)DfuRequest.GetStatus, 0, interfaceNumber, DfuStatusReply.Size);
        var result = await pipe.ReadAsync(setup, _status, TransferTimeout, CancellationToken.None).ConfigureAwait(false);
        if (!result.IsCompleted) return (result, default);
        if (DfuStatusReply.TryRead(_status.AsSpan(0, result.Count), out var reply) != OperationStatus.Done)
        {
            throw new PogolineException(DfuFaults.Nonsense, $"While {operation}: GETSTATUS returned {Convert.ToHexString(_status, 0, result.Count)}.",
                "Try another cable and port; if it stays, reset the board into DFU mode.");
        }
        State = reply.State;
        if (reply.PollTime > LongestPollTime) LongestPollTime = reply.PollTime;
        return (result, reply);
    }

    /// <summary>Waits as long as the device asks, but not longer than the cap.</summary>
    public Task PollDelayAsync(DfuStatusReply reply) => reply.PollTime > TimeSpan.Zero
        ? Task.Delay(reply.PollTime < PollTimeCap ? reply.PollTime : PollTimeCap, time, CancellationToken.None) : Task.CompletedTask;

    /// <summary>ABORT: ends an upload or a download.</summary>
    public async ValueTask AbortAsync()
    {
        var result = await WriteAsync(DfuRequest.Abort, 0, default).ConfigureAwait(false);
        if (!result.IsCompleted) throw await FailAsync(result, new("ending an operation", _selected ?? 0)).ConfigureAwait(false);
        State = DfuState.Idle;
    }

    /// <summary>DETACH. The device may be gone before it acknowledges.</summary>
    public async ValueTask DetachAsync(TimeSpan timeout)
    {
        var result = await WriteAsync(DfuRequest.Detach, (ushort)Math.Min(timeout.TotalMilliseconds, ushort.MaxValue), default).ConfigureAwait(false);
        if (result.Status is TransferStatus.Stalled) throw Refusal(new("detaching", 0), new(DfuStatus.StalledPacket, TimeSpan.Zero, State, 0), "");
    }

    /// <summary>GETSTATUS first: an unasked CLRSTATUS would itself put an idle Particle bootloader into dfuERROR.</summary>
    public async ValueTask ReturnToIdleAsync(CancellationToken stop)
    {
        var operation = new DfuOperation("bringing the device to dfuIDLE", _selected ?? 0);
        for (var attempt = 0; attempt < 4; attempt++)
        {
            stop.ThrowIfCancellationRequested();
            var (result, reply) = await GetStatusAsync(operation).ConfigureAwait(false);
            if (result.Status is TransferStatus.Gone or TransferStatus.TimedOut) throw Lost(result.Status, operation);
            if (!result.IsCompleted) continue;
            if (reply.State == DfuState.Idle) return;
            await WriteAsync(reply.State == DfuState.Error ? DfuRequest.ClearStatus : DfuRequest.Abort, 0, default).ConfigureAwait(false);
        }
        throw new PogolineException(DfuFaults.Nonsense, "The device does not return to dfuIDLE by GETSTATUS, CLRSTATUS and ABORT.", "Reset the board into DFU mode and try again.");
    }

    /// <summary>The fault for a reply in dfuERROR, with the device back in dfuIDLE.</summary>
    public async ValueTask<PogolineException> RefuseAsync(DfuOperation operation, DfuStatusReply reply)
    {
        var detail = reply is { Status: DfuStatus.Vendor, StringIndex: > 0 }
            ? await StandardRequests.ReadStringAsync(pipe, reply.StringIndex, TransferTimeout, CancellationToken.None).ConfigureAwait(false) : "";
        await ReturnToIdleAsync(CancellationToken.None).ConfigureAwait(false);
        return Refusal(operation, reply, detail);
    }

    public static PogolineException Refusal(DfuOperation operation, DfuStatusReply reply, string detail) => reply.Status == DfuStatus.Vendor
        ? new(DfuFaults.Protected, $"While {operation}: the device refused, {reply}{(detail.Length > 0 ? $": \"{detail}\"" : "")}.",
            "Take device protection off for this device first, then try again.")
        : new(DfuFaults.Refused, $"While {operation}: the device refused, {reply}.",
            "Run the same command again: what is already right is not written twice. If it stays, the flash there cannot be written.");

    public static PogolineException Lost(TransferStatus status, DfuOperation operation) => status switch
    {
        TransferStatus.Gone => new(DfuFaults.Gone, $"While {operation}: the device left the bus.",
            "Check cable and supply, put the board into DFU mode and run the same command again: what is already right is not written twice."),
        TransferStatus.TimedOut => new(DfuFaults.TimedOut, $"While {operation}: no answer within {TransferTimeout.TotalSeconds} s.",
            "Reset the board into DFU mode and run the same command again: what is already right is not written twice."),
        _ => new(DfuFaults.Nonsense, $"While {operation}: what came over the bus was no valid answer.", "Try another cable and port, without a hub."),
    };

    async ValueTask<PogolineException> FailAsync(TransferResult result, DfuOperation operation)
    {
        if (result.Status is TransferStatus.Gone or TransferStatus.TimedOut) return Lost(result.Status, operation);
        var (status, reply) = await GetStatusAsync(operation).ConfigureAwait(false);
        if (status.Status is TransferStatus.Gone or TransferStatus.TimedOut or TransferStatus.BusError) return Lost(status.Status, operation);
        return await RefuseAsync(operation, reply).ConfigureAwait(false);
    }

    ValueTask<TransferResult> WriteAsync(DfuRequest request, ushort value, ReadOnlyMemory<byte> data) => pipe.WriteAsync(
        new(ClassOut, (byte)request, value, interfaceNumber, (ushort)data.Length), data, TransferTimeout, CancellationToken.None);
}
