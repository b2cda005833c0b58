using System.Buffers.Binary;

namespace Pogoline.Links.Swd.Probes.StLink;

/// <summary>
/// An ST-LINK/V2 or V2-1. It selects access ports and repeats WAIT itself, so transfers become its register commands, one by one; memory goes by
/// <see cref="StLinkMemory"/>, which is faster by far.
/// </summary>
sealed class StLinkProbe : IProbe
{
    const int OldestMajor = 2;
    const byte Select = 0x8;
    const byte ReadBuffer = 0xC;
    const byte ControlStatus = 0x4;
    const uint PoweredUp = 0xF000_0000;
    const uint BankMask = 0xF0;
    const int Tries = 8;

    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    // kHz and divisor, as the firmware has them.
    static readonly (int KiloHertz, ushort Divisor)[] Clocks =
        [(4000, 0), (1800, 1), (1200, 2), (950, 3), (650, 5), (480, 7), (400, 9), (360, 10), (240, 15), (150, 25), (125, 31), (100, 40), (50, 79), (25, 158), (15, 265), (5, 798)];

    readonly IPacketPipe _pipe;
    readonly TimeProvider _time;
    readonly StLinkVersion _version;
    bool _isConnected;
    uint _select;

    StLinkProbe(IPacketPipe pipe, TimeProvider time, StLinkVersion version)
    {
        (_pipe, _time, _version) = (pipe, time, version);
        Memory = new StLinkMemory(this);
        Description = new(ProbeKind.StLink, version.ToString())
        {
            PacketSize = pipe.PacketSize,
            ReachesAccessPorts = version.HasRegisters,
            Notes = version.HasHalfWords ? [] : [$"The ST-LINK's firmware {version} is old; V2J26 or later is better tested."],
        };
    }

    public ProbeDescription Description { get; }

    public IMemory Memory { get; }

    /// <summary>The firmware.</summary>
    public StLinkVersion Version => _version;

    /// <summary>Asks the probe what it is.</summary>
    /// <exception cref="PogolineException"><see cref="SwdFaults"/>: it does not answer, or is an ST-LINK/V1.</exception>
    public static async ValueTask<StLinkProbe> OpenAsync(IPacketPipe pipe, TimeProvider time, CancellationToken stop)
    {
        const int versionLength = 6;
        var reply = await ExchangeAsync(pipe, StLinkCommand.GetVersion, versionLength, stop).ConfigureAwait(false);
        var version = StLinkVersion.Read(reply);
        return version.Major >= OldestMajor ? new(pipe, time, version)
            : throw new PogolineException(SwdFaults.ProbeUnfit, $"The probe is an ST-LINK/V1 ({version}).", "Use an ST-LINK/V2 or another probe.");
    }

    public async ValueTask ConnectAsync(int clockHz, CancellationToken stop)
    {
        if (!_isConnected) await LeaveOtherModesAsync(stop).ConfigureAwait(false);
        _isConnected = true;
        if (!_version.HasClock) return;
        const int kilo = 1000;
        var clock = Clocks.FirstOrDefault(c => c.KiloHertz * kilo <= clockHz, Clocks[^1]);
        await RunAsync(StLinkCommand.SetDivisor(clock.Divisor), stop).ConfigureAwait(false);
    }

    public async ValueTask<bool> ResetLineAsync(CancellationToken stop)
    {
        _select = 0;
        var status = await RunAsync(StLinkCommand.EnterSwd, stop).ConfigureAwait(false);
        if (status != StLinkStatus.Ok) return false;
        if (_version.OpensPorts) await RunAsync(StLinkCommand.OpenAccessPort(0), stop).ConfigureAwait(false);
        return true;
    }

    public async ValueTask<SwdOutcome> TransferAsync(ReadOnlyMemory<SwdTransfer> transfers, Memory<uint> reads, CancellationToken stop)
    {
        var read = 0;
        for (var i = 0; i < transfers.Length; i++)
        {
            stop.ThrowIfCancellationRequested();
            var transfer = transfers.Span[i];
            var (ack, value) = transfer.IsRead ? await ReadAsync(transfer, stop).ConfigureAwait(false) : (await WriteAsync(transfer, stop).ConfigureAwait(false), 0);
            if (ack != SwdAck.Ok) return new(ack, i);
            if (transfer.IsRead) reads.Span[read++] = value;
        }
        return new(SwdAck.Ok, transfers.Length);
    }

    public async ValueTask SetResetAsync(bool isAsserted, CancellationToken stop) => await RunAsync(StLinkCommand.DriveReset(isAsserted), stop).ConfigureAwait(false);

    public async ValueTask<double?> ReadVoltageAsync(CancellationToken stop)
    {
        // The reference is 1.2 V, and the target's voltage is divided by two.
        const int length = 8;
        const double reference = 1.2, divider = 2;
        var reply = await ExchangeAsync(_pipe, StLinkCommand.GetVoltage, length, stop).ConfigureAwait(false);
        var (of, target) = (BinaryPrimitives.ReadUInt32LittleEndian(reply), BinaryPrimitives.ReadUInt32LittleEndian(reply.AsSpan(4)));
        return of == 0 ? null : Math.Round(divider * target * reference / of, 3);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_isConnected) await SendAsync(StLinkCommand.ExitDebug, CancellationToken.None).ConfigureAwait(false);
        }
        catch (PogolineException)
        {
            // A probe that is gone needs no farewell.
        }
        await _pipe.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Runs a command whose reply is a status, again while it says to wait.</summary>
    public async ValueTask<StLinkStatus> RunAsync(StLinkCommand command, CancellationToken stop)
    {
        const int statusLength = 2;
        var reply = await RepeatAsync(command, statusLength, stop).ConfigureAwait(false);
        return (StLinkStatus)reply[0];
    }

    /// <summary>A memory access: the command, its data, and how it ended, all under way at once.</summary>
    public async ValueTask<(StLinkStatus Status, uint Address)> AccessAsync(StLinkCommand command, ReadOnlyMemory<byte> send, Memory<byte> receive, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        const int shortLength = 2, longLength = 12, addressOffset = 4;
        var status = new byte[_version.HasLongStatus ? longLength : shortLength];
        List<Task<TransferResult>> steps = [WriteAsync(command.Bytes)];
        if (!send.IsEmpty) steps.Add(WriteAsync(send));
        if (!receive.IsEmpty) steps.Add(ReadAsync(receive));
        steps.Add(WriteAsync((_version.HasLongStatus ? StLinkCommand.GetLongStatus : StLinkCommand.GetStatus).Bytes));
        steps.Add(ReadAsync(status));
        foreach (var result in await Task.WhenAll(steps).ConfigureAwait(false)) if (!result.IsCompleted) throw ProbeProblems.Gone(ProbeKind.StLink, result);
        return ((StLinkStatus)status[0], _version.HasLongStatus ? BinaryPrimitives.ReadUInt32LittleEndian(status.AsSpan(addressOffset)) : 0);
    }

    /// <summary>Waits before a command is tried again.</summary>
    public ValueTask BackOffAsync(int attempt, CancellationToken stop) => new(Task.Delay(TimeSpan.FromMilliseconds(1 << attempt), _time, stop));

    /// <summary>What a status means on the wire.</summary>
    public static SwdAck AckOf(StLinkStatus status) => status switch
    {
        StLinkStatus.Ok or StLinkStatus.WriteVerify => SwdAck.Ok,
        StLinkStatus.ApWait or StLinkStatus.DpWait => SwdAck.Wait,
        StLinkStatus.Fault or StLinkStatus.ApFault or StLinkStatus.DpFault or StLinkStatus.ApSticky or StLinkStatus.ApOverrun or StLinkStatus.ApWriteData
            or StLinkStatus.WriteError or StLinkStatus.BadAp => SwdAck.Fault,
        StLinkStatus.ApParity or StLinkStatus.DpParity => SwdAck.Parity,
        _ => SwdAck.NoAnswer,
    };

    async ValueTask LeaveOtherModesAsync(CancellationToken stop)
    {
        const int modeLength = 2, mostModes = 3;
        for (var i = 0; i < mostModes; i++)
        {
            StLinkCommand? exit = (await ExchangeAsync(_pipe, StLinkCommand.GetMode, modeLength, stop).ConfigureAwait(false))[0] switch
            {
                0 => StLinkCommand.ExitDfu,
                2 => StLinkCommand.ExitDebug,
                3 => StLinkCommand.ExitSwim,
                _ => null,
            };
            if (exit is null) return;
            await SendAsync(exit.Value, stop).ConfigureAwait(false);
        }
    }

    async ValueTask<(SwdAck Ack, uint Value)> ReadAsync(SwdTransfer transfer, CancellationToken stop)
    {
        const int registerLength = 8, idCodesLength = 12, valueOffset = 4;
        if (!_version.HasRegisters && !transfer.IsAccessPort)
        {
            // Such firmware powers the debug port up itself, and tells of it only DPIDR.
            if (transfer.Address == ControlStatus) return (SwdAck.Ok, PoweredUp);
            var codes = await RepeatAsync(StLinkCommand.ReadIdCodes, idCodesLength, stop).ConfigureAwait(false);
            return (AckOf((StLinkStatus)codes[0]), BinaryPrimitives.ReadUInt32LittleEndian(codes.AsSpan(valueOffset)));
        }
        RequireRegisters();
        var (port, register) = Target(transfer);
        var reply = await RepeatAsync(StLinkCommand.ReadRegister(port, register), registerLength, stop).ConfigureAwait(false);
        return (AckOf((StLinkStatus)reply[0]), BinaryPrimitives.ReadUInt32LittleEndian(reply.AsSpan(valueOffset)));
    }

    async ValueTask<SwdAck> WriteAsync(SwdTransfer transfer, CancellationToken stop)
    {
        if (transfer is { IsAccessPort: false, Address: Select })
        {
            // Its register commands name the port and the whole register.
            _select = transfer.Value;
            return SwdAck.Ok;
        }
        if (!_version.HasRegisters && !transfer.IsAccessPort) return SwdAck.Ok;
        RequireRegisters();
        var (port, register) = Target(transfer);
        return AckOf(await RunAsync(StLinkCommand.WriteRegister(port, register, transfer.Value), stop).ConfigureAwait(false));
    }

    (byte? Port, byte Register) Target(SwdTransfer transfer) => transfer.IsAccessPort
        ? ((byte)(_select >> 24), (byte)((_select & BankMask) | transfer.Address))
        : (null, transfer.Address == ReadBuffer ? ReadBuffer : transfer.Address);

    void RequireRegisters()
    {
        if (!_version.HasRegisters)
            throw new PogolineException(SwdFaults.ProbeUnfit, $"The ST-LINK's firmware {_version} cannot reach access ports; V2J24 or later can.", "Update the ST-LINK's firmware with ST's program, or use another probe.");
    }

    async ValueTask<byte[]> RepeatAsync(StLinkCommand command, int length, CancellationToken stop)
    {
        for (var attempt = 0; ; attempt++)
        {
            var reply = await ExchangeAsync(_pipe, command, length, stop).ConfigureAwait(false);
            if (AckOf((StLinkStatus)reply[0]) != SwdAck.Wait || attempt == Tries) return reply;
            await BackOffAsync(attempt, stop).ConfigureAwait(false);
        }
    }

    static async ValueTask<byte[]> ExchangeAsync(IPacketPipe pipe, StLinkCommand command, int length, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var reply = new byte[length];
        var writing = pipe.WriteAsync(command.Bytes, Timeout, CancellationToken.None).AsTask();
        var read = await pipe.ReadAsync(reply, Timeout, CancellationToken.None).ConfigureAwait(false);
        var write = await writing.ConfigureAwait(false);
        if (!write.IsCompleted || !read.IsCompleted) throw ProbeProblems.Gone(ProbeKind.StLink, write.IsCompleted ? read : write);
        return read.Count == length ? reply : throw ProbeProblems.Nonsense(ProbeKind.StLink, $"{read.Count} bytes came instead of {length}");
    }

    async ValueTask SendAsync(StLinkCommand command, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var result = await _pipe.WriteAsync(command.Bytes, Timeout, CancellationToken.None).ConfigureAwait(false);
        if (!result.IsCompleted) throw ProbeProblems.Gone(ProbeKind.StLink, result);
    }

    Task<TransferResult> WriteAsync(ReadOnlyMemory<byte> data) => _pipe.WriteAsync(data, Timeout, CancellationToken.None).AsTask();

    Task<TransferResult> ReadAsync(Memory<byte> data) => _pipe.ReadAsync(data, Timeout, CancellationToken.None).AsTask();
}
