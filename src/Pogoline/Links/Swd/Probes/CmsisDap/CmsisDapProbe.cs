using System.Buffers;
using System.Globalization;

namespace Pogoline.Links.Swd.Probes.CmsisDap;

/// <summary>
/// A CMSIS-DAP probe, by HID reports (v1) or bulk (v2): the probe repeats WAIT and collects posted reads itself, and takes as many packets at once as it
/// says. Replies come in order, so what is under way when a transfer fails is drained before the failure is told.
/// </summary>
sealed class CmsisDapProbe : IProbe
{
    const int SmallestPacket = 64;
    const int LargestPacket = 16384;
    const int MostPackets = 16;
    const int MostStale = 64;
    const int SupportsSwd = 1;

    // At the highest clock a word of flash takes about 32 tries; DAPLink itself repeats 100 times.
    const ushort WaitRetries = 256;

    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    static readonly TimeSpan StaleTimeout = TimeSpan.FromMilliseconds(10);

    readonly IPacketPipe _pipe;
    byte[][] _requests = [new byte[SmallestPacket]];
    byte[][] _replies = [new byte[SmallestPacket]];

    CmsisDapProbe(IPacketPipe pipe, ProbeKind kind) => (_pipe, Description) = (pipe, new(kind, ""));

    public ProbeDescription Description { get; private set; }

    public IMemory? Memory => null;

    /// <summary>Asks the probe what it is.</summary>
    /// <exception cref="PogolineException"><see cref="SwdFaults"/>: it does not answer, or cannot do SWD.</exception>
    public static async ValueTask<CmsisDapProbe> OpenAsync(IPacketPipe pipe, ProbeKind kind, CancellationToken stop)
    {
        var probe = new CmsisDapProbe(pipe, kind);
        probe.Resize(Math.Max(SmallestPacket, pipe.PacketSize), 1);
        // What an interrupted program left behind would be taken for the answer to our first question.
        for (var i = 0; i < MostStale && (await pipe.ReadAsync(probe._replies[0], StaleTimeout, stop).ConfigureAwait(false)).IsCompleted; i++)
        {
        }
        var capabilities = (await probe.AskAsync(DapInfoId.Capabilities, stop).ConfigureAwait(false)).Number ?? 0;
        if ((capabilities & SupportsSwd) == 0) throw new PogolineException(SwdFaults.ProbeUnfit, "The probe says that it cannot do SWD.", "Use another probe.");
        var firmware = (await probe.AskAsync(DapInfoId.FirmwareVersion, stop).ConfigureAwait(false)).Text;
        var size = (await probe.AskAsync(DapInfoId.PacketSize, stop).ConfigureAwait(false)).Number ?? pipe.PacketSize;
        var count = (await probe.AskAsync(DapInfoId.PacketCount, stop).ConfigureAwait(false)).Number ?? 1;
        if (size < SmallestPacket || size > LargestPacket) throw probe.Nonsense(string.Create(CultureInfo.InvariantCulture, $"its packet size is {size}"));
        size = Math.Min(size, pipe.PacketSize);
        count = Math.Clamp(count, 1, MostPackets);
        probe.Resize(size, count);
        probe.Description = new(kind, firmware) { PacketSize = size, PacketCount = count };
        return probe;
    }

    public async ValueTask ConnectAsync(int clockHz, CancellationToken stop)
    {
        if (await SendAsync(DapSimple.ConnectSwd, stop).ConfigureAwait(false) != 1)
            throw new PogolineException(SwdFaults.ProbeUnfit, "The probe refuses to connect by SWD.", "Unplug it and plug it in again; if it stays, use another probe.");
        await RequireAsync(DapSimple.Clock(clockHz), stop).ConfigureAwait(false);
        await RequireAsync(DapSimple.Configure(WaitRetries), stop).ConfigureAwait(false);
        await RequireAsync(DapSimple.SwdDefaults, stop).ConfigureAwait(false);
        await SendAsync(DapSimple.Led(true), stop).ConfigureAwait(false);
    }

    public async ValueTask<bool> ResetLineAsync(CancellationToken stop)
    {
        await RequireAsync(DapSimple.Bits(SwdLine.SwitchToSwdBits, SwdLine.SwitchToSwd), stop).ConfigureAwait(false);
        return true;
    }

    public async ValueTask SetResetAsync(bool isAsserted, CancellationToken stop)
    {
        const uint riseTime = 1000;
        await SendAsync(DapSimple.ResetPin(isAsserted, isAsserted ? 0 : riseTime), stop).ConfigureAwait(false);
    }

    public ValueTask<double?> ReadVoltageAsync(CancellationToken stop) => new((double?)null);

    public async ValueTask<SwdOutcome> TransferAsync(ReadOnlyMemory<SwdTransfer> transfers, Memory<uint> reads, CancellationToken stop)
    {
        var underWay = new Queue<(DapTransferPacket Packet, ValueTask<TransferResult> Write, ValueTask<TransferResult> Read, byte[] Reply)>(_requests.Length);
        var (next, nextRead, completed, sent) = (0, 0, 0, 0);
        SwdOutcome? failure = null;
        while (true)
        {
            while (failure is null && next < transfers.Length && underWay.Count < _requests.Length && !stop.IsCancellationRequested)
            {
                var packet = DapTransferPacket.Next(transfers.Span, next, nextRead, Description.PacketSize);
                var (request, reply) = (_requests[sent % _requests.Length], _replies[sent % _requests.Length]);
                sent++;
                var length = packet.Write(transfers.Span, request);
#pragma warning disable CA2012 // Each is awaited once, by FinishAsync.
                underWay.Enqueue((packet, _pipe.WriteAsync(request.AsMemory(0, length), Timeout, CancellationToken.None),
                    _pipe.ReadAsync(reply, Timeout, CancellationToken.None), reply));
#pragma warning restore CA2012
                (next, nextRead) = (next + packet.Count, nextRead + packet.Reads);
            }
            if (!underWay.TryDequeue(out var oldest)) break;
            var outcome = await FinishAsync(oldest, transfers, reads).ConfigureAwait(false);
            if (failure is not null) continue;
            completed += outcome.Completed;
            if (!outcome.IsOk) failure = new(outcome.Ack, completed);
        }
        if (failure is null) stop.ThrowIfCancellationRequested();
        return failure ?? new(SwdAck.Ok, completed);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await SendAsync(DapSimple.Disconnect, CancellationToken.None).ConfigureAwait(false);
            await SendAsync(DapSimple.Led(false), CancellationToken.None).ConfigureAwait(false);
        }
        catch (PogolineException)
        {
            // A probe that is gone needs no farewell.
        }
        await _pipe.DisposeAsync().ConfigureAwait(false);
    }

    async ValueTask<SwdOutcome> FinishAsync((DapTransferPacket Packet, ValueTask<TransferResult> Write, ValueTask<TransferResult> Read, byte[] Reply) sent,
        ReadOnlyMemory<SwdTransfer> transfers, Memory<uint> reads)
    {
        var write = await sent.Write.ConfigureAwait(false);
        var read = await sent.Read.ConfigureAwait(false);
        if (!write.IsCompleted || !read.IsCompleted) throw Gone(write.IsCompleted ? read : write);
        var status = sent.Packet.Parse(transfers.Span, sent.Reply.AsSpan(0, read.Count), reads.Span, out var outcome);
        return status == OperationStatus.Done ? outcome : throw Nonsense($"the answer to a transfer is {Convert.ToHexString(sent.Reply.AsSpan(0, Math.Min(read.Count, 8)))}…");
    }

    ValueTask<DapInfo.Reply> AskAsync(DapInfoId id, CancellationToken stop) => SendAsync<DapInfo, DapInfo.Reply>(new(id), stop);

    ValueTask<byte> SendAsync(DapSimple command, CancellationToken stop) => SendAsync<DapSimple, byte>(command, stop);

    async ValueTask RequireAsync(DapSimple command, CancellationToken stop)
    {
        if (await SendAsync(command, stop).ConfigureAwait(false) is not 0 and var status) throw Nonsense($"it refuses {command.Command} with 0x{status:X2}");
    }

    async ValueTask<TReply> SendAsync<TCommand, TReply>(TCommand command, CancellationToken stop)
        where TCommand : IProbeCommand<TReply> where TReply : struct
    {
        stop.ThrowIfCancellationRequested();
        var length = command.Write(_requests[0]);
        var writing = _pipe.WriteAsync(_requests[0].AsMemory(0, length), Timeout, CancellationToken.None).AsTask();
        var read = await _pipe.ReadAsync(_replies[0], Timeout, CancellationToken.None).ConfigureAwait(false);
        var write = await writing.ConfigureAwait(false);
        if (!write.IsCompleted || !read.IsCompleted) throw Gone(write.IsCompleted ? read : write);
        return command.Parse(_replies[0].AsSpan(0, read.Count), out var reply) == OperationStatus.Done
            ? reply : throw Nonsense($"the answer to command {_requests[0][0]:X2} is {Convert.ToHexString(_replies[0].AsSpan(0, Math.Min(read.Count, 8)))}");
    }

    void Resize(int packetSize, int packetCount)
    {
        _requests = [.. Enumerable.Range(0, packetCount).Select(_ => new byte[packetSize])];
        _replies = [.. Enumerable.Range(0, packetCount).Select(_ => new byte[packetSize])];
    }

    PogolineException Nonsense(string what) => ProbeProblems.Nonsense(Description.Kind, what);

    PogolineException Gone(TransferResult result) => ProbeProblems.Gone(Description.Kind, result);
}
