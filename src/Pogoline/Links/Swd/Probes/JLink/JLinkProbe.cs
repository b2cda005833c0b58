using System.Buffers.Binary;
using System.Text;

namespace Pogoline.Links.Swd.Probes.JLink;

/// <summary>
/// A J-Link as a shifter of SWD bits. Everything above bits is done here: posted reads are collected through RDBUFF, a transaction that was answered with
/// WAIT is repeated with those behind it, which overrun detection keeps from taking effect, and idle cycles are added when that happens often.
/// </summary>
sealed class JLinkProbe : IProbe
{
    const byte SwdInterface = 1;
    const byte AvailableInterfaces = 0xFF;
    const int StateLength = 8;
    const int LargestCommandBytes = 8192;
    const int DefaultMemory = 2048;
    const int CommandHead = 4;
    const int ShortestIdle = 8;
    const int LongestIdle = 512;
    const int MostWaits = 400;
    const int ShiftFailed = 6;

    const byte ControlStatus = 0x4;
    const byte Abort = 0x0;
    const byte ReadBuffer = 0xC;
    const uint OverrunDetect = 1;
    const uint ClearOverrun = 0x10;

    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    static readonly SwdTransfer Fetch = SwdTransfer.ReadDp(ReadBuffer);

    readonly IPacketPipe _pipe;
    readonly List<Frame> _frames = [];
    byte[] _received = [];
    int _receivedAt, _receivedEnd;
    SwdBits _bits = new(0);
    int _idle = ShortestIdle;
    bool _isRegistered;
    ushort _handle;

    JLinkProbe(IPacketPipe pipe) => _pipe = pipe;

    /// <summary>A transaction on the wire.</summary>
    /// <param name="Transfer">What it does.</param>
    /// <param name="Index">The transfer of the batch that it is; -1 for one that only fetches.</param>
    /// <param name="Delivers">The transfer whose value its data phase brings; -1 for none.</param>
    /// <param name="Value">Where that value goes to in the batch's reads.</param>
    readonly record struct Frame(SwdTransfer Transfer, int Index, int Delivers, int Value);

    public ProbeDescription Description { get; private set; } = new(ProbeKind.JLink, "");

    public IMemory? Memory => null;

    /// <summary>Asks the probe what it is.</summary>
    /// <exception cref="PogolineException"><see cref="SwdFaults"/>: it does not answer, or cannot do SWD.</exception>
    public static async ValueTask<JLinkProbe> OpenAsync(IPacketPipe pipe, CancellationToken stop)
    {
        var probe = new JLinkProbe(pipe);
        await probe.SendAsync([(byte)JLinkCommand.Version], stop).ConfigureAwait(false);
        var length = BinaryPrimitives.ReadUInt16LittleEndian(await probe.ReceiveAsync(sizeof(ushort)).ConfigureAwait(false));
        if (length is 0 or > 1024) throw ProbeProblems.Nonsense(ProbeKind.JLink, $"its version has {length} bytes");
        var firmware = Encoding.ASCII.GetString(await probe.ReceiveAsync(length).ConfigureAwait(false)).Split('\0')[0];
        var capabilities = (JLinkCapabilities)await probe.AskWordAsync([(byte)JLinkCommand.GetCapabilities], stop).ConfigureAwait(false);
        if (!capabilities.HasFlag(JLinkCapabilities.SelectInterface)
            || (await probe.AskWordAsync([(byte)JLinkCommand.SelectInterface, AvailableInterfaces], stop).ConfigureAwait(false) & (1 << SwdInterface)) == 0)
        {
            throw new PogolineException(SwdFaults.ProbeUnfit, $"The J-Link ({firmware}) cannot do SWD.", "Use another probe.");
        }
        var memory = capabilities.HasFlag(JLinkCapabilities.FreeMemory) ? await probe.AskWordAsync([(byte)JLinkCommand.GetFreeMemory], stop).ConfigureAwait(false) : DefaultMemory;
        if (capabilities.HasFlag(JLinkCapabilities.Register)) await probe.RegisterAsync(stop).ConfigureAwait(false);
        var bytes = (int)Math.Clamp(memory, DefaultMemory, LargestCommandBytes) - (2 * CommandHead);
        probe._bits = new(bytes / 2 * 8);
        probe.Description = new(ProbeKind.JLink, firmware) { PacketSize = bytes };
        return probe;
    }

    public async ValueTask ConnectAsync(int clockHz, CancellationToken stop)
    {
        const int kilo = 1000;
        await AskWordAsync([(byte)JLinkCommand.SelectInterface, SwdInterface], stop).ConfigureAwait(false);
        // Selecting the interface takes the speed back to its default.
        var speed = Math.Clamp(clockHz / kilo, 1, ushort.MaxValue - 1);
        await SendAsync([(byte)JLinkCommand.SetSpeed, (byte)speed, (byte)(speed >> 8)], stop).ConfigureAwait(false);
    }

    public async ValueTask<bool> ResetLineAsync(CancellationToken stop)
    {
        _bits.Clear();
        _bits.AddSequence(SwdLine.SwitchToSwd, SwdLine.SwitchToSwdBits);
        await ShiftAsync(stop).ConfigureAwait(false);
        return true;
    }

    public ValueTask SetResetAsync(bool isAsserted, CancellationToken stop) =>
        SendAsync([(byte)(isAsserted ? JLinkCommand.ResetLow : JLinkCommand.ResetHigh)], stop);

    public async ValueTask<double?> ReadVoltageAsync(CancellationToken stop)
    {
        const double milli = 1000;
        await SendAsync([(byte)JLinkCommand.GetState], stop).ConfigureAwait(false);
        return BinaryPrimitives.ReadUInt16LittleEndian(await ReceiveAsync(StateLength).ConfigureAwait(false)) / milli;
    }

    public async ValueTask<SwdOutcome> TransferAsync(ReadOnlyMemory<SwdTransfer> transfers, Memory<uint> reads, CancellationToken stop)
    {
        MakeFrames(transfers.Span);
        _idle = Math.Max(ShortestIdle, _idle / 2);
        var (next, waits) = (0, 0);
        while (next < _frames.Count)
        {
            stop.ThrowIfCancellationRequested();
            var (first, starts) = (next, Shift(next));
            var sampled = await ShiftAsync(stop).ConfigureAwait(false);
            var ack = Deliver(sampled, first, starts, reads.Span, out var done);
            next += done;
            if (done > 0) waits = 0;
            if (ack == SwdAck.Ok) continue;
            if (ack != SwdAck.Wait || ++waits > MostWaits) return new(ack, Completed(next, transfers.Length));
            if (waits > 1) _idle = Math.Min(LongestIdle, _idle * 2);
            await ClearOverrunAsync(stop).ConfigureAwait(false);
        }
        return new(SwdAck.Ok, transfers.Length);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            // A handle that is not given back is lost until the probe is unplugged.
            if (_isRegistered) await RegisterAsync(isOn: false, CancellationToken.None).ConfigureAwait(false);
        }
        catch (PogolineException)
        {
            // A probe that is gone needs no farewell.
        }
        await _pipe.DisposeAsync().ConfigureAwait(false);
    }

    void MakeFrames(ReadOnlySpan<SwdTransfer> transfers)
    {
        _frames.Clear();
        var (posted, value, nextValue) = (-1, -1, 0);
        for (var i = 0; i < transfers.Length; i++)
        {
            var transfer = transfers[i];
            // The bit that gives every transaction one length.
            if (transfer is { IsAccessPort: false, IsRead: false, Address: ControlStatus }) transfer = transfer with { Value = transfer.Value | OverrunDetect };
            if (posted >= 0 && !(transfer.IsAccessPort && transfer.IsRead))
            {
                _frames.Add(new(Fetch, -1, posted, value));
                posted = -1;
            }
            if (transfer.IsAccessPort && transfer.IsRead)
            {
                _frames.Add(new(transfer, i, posted, value));
                (posted, value) = (i, nextValue++);
            }
            else
            {
                _frames.Add(new(transfer, i, transfer.IsRead ? i : -1, transfer.IsRead ? nextValue++ : -1));
            }
        }
        // The last read is fetched; a last write has been carried out only when the next transaction is answered.
        if (posted >= 0) _frames.Add(new(Fetch, -1, posted, value));
        else if (transfers.Length > 0 && transfers[^1].IsAccessPort) _frames.Add(new(Fetch, -1, -1, -1));
    }

    /// <summary>Puts as many transactions as fit into one command.</summary>
    /// <returns>Where their answers begin.</returns>
    List<int> Shift(int first)
    {
        var starts = new List<int>();
        _bits.Clear();
        for (var i = first; i < _frames.Count && _bits.Count + SwdBits.LengthOf(_frames[i].Transfer, _idle) + ShortestIdle <= _bits.Capacity; i++)
        {
            starts.Add(_bits.Add(_frames[i].Transfer, _idle));
        }
        _bits.AddSequence([0], ShortestIdle);
        return starts;
    }

    SwdAck Deliver(byte[] sampled, int first, List<int> starts, Span<uint> reads, out int done)
    {
        for (done = 0; done < starts.Count; done++)
        {
            var frame = _frames[first + done];
            var ack = SwdBits.Read(sampled, starts[done], frame.Transfer.IsRead, out var value);
            if (ack != SwdAck.Ok) return ack;
            if (frame.Delivers >= 0) reads[frame.Value] = value;
        }
        return SwdAck.Ok;
    }

    /// <summary>Transfers that are complete with their values when the frames before that one are.</summary>
    int Completed(int frame, int count)
    {
        for (var i = frame; i < _frames.Count; i++)
        {
            if (_frames[i].Delivers >= 0) return _frames[i].Index < 0 ? _frames[i].Delivers : Math.Min(_frames[i].Delivers, _frames[i].Index);
            if (_frames[i].Index >= 0) return _frames[i].Index;
        }
        return Math.Max(0, count - 1);
    }

    async ValueTask ClearOverrunAsync(CancellationToken stop)
    {
        _bits.Clear();
        _bits.Add(SwdTransfer.WriteDp(Abort, ClearOverrun), 0);
        _bits.AddSequence([0], ShortestIdle);
        await ShiftAsync(stop).ConfigureAwait(false);
    }

    /// <summary>Shifts the bits.</summary>
    /// <returns>What was sampled.</returns>
    async ValueTask<byte[]> ShiftAsync(CancellationToken stop)
    {
        var length = _bits.Directions.Length;
        var command = new byte[CommandHead + (2 * length)];
        command[0] = (byte)JLinkCommand.SwdTransfer;
        BinaryPrimitives.WriteUInt16LittleEndian(command.AsSpan(2), (ushort)_bits.Count);
        _bits.Directions.CopyTo(command.AsSpan(CommandHead));
        _bits.Values.CopyTo(command.AsSpan(CommandHead + length));
        await SendAsync(command, stop).ConfigureAwait(false);
        var reply = await ReceiveAsync(length + 1).ConfigureAwait(false);
        return reply[length] switch
        {
            0 => reply,
            ShiftFailed => throw ProbeProblems.Nonsense(ProbeKind.JLink, "it has no memory for a command of the size that it allows"),
            var status => throw ProbeProblems.Nonsense(ProbeKind.JLink, $"shifting bits ended with status {status}"),
        };
    }

    async ValueTask RegisterAsync(CancellationToken stop)
    {
        await RegisterAsync(isOn: true, stop).ConfigureAwait(false);
        _isRegistered = true;
    }

    async ValueTask RegisterAsync(bool isOn, CancellationToken stop)
    {
        const byte on = 0x64, off = 0x65;
        const int requestLength = 14, shortestReply = 76, handleOffset = 12;
        var request = new byte[requestLength];
        request[0] = (byte)JLinkCommand.Register;
        request[1] = isOn ? on : off;
        BinaryPrimitives.WriteUInt16LittleEndian(request.AsSpan(handleOffset), _handle);
        await SendAsync(request, stop).ConfigureAwait(false);
        var reply = await ReceiveAsync(shortestReply).ConfigureAwait(false);
        _handle = BinaryPrimitives.ReadUInt16LittleEndian(reply);
        // The table of other clients may be longer than the shortest reply.
        var (entries, entrySize, info) = (BinaryPrimitives.ReadUInt16LittleEndian(reply.AsSpan(2)), BinaryPrimitives.ReadUInt16LittleEndian(reply.AsSpan(4)), BinaryPrimitives.ReadUInt16LittleEndian(reply.AsSpan(6)));
        var rest = 8 + (entries * entrySize) + info - shortestReply;
        if (rest is > 0 and <= 4096) await ReceiveAsync(rest).ConfigureAwait(false);
    }

    async ValueTask<uint> AskWordAsync(byte[] command, CancellationToken stop)
    {
        await SendAsync(command, stop).ConfigureAwait(false);
        return BinaryPrimitives.ReadUInt32LittleEndian(await ReceiveAsync(sizeof(uint)).ConfigureAwait(false));
    }

    async ValueTask SendAsync(byte[] command, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var result = await _pipe.WriteAsync(command, Timeout, CancellationToken.None).ConfigureAwait(false);
        if (!result.IsCompleted) throw ProbeProblems.Gone(ProbeKind.JLink, result);
    }

    /// <summary>Takes that many bytes of the stream of replies; what came beyond them is kept for the next.</summary>
    async ValueTask<byte[]> ReceiveAsync(int length)
    {
        var data = new byte[length];
        for (var done = 0; done < length;)
        {
            if (_receivedAt == _receivedEnd)
            {
                // Whole packets, but never more than is to come: nothing would end such a transfer.
                var wanted = (length - done + _pipe.PacketSize - 1) / _pipe.PacketSize * _pipe.PacketSize;
                if (_received.Length < wanted) _received = new byte[wanted];
                var result = await _pipe.ReadAsync(_received.AsMemory(0, wanted), Timeout, CancellationToken.None).ConfigureAwait(false);
                if (!result.IsCompleted) throw ProbeProblems.Gone(ProbeKind.JLink, result);
                (_receivedAt, _receivedEnd) = (0, result.Count);
                continue;
            }
            var take = Math.Min(length - done, _receivedEnd - _receivedAt);
            _received.AsSpan(_receivedAt, take).CopyTo(data.AsSpan(done));
            (done, _receivedAt) = (done + take, _receivedAt + take);
        }
        return data;
    }
}
