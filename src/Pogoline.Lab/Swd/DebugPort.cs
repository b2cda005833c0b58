namespace Pogoline.Lab.Swd;

/// <summary>A SW-DP version 1: its registers, posted reads, sticky flags, and what WAIT and FAULT are answered to (ADIv5, IHI 0031).</summary>
/// <param name="id">DPIDR.</param>
/// <param name="clock">The time of the target.</param>
sealed class DebugPort(uint id, TargetClock clock)
{
    const uint OverrunDetect = 1 << 0, StickyOverrun = 1 << 1, StickyCompare = 1 << 4, StickyError = 1 << 5, ReadOk = 1 << 6, WriteDataError = 1 << 7;
    const uint DebugReset = 1 << 26, DebugPower = 1 << 28, SystemPower = 1 << 30;
    const uint Writable = OverrunDetect | 0x003FFF0C | DebugReset | DebugPower | SystemPower;
    const uint Sticky = StickyOverrun | StickyCompare | StickyError | WriteDataError;
    const uint Abort = 1 << 0, ClearCompare = 1 << 1, ClearError = 1 << 2, ClearWriteData = 1 << 3, ClearOverrun = 1 << 4;

    uint _control, _select, _wire, _read, _buffer;
    int _transactions;

    /// <summary>The access ports by number.</summary>
    public IReadOnlyList<IAccessPort> AccessPorts { get; init; } = [];

    /// <summary>What happens before each transaction: the target catches up with its time.</summary>
    public Action<SwdRequest> Before { get; init; } = _ => { };

    /// <summary>The fault of a transaction; null for none.</summary>
    public Func<SwdTransaction, SwdFault?>? Fault { get; set; }

    /// <summary>Whether data phases are clocked after WAIT and FAULT, too.</summary>
    public bool DetectsOverrun => (_control & OverrunDetect) != 0;

    bool IsPowered => (_control & DebugPower) != 0;
    IAccessPort? Selected => (int)(_select >> 24) is var number && number < AccessPorts.Count ? AccessPorts[number] : null;
    byte Bank => (byte)(_select & 0xF0);

    /// <summary>As after power on.</summary>
    public void PowerUp() => (_control, _select, _wire, _read, _buffer) = (0, 0, 0, 0, 0);

    /// <summary>A line reset selects bank 0; flags and power requests stay.</summary>
    public void LineReset() => _select &= ~0xFu;

    /// <summary>Answers a request, and carries it out if it is a read.</summary>
    public SwdAck Begin(SwdRequest request, out uint value, out bool parityIsWrong)
    {
        (value, parityIsWrong) = (0, false);
        var fault = Fault?.Invoke(new(_transactions++, request, Bank));
        if (fault == SwdFault.Silence) return SwdAck.None;
        parityIsWrong = fault == SwdFault.Parity;
        Before(request);
        if (IsAlwaysAnswered(request))
        {
            value = request.IsRead ? ReadRegister(request.Address) : 0;
            return SwdAck.Ok;
        }
        if (fault == SwdFault.Error) _control |= StickyError;
        if ((_control & Sticky) != 0) return Refuse(SwdAck.Fault);
        if (fault == SwdFault.Wait || IsBusy(request)) return Refuse(SwdAck.Wait);
        if (request.IsAccessPort && !IsPowered)
        {
            _control |= StickyError;
            return Refuse(SwdAck.Fault);
        }
        if (request.IsRead) value = _read = request.IsAccessPort ? ReadPosted(request.Address) : ReadRegister(request.Address);
        return SwdAck.Ok;
    }

    /// <summary>The data of a write that was answered with OK.</summary>
    public void Write(SwdRequest request, uint value, bool parityIsRight)
    {
        if (!parityIsRight) _control |= WriteDataError;
        else if (!request.IsAccessPort) WriteRegister(request.Address, value);
        else if (Selected is { } port && !port.TryWrite((byte)(Bank | request.Address), value)) _control |= StickyError;
    }

    bool IsAlwaysAnswered(SwdRequest request) => !request.IsAccessPort && (request.IsRead
        ? request.Address == 0 || (request.Address == 4 && (_select & 0xF) == 0)
        : request.Address == 0);

    bool IsBusy(SwdRequest request) =>
        (request.IsAccessPort || request.Address is 8 or 12) && Selected is { } port && port.BusyUntil > clock.Now;

    SwdAck Refuse(SwdAck ack)
    {
        if (DetectsOverrun) _control |= StickyOverrun;
        return ack;
    }

    // The answer to an access port read is the result of the one before.
    uint ReadPosted(byte address)
    {
        var previous = _buffer;
        _buffer = 0;
        if (Selected is not { } port) _control |= ReadOk;
        else if (port.TryRead((byte)(Bank | address), out _buffer)) _control |= ReadOk;
        else _control = (_control & ~ReadOk) | StickyError;
        return previous;
    }

    uint ReadRegister(byte address) => address switch
    {
        0 => id,
        4 when (_select & 0xF) == 0 => _control | Acknowledge(DebugReset) | Acknowledge(DebugPower) | Acknowledge(SystemPower),
        4 => _wire,
        8 => _read,
        _ => _buffer,
    };

    void WriteRegister(byte address, uint value)
    {
        switch (address)
        {
            case 0:
                if ((value & Abort) != 0) Selected?.Abort();
                Clear(value, ClearCompare, StickyCompare);
                Clear(value, ClearError, StickyError);
                Clear(value, ClearWriteData, WriteDataError);
                Clear(value, ClearOverrun, StickyOverrun);
                break;
            case 4 when (_select & 0xF) == 0:
                _control = (_control & ~Writable) | (value & Writable);
                break;
            case 4:
                _wire = value;
                break;
            case 8:
                _select = value;
                break;
        }
    }

    void Clear(uint value, uint bit, uint flag)
    {
        if ((value & bit) != 0) _control &= ~flag;
    }

    uint Acknowledge(uint request) => (_control & request) << 1;
}
