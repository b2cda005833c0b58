namespace Pogoline.Lab.Swd;

/// <summary>
/// The two wires of serial wire debug, bit by bit: line reset, the switch from and to JTAG, requests, turnarounds, acknowledge, data with
/// parity. What the target drives changes after a rising edge of SWCLK, so it is read before the next one.
/// </summary>
/// <param name="port">The debug port behind the wires.</param>
/// <param name="hasJtag">Whether the port also speaks JTAG, and powers up in it.</param>
sealed class SwdPins(DebugPort port, bool hasJtag)
{
    const int OnesOfReset = 50, ZerosAfterReset = 2;
    const ushort JtagToSwd = 0xE79E, SwdToJtag = 0xE73C;

    enum Phase { Lost, Reset, Idle, Request, Turn, Acknowledge, Read, WriteTurn, Write, LastTurn }

    Phase _phase = Phase.Lost;
    readonly bool _hasJtag = hasJtag;
    bool _isJtag = hasJtag, _idOnly;
    int _ones, _count, _codeBits;
    uint _shift, _code;
    ulong _data;
    bool? _out;
    SwdRequest _request;
    SwdAck _ack;

    /// <summary>Whether anything answers; without power or a cable nothing does.</summary>
    public bool IsConnected { get; set; } = true;

    /// <summary>SWDIO while the probe does not drive it.</summary>
    public bool Level => _out ?? true;

    /// <summary>As after power on.</summary>
    public void PowerUp() => (_phase, _isJtag, _ones, _out, _codeBits) = (Phase.Lost, _hasJtag, 0, null, 0);

    /// <summary>One rising edge of SWCLK.</summary>
    /// <param name="driven">What the probe drives; null when it does not.</param>
    public void Clock(bool? driven)
    {
        if (!IsConnected)
        {
            (_phase, _out) = (Phase.Lost, null);
            return;
        }
        var bit = driven ?? Level;
        if (WatchLine(bit) || _isJtag) return;
        switch (_phase)
        {
            case Phase.Reset:
                if (bit) _phase = Phase.Lost;
                else if (++_count == ZerosAfterReset) _phase = Phase.Idle;
                break;
            case Phase.Idle when bit:
                (_phase, _shift, _count) = (Phase.Request, 1, 1);
                break;
            case Phase.Request:
                _shift |= (bit ? 1u : 0) << _count;
                if (++_count == 8) EndRequest();
                break;
            case Phase.Turn:
                Answer();
                break;
            case Phase.Acknowledge:
                if (++_count < 3) _out = ((int)_ack >> _count & 1) != 0;
                else EndAcknowledge();
                break;
            case Phase.Read:
                _count++;
                if (_count <= 32) _out = (_data >> _count & 1) != 0;
                else (_out, _phase) = (null, Phase.LastTurn);
                break;
            case Phase.WriteTurn:
                (_phase, _count, _data) = (Phase.Write, 0, 0);
                break;
            case Phase.Write:
                _data |= (bit ? 1ul : 0) << _count;
                if (++_count == 33) EndWrite();
                break;
            case Phase.LastTurn:
                _phase = Phase.Idle;
                break;
        }
    }

    // A line reset is seen in every state; so are the codes behind it.
    bool WatchLine(bool bit)
    {
        if (_codeBits > 0)
        {
            _code |= (bit ? 1u : 0) << _codeBits;
            if (++_codeBits == 16)
            {
                _codeBits = 0;
                if (_hasJtag && _code is JtagToSwd or SwdToJtag) (_isJtag, _phase) = (_code == SwdToJtag, Phase.Lost);
            }
        }
        if (bit)
        {
            if (++_ones < OnesOfReset) return false;
            if (_ones == OnesOfReset) port.LineReset();
            (_phase, _out, _count, _idOnly) = (Phase.Reset, null, 0, true);
            return true;
        }
        if (_ones >= OnesOfReset) (_code, _codeBits) = (0, 1);
        _ones = 0;
        return false;
    }

    void EndRequest() =>
        _phase = SwdRequest.TryReadWire((byte)_shift, out _request) && (!_idOnly || _request == SwdRequest.ReadId) ? Phase.Turn : Phase.Lost;

    void Answer()
    {
        _ack = port.Begin(_request, out var value, out var parityIsWrong);
        if (_ack == SwdAck.None)
        {
            _phase = Phase.Lost;
            return;
        }
        _idOnly = false;
        var parity = (uint.PopCount(value) & 1) != 0 ^ parityIsWrong;
        (_phase, _count, _data, _out) = (Phase.Acknowledge, 0, value | (parity ? 1ul << 32 : 0), ((int)_ack & 1) != 0);
    }

    void EndAcknowledge()
    {
        (_out, _count) = (null, 0);
        if (_ack != SwdAck.Ok && !port.DetectsOverrun) _phase = Phase.LastTurn;
        else if (!_request.IsRead) _phase = Phase.WriteTurn;
        else (_phase, _out) = (Phase.Read, _ack == SwdAck.Ok ? (_data & 1) != 0 : null);
    }

    void EndWrite()
    {
        _phase = Phase.Idle;
        if (_ack == SwdAck.Ok) port.Write(_request, (uint)_data, parityIsRight: (ulong.PopCount(_data) & 1) == 0);
    }
}
