using Pogoline.Links.Swd.Probes;

namespace Pogoline.Links.Swd;

/// <summary>
/// The debug port of the target (docs/swd.md): attaching, powering the debug domain up, selecting access ports, and coming back from errors. It keeps
/// SELECT in mind and forgets it whenever the target may have.
/// </summary>
sealed class DebugPort(IProbe probe, TimeProvider time)
{
    const byte Abort = 0x0;
    const byte Identification = 0x0;
    const byte ControlStatus = 0x4;
    const byte Select = 0x8;
    const uint ClearSticky = 0x1E;
    const uint AbortTransaction = 0x1F;
    const uint PowerUpRequest = 0x5000_0000;
    const uint PowerUpAcknowledged = 0xA000_0000;
    const uint BankMask = 0xF0;
    const int MinimumClockHz = 100_000;

    static readonly TimeSpan PowerUpDeadline = TimeSpan.FromSeconds(1);
    static readonly TimeSpan ReturnDeadline = TimeSpan.FromSeconds(2);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    readonly SwdTransfer[] _one = new SwdTransfer[1];
    readonly uint[] _value = new uint[1];
    uint? _select;
    int _clockHz;
    int _disturbances;

    /// <summary>The probe below.</summary>
    public IProbe Probe => probe;

    /// <summary>Changes of the clock that bad transfers made necessary, in hertz; 0 for none.</summary>
    public int LoweredClockHz { get; private set; }

    /// <summary>Connects the probe, and attaches to the target.</summary>
    /// <returns>DPIDR; null when no target answers.</returns>
    public async ValueTask<uint?> AttachAsync(int clockHz, CancellationToken stop)
    {
        _clockHz = clockHz;
        await probe.ConnectAsync(clockHz, stop).ConfigureAwait(false);
        return await ReattachAsync(stop).ConfigureAwait(false);
    }

    /// <summary>Attaches again, as after a reset of the target or a break of the connection.</summary>
    public async ValueTask<uint?> ReattachAsync(CancellationToken stop)
    {
        // A target that was in the middle of something needs a second line reset to notice the first.
        for (var attempt = 0; attempt < 3; attempt++)
        {
            _select = null;
            if (!await probe.ResetLineAsync(stop).ConfigureAwait(false)) continue;
            if (await TryReadAsync(Identification, stop).ConfigureAwait(false) is { } idr && await TryPowerUpAsync(stop).ConfigureAwait(false)) return idr;
        }
        return null;
    }

    /// <summary>Attaches again, giving a target that is just resetting time to answer.</summary>
    /// <exception cref="PogolineException"><see cref="SwdFaults.Lost"/>.</exception>
    public async ValueTask ReturnAsync(CancellationToken stop)
    {
        var started = time.GetTimestamp();
        while (await ReattachAsync(stop).ConfigureAwait(false) is null)
        {
            if (time.GetElapsedTime(started) > ReturnDeadline) throw Lost("it does not answer any more");
            await Task.Delay(Pause, time, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Reads a register of an access port.</summary>
    /// <exception cref="PogolineException"><see cref="SwdFaults.Bus"/>, <see cref="SwdFaults.Lost"/>.</exception>
    public ValueTask<uint> ReadApAsync(byte port, byte register, CancellationToken stop) => AccessAsync(port, register, SwdTransfer.ReadAp(register), stop);

    /// <summary>Writes a register of an access port.</summary>
    /// <exception cref="PogolineException"><see cref="SwdFaults.Bus"/>, <see cref="SwdFaults.Lost"/>.</exception>
    public async ValueTask WriteApAsync(byte port, byte register, uint value, CancellationToken stop) =>
        await AccessAsync(port, register, SwdTransfer.WriteAp(register, value), stop).ConfigureAwait(false);

    /// <summary>The transfer that selects an access port and the bank of a register; null when they are selected.</summary>
    public SwdTransfer? Selecting(byte port, byte register)
    {
        var select = ((uint)port << 24) | (register & BankMask);
        return _select == select ? null : SwdTransfer.WriteDp(Select, select);
    }

    /// <summary>Carries transfers out, and keeps in mind what they select.</summary>
    public async ValueTask<SwdOutcome> RunAsync(ReadOnlyMemory<SwdTransfer> transfers, Memory<uint> reads, CancellationToken stop)
    {
        SwdOutcome outcome;
        try
        {
            outcome = await probe.TransferAsync(transfers, reads, stop).ConfigureAwait(false);
        }
        catch
        {
            _select = null;
            throw;
        }
        if (!outcome.IsOk) _select = null;
        else
        {
            foreach (var transfer in transfers.Span)
            {
                if (transfer is { IsAccessPort: false, IsRead: false, Address: Select }) _select = transfer.Value;
            }
        }
        return outcome;
    }

    /// <summary>Makes the target answer again after a transfer that was not answered with OK.</summary>
    /// <returns>CTRL/STAT with the sticky flags as they were; 0 when the line had to be reset.</returns>
    /// <exception cref="PogolineException"><see cref="SwdFaults.Lost"/>.</exception>
    public async ValueTask<uint> RecoverAsync(SwdAck ack, CancellationToken stop)
    {
        _select = null;
        if (ack is SwdAck.Fault or SwdAck.Wait && await TryReadAsync(ControlStatus, stop).ConfigureAwait(false) is { } status
            && await TryWriteAsync(Abort, ack == SwdAck.Wait ? AbortTransaction : ClearSticky, stop).ConfigureAwait(false))
        {
            return status;
        }
        // Noise on the line: once may be chance, twice is a clock that is too fast for these wires.
        if (++_disturbances > 1 && _clockHz / 2 >= MinimumClockHz)
        {
            LoweredClockHz = _clockHz /= 2;
            await probe.ConnectAsync(_clockHz, stop).ConfigureAwait(false);
        }
        await ReturnAsync(stop).ConfigureAwait(false);
        return 0;
    }

    /// <summary>The connection broke.</summary>
    public static PogolineException Lost(string why) => new(SwdFaults.Lost, $"The connection to the target is lost: {why}.",
        "Check the cable and the board's supply, then run the same command again; with long wires add --clock 1000000 or less.");

    async ValueTask<uint> AccessAsync(byte port, byte register, SwdTransfer transfer, CancellationToken stop)
    {
        for (var attempt = 0; ; attempt++)
        {
            SwdTransfer[] transfers = Selecting(port, register) is { } select ? [select, transfer] : [transfer];
            var outcome = await RunAsync(transfers, _value, stop).ConfigureAwait(false);
            if (outcome.IsOk) return _value[0];
            await RecoverAsync(outcome.Ack, stop).ConfigureAwait(false);
            if (outcome.Ack == SwdAck.Fault || attempt == 2)
                throw new PogolineException(SwdFaults.Bus, $"Register 0x{register:X2} of access port {port} answered {outcome.Ack}.", "Check the connection, then try again.");
        }
    }

    async ValueTask<bool> TryPowerUpAsync(CancellationToken stop)
    {
        if (!await TryWriteAsync(Abort, ClearSticky, stop).ConfigureAwait(false) || !await TryWriteAsync(ControlStatus, PowerUpRequest, stop).ConfigureAwait(false)) return false;
        var started = time.GetTimestamp();
        while (await TryReadAsync(ControlStatus, stop).ConfigureAwait(false) is { } status)
        {
            if ((status & PowerUpAcknowledged) == PowerUpAcknowledged) return true;
            if (time.GetElapsedTime(started) > PowerUpDeadline) return false;
            await Task.Delay(Pause, time, stop).ConfigureAwait(false);
        }
        return false;
    }

    async ValueTask<uint?> TryReadAsync(byte register, CancellationToken stop)
    {
        // CTRL/STAT and DPIDR are in bank 0, which a line reset selects; the first write to SELECT happens behind it.
        _one[0] = SwdTransfer.ReadDp(register);
        return (await probe.TransferAsync(_one, _value, stop).ConfigureAwait(false)).IsOk ? _value[0] : null;
    }

    async ValueTask<bool> TryWriteAsync(byte register, uint value, CancellationToken stop)
    {
        _one[0] = SwdTransfer.WriteDp(register, value);
        return (await probe.TransferAsync(_one, default, stop).ConfigureAwait(false)).IsOk;
    }
}
