using Pogoline.Lab.Swd;

namespace Pogoline.Lab.Probes;

/// <summary>The pins of a probe: clock cycles at the speed that is set, and whole transactions as firmware makes them.</summary>
/// <param name="target">What the pins are connected to.</param>
/// <param name="fastest">The highest clock that the probe reaches, in Hz.</param>
sealed class SwdDriver(SwdTarget target, double fastest)
{
    double _period = 1e9 / 1_000_000;

    /// <summary>Clock cycles with SWDIO low behind each transaction.</summary>
    public int IdleCycles { get; set; }

    /// <summary>How often a transaction that was answered with WAIT is repeated.</summary>
    public int WaitRetries { get; set; } = 100;

    /// <summary>Whether the data phase is clocked after WAIT and FAULT, too.</summary>
    public bool AlwaysClocksData { get; set; }

    /// <summary>The target.</summary>
    public SwdTarget Target => target;

    /// <summary>SWDIO while nobody drives it.</summary>
    public bool Level => target.Pins.Level;

    /// <summary>Sets the clock; what is too fast becomes the fastest there is.</summary>
    public void SetClock(double hertz) => _period = 1e9 / Math.Min(hertz, fastest);

    /// <summary>Lets time pass.</summary>
    public void Wait(TimeSpan time) => target.Clock.Advance(time.TotalNanoseconds);

    /// <summary>One clock cycle.</summary>
    /// <param name="driven">What SWDIO is driven to; null when it is released.</param>
    public void Cycle(bool? driven)
    {
        target.Clock.Advance(_period);
        target.Pins.Clock(driven);
    }

    /// <summary>Drives bits, the lowest of each byte first.</summary>
    public void Sequence(ReadOnlySpan<byte> bits, int count)
    {
        for (var i = 0; i < count; i++) Cycle((bits[i / 8] >> i % 8 & 1) != 0);
    }

    /// <summary>One transaction, repeated while it is answered with WAIT.</summary>
    /// <param name="request">The request.</param>
    /// <param name="data">What is written; takes what is read.</param>
    /// <param name="parityIsWrong">Whether what was read has a wrong parity.</param>
    public SwdAck Transfer(SwdRequest request, ref uint data, out bool parityIsWrong)
    {
        for (var left = WaitRetries; ; left--)
        {
            var ack = TransferOnce(request, ref data, out parityIsWrong);
            if (ack != SwdAck.Wait || left <= 0) return ack;
        }
    }

    SwdAck TransferOnce(SwdRequest request, ref uint data, out bool parityIsWrong)
    {
        const int DataBits = 33;
        parityIsWrong = false;
        int wire = request.Wire;
        for (var i = 0; i < 8; i++) Cycle((wire >> i & 1) != 0);
        Cycle(null);
        var ack = 0;
        for (var i = 0; i < 3; i++) ack |= Sample() ? 1 << i : 0;
        switch ((SwdAck)ack)
        {
            case SwdAck.Ok when request.IsRead:
                ulong read = 0;
                for (var i = 0; i < DataBits; i++) read |= Sample() ? 1ul << i : 0;
                Cycle(null);
                data = (uint)read;
                parityIsWrong = (ulong.PopCount(read) & 1) != 0;
                break;
            case SwdAck.Ok:
                Cycle(null);
                var written = data | (ulong)(uint.PopCount(data) & 1) << 32;
                for (var i = 0; i < DataBits; i++) Cycle((written >> i & 1) != 0);
                break;
            case SwdAck.Wait or SwdAck.Fault:
                if (AlwaysClocksData && request.IsRead) Release(DataBits);
                Cycle(null);
                if (AlwaysClocksData && !request.IsRead) for (var i = 0; i < DataBits; i++) Cycle(false);
                return (SwdAck)ack;
            default:
                Release(1 + DataBits);
                return SwdAck.None;
        }
        for (var i = 0; i < IdleCycles; i++) Cycle(false);
        return SwdAck.Ok;
    }

    // Read before the edge, as firmware that works on pins does.
    bool Sample()
    {
        var level = Level;
        Cycle(null);
        return level;
    }

    void Release(int cycles)
    {
        for (var i = 0; i < cycles; i++) Cycle(null);
    }
}
