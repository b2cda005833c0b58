namespace Pogoline.Links.Listening;

/// <summary>Sends one file by YMODEM with packets of 1024 bytes.</summary>
/// <param name="channel">The port; it stays its owner's.</param>
/// <param name="time">The clock.</param>
/// <param name="dialect">How the receiver speaks.</param>
public sealed class YmodemSender(ISerialChannel channel, TimeProvider time, YmodemDialect dialect)
{
    static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(10);
    static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    /// <summary>A request that comes sooner after a packet was asked before the receiver saw it.</summary>
    static readonly TimeSpan EarlyRequest = TimeSpan.FromSeconds(1);

    static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    readonly SerialReader _reader = new(channel, time);
    readonly byte[] _packet = new byte[YmodemPacket.LongData + YmodemPacket.Overhead];
    long _sentAt;
    int _length, _sent, _underWay;
    bool _wasCancel;

    /// <summary>Sends the file.</summary>
    /// <param name="name">Its name for the receiver.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="progress">Told the bytes of every packet that was acknowledged; null for nobody.</param>
    /// <param name="stop">Observed between packets; the transfer is cancelled then.</param>
    /// <exception cref="PogolineException">
    /// <see cref="ListeningFaults.Cancelled"/> or <see cref="ListeningFaults.Validation"/> with the receiver's words,
    /// <see cref="ListeningFaults.TimedOut"/>, <see cref="ListeningFaults.OutOfStep"/>, <see cref="ListeningFaults.Gone"/>.
    /// </exception>
    public async ValueTask SendAsync(string name, ReadOnlyMemory<byte> content, Action<int>? progress, CancellationToken stop)
    {
        var header = YmodemPacket.Header(name, content.Length);
        var state = new YmodemState(dialect.AwaitsRequests ? YmodemPhase.Start : YmodemPhase.Header);
        if (!dialect.AwaitsRequests) await SendPacketAsync(0, header, 0).ConfigureAwait(false);
        (_length, _sent, _underWay) = (content.Length, 0, 0);
        byte sequence = 0;
        var waitingSince = time.GetTimestamp();
        while (true)
        {
            if (stop.IsCancellationRequested)
            {
                await CancelAsync().ConfigureAwait(false);
                stop.ThrowIfCancellationRequested();
            }
            var signal = await NextSignalAsync(state.Phase, waitingSince, stop).ConfigureAwait(false);
            var before = state.Phase;
            (state, var action) = state.Next(signal, _sent + _underWay < content.Length, dialect);
            // What is of no use does not prolong the wait: a receiver may chatter for ever.
            if (action != YmodemAction.Wait || state.Phase != before || signal == YmodemSignal.Silence) waitingSince = time.GetTimestamp();
            if (before == YmodemPhase.Data && action is YmodemAction.SendNext or YmodemAction.SendEndOfFile && _underWay > 0)
            {
                _sent += _underWay;
                progress?.Invoke(_underWay);
                _underWay = 0;
            }
            switch (action)
            {
                case YmodemAction.SendHeader:
                    await SendPacketAsync(0, header, 0).ConfigureAwait(false);
                    break;
                case YmodemAction.SendNext:
                    sequence++;
                    _underWay = Math.Min(YmodemPacket.LongData, content.Length - _sent);
                    await SendPacketAsync(sequence, content.Slice(_sent, _underWay), dialect.Filler).ConfigureAwait(false);
                    break;
                case YmodemAction.Resend:
                    await SendPacketAsync(sequence, content.Slice(_sent, _underWay), dialect.Filler).ConfigureAwait(false);
                    break;
                case YmodemAction.SendEndOfFile:
                    _packet[0] = YmodemPacket.EndOfTransmission;
                    await WriteAsync(1).ConfigureAwait(false);
                    break;
                case YmodemAction.SendEndHeader:
                    await SendPacketAsync(0, EndHeader, 0).ConfigureAwait(false);
                    break;
                case YmodemAction.Succeed:
                    return;
                case YmodemAction.FailCancelled:
                    throw await ExplainAsync().ConfigureAwait(false);
                case YmodemAction.FailSilent:
                    await CancelAsync().ConfigureAwait(false);
                    throw new PogolineException(ListeningFaults.TimedOut, $"The receiver does not answer ({before}, {Where}).", "Reset the board, check the cable, then send the file again.");
                case YmodemAction.FailOutOfStep:
                    await CancelAsync().ConfigureAwait(false);
                    throw new PogolineException(ListeningFaults.OutOfStep, $"The receiver expects another packet, or takes none ({before}, {Where}).",
                        "Reset the board, check the cable, then send the file again.");
            }
        }
    }

    string Where => $"{_sent + _underWay} of {_length} bytes sent";

    // An empty name ends the session; the size that follows is what these devices are used to.
    static readonly byte[] EndHeader = [0, (byte)'0', (byte)' '];

    async ValueTask SendPacketAsync(byte sequence, ReadOnlyMemory<byte> data, byte filler) =>
        await WriteAsync(YmodemPacket.Write(_packet, sequence, data.Span, filler)).ConfigureAwait(false);

    async ValueTask WriteAsync(int length)
    {
        // An answer that is there before its question is a doubled one.
        _reader.Skip([YmodemPacket.Acknowledge, YmodemPacket.Refuse, YmodemPacket.Request]);
        var result = await channel.WriteAsync(_packet.AsMemory(0, length), WriteTimeout, CancellationToken.None).ConfigureAwait(false);
        _sentAt = time.GetTimestamp();
        if (result.IsCompleted) return;
        throw result.Status == TransferStatus.TimedOut
            ? new PogolineException(ListeningFaults.TimedOut, $"The receiver takes no more bytes ({Where}).", "Reset the board, then send the file again.")
            : Gone();
    }

    /// <summary>Waits for something that means something in this phase.</summary>
    async ValueTask<YmodemSignal> NextSignalAsync(YmodemPhase phase, long waitingSince, CancellationToken stop)
    {
        var timeout = phase switch
        {
            YmodemPhase.Header => dialect.HeaderTimeout,
            YmodemPhase.EndHeader => dialect.EndTimeout,
            YmodemPhase.Data or YmodemPhase.EndOfFile => dialect.PacketTimeout,
            _ => RequestTimeout,
        };
        while (true)
        {
            var left = timeout - time.GetElapsedTime(waitingSince);
            if (left <= TimeSpan.Zero) return YmodemSignal.Silence;
            TransferStatus status;
            byte value;
            try
            {
                (status, value) = await _reader.ReadAsync(left, stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                await CancelAsync().ConfigureAwait(false);
                throw;
            }
            if (status == TransferStatus.TimedOut) return YmodemSignal.Silence;
            if (status != TransferStatus.Completed) throw Gone();
            var isSecondCancel = _wasCancel && value == YmodemPacket.Cancel;
            _wasCancel = value == YmodemPacket.Cancel;
            switch (value)
            {
                case YmodemPacket.Acknowledge: return YmodemSignal.Ack;
                case YmodemPacket.Refuse: return YmodemSignal.Nak;
                case YmodemPacket.Cancel when isSecondCancel: return YmodemSignal.Cancel;
                case YmodemPacket.Request when phase is YmodemPhase.Start or YmodemPhase.DataRequest or YmodemPhase.EndRequest
                    || time.GetElapsedTime(_sentAt) >= EarlyRequest: return YmodemSignal.Request;
            }
        }
    }

    /// <summary>Ends the session from this side; what the receiver says to it is of no interest.</summary>
    async ValueTask CancelAsync()
    {
        _packet.AsSpan(0, 2).Fill(YmodemPacket.Cancel);
        await channel.WriteAsync(_packet.AsMemory(0, 2), WriteTimeout, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Why the receiver gave up, in its own words.</summary>
    async ValueTask<PogolineException> ExplainAsync()
    {
        var (_, text) = await _reader.ReadTextAsync(t => t.Contains('\n', StringComparison.Ordinal), LastWords, CancellationToken.None).ConfigureAwait(false);
        return YmodemRefusal.Explain(text, Where);
    }

    PogolineException Gone() => new(ListeningFaults.Gone, $"The port went away during the transfer ({Where}).",
        "Check the cable; when the board is back, send the file again.");
}
