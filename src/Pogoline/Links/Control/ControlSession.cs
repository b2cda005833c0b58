using System.Buffers;

namespace Pogoline.Links.Control;

/// <summary>
/// The service protocol that carries control requests over endpoint 0 of a running system (normal, listening or safe mode). The pipe stays
/// its owner's. Several requests may be under way: the device carries them out in the order in which their payloads arrived.
/// </summary>
public sealed class ControlSession
{
    /// <summary>The longest reply that is fetched, in bytes; a device that announces more is not believed.</summary>
    public const int MaximumReply = 128 * 1024;

    /// <summary>How long a request may take unless said otherwise.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);

    /// <summary>The most bytes in one transfer that every host system carries.</summary>
    const int MaximumTransfer = 4096;

    const byte VendorIn = 0xC0;
    const byte VendorOut = 0x40;
    const ushort AllRequests = 0;

    static readonly TimeSpan TransferTimeout = TimeSpan.FromSeconds(5);

    // Most answers are there at once; the long ones are those of modems and of flash that is being erased.
    static readonly int[] CheckMilliseconds = [1, 1, 2, 2, 5, 5, 10, 10, 20, 20, 50, 50, 100, 100, 250, 250, 500, 500, 1000];

    readonly IControlPipe _pipe;
    readonly TimeProvider _time;
    readonly byte[] _buffer = new byte[ServiceReply.TransferLength];
    int _underWay;

    ControlSession(IControlPipe pipe, TimeProvider time) => (_pipe, _time) = (pipe, time);

    /// <summary>Starts to talk: drops what an earlier program may have left behind.</summary>
    /// <exception cref="PogolineException"><see cref="ControlFaults.NotSupported"/> when the device does not know the protocol, <see cref="ControlFaults.Gone"/>.</exception>
    public static async ValueTask<ControlSession> OpenAsync(IControlPipe pipe, TimeProvider time, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        ArgumentNullException.ThrowIfNull(time);
        stop.ThrowIfCancellationRequested();
        var session = new ControlSession(pipe, time);
        await session.ServeAsync(ControlService.Reset, 0, AllRequests, "starting control requests").ConfigureAwait(false);
        return session;
    }

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <param name="type">What to ask for.</param>
    /// <param name="payload">The message, up to 65535 bytes; empty for none.</param>
    /// <param name="timeout">How long the device may take.</param>
    /// <param name="stop">Observed while the device works; the request is dropped then.</param>
    /// <returns>The answer; a negative result is one too.</returns>
    /// <exception cref="PogolineException">The device gave no answer: <see cref="ControlFaults"/>.</exception>
    public async ValueTask<ControlReply> RequestAsync(ControlRequestType type, ReadOnlyMemory<byte> payload, TimeSpan timeout, CancellationToken stop)
    {
        for (var isRepeated = false; ; isRepeated = true)
        {
            try
            {
                var call = await TryStartAsync(type, payload, timeout, stop).ConfigureAwait(false) ?? throw NoRoom(type);
                return await FinishAsync(call, stop).ConfigureAwait(false);
            }
            catch (PogolineException e) when (e.Code == ControlFaults.Lost && !isRepeated && type.IsRepeatable())
            {
                // Devices lose a request that follows a reset one (Device OS 2.3.1 to 4.2.0), and a broken transfer loses a part of a reply.
            }
        }
    }

    /// <summary>Hands a request to the device, payload and all.</summary>
    /// <param name="type">What to ask for.</param>
    /// <param name="payload">The message, up to 65535 bytes; empty for none.</param>
    /// <param name="timeout">How long the device may take until the answer.</param>
    /// <param name="stop">Observed while the device makes room; the request is dropped then.</param>
    /// <returns>The request; null when the device has no room beside those that are under way: finish one, then try again.</returns>
    public async ValueTask<ControlCall?> TryStartAsync(ControlRequestType type, ReadOnlyMemory<byte> payload, TimeSpan timeout, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, ushort.MaxValue);
        var started = _time.GetTimestamp();
        for (var tries = 0; ; tries++)
        {
            stop.ThrowIfCancellationRequested();
            var reply = await ServeAsync(ControlService.Init, (ushort)payload.Length, (ushort)type, $"{type}").ConfigureAwait(false);
            switch (reply)
            {
                case { Status: ServiceStatus.Ok or ServiceStatus.Pending, Id: { } id }:
                    var call = new ControlCall(type, id, started, timeout);
                    _underWay++;
                    if (payload.Length == 0 || await SendAsync(call, payload, reply.Status == ServiceStatus.Pending, stop).ConfigureAwait(false)) return call;
                    _underWay--;
                    break;
                case { Status: ServiceStatus.Busy or ServiceStatus.NoMemory }:
                    break;
                default:
                    throw Nonsense($"{type}", $"INIT was answered {reply}");
            }
            if (_underWay > 0) return null;
            if (_time.GetElapsedTime(started) > timeout) throw NoRoom(type);
            await WaitAsync(tries, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Waits for the answer to a request and fetches it.</summary>
    /// <param name="call">The request.</param>
    /// <param name="stop">Observed while the device works; the request is dropped then.</param>
    public async ValueTask<ControlReply> FinishAsync(ControlCall call, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(call);
        try
        {
            var reply = await CheckAsync(call, stop).ConfigureAwait(false);
            if (reply.Result is not { } result) throw Nonsense($"{call.Type}", "the device still waits for data that it was sent");
            if (reply.Size is not (> 0 and var size)) return new(new(result), default);
            if (size > MaximumReply) throw Nonsense($"{call.Type}", $"the device announces a reply of {size} bytes");
            return new(new(result), await ReceiveAsync(call, (int)size).ConfigureAwait(false));
        }
        catch (Exception e) when (IsWorthDropping(e))
        {
            await DropAsync(call).ConfigureAwait(false);
            throw;
        }
        finally
        {
            _underWay--;
        }
    }

    /// <summary>Takes the places of all requests back; their handlers still run, and nobody will learn how they ended.</summary>
    public async ValueTask DropAllAsync()
    {
        await ServeAsync(ControlService.Reset, 0, AllRequests, "dropping all requests").ConfigureAwait(false);
        _underWay = 0;
    }

    /// <summary>Waits for the memory that a payload needs and sends it.</summary>
    /// <returns>False when the device has no memory for it and has dropped the request.</returns>
    async ValueTask<bool> SendAsync(ControlCall call, ReadOnlyMemory<byte> payload, bool mustWait, CancellationToken stop)
    {
        try
        {
            if (mustWait)
            {
                var reply = await CheckAsync(call, stop).ConfigureAwait(false);
                if (reply.Status == ServiceStatus.NoMemory) return false;
                if (reply.Result is { } early) throw Nonsense($"{call.Type}", $"the device has a result ({early}) before it was sent the data");
            }
            for (var sent = 0; sent < payload.Length;)
            {
                var chunk = payload.Slice(sent, Math.Min(MaximumTransfer, payload.Length - sent));
                var setup = new SetupPacket(VendorOut, (byte)ControlService.Send, 0, call.Id, (ushort)chunk.Length);
                var result = await _pipe.WriteAsync(setup, chunk, TransferTimeout, CancellationToken.None).ConfigureAwait(false);
                if (!result.IsCompleted) throw Broken(result, $"{call.Type}");
                sent += chunk.Length;
            }
            return true;
        }
        catch (Exception e)
        {
            _underWay--;
            if (IsWorthDropping(e)) await DropAsync(call).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>CHECK until the device is no longer at it.</summary>
    async ValueTask<ServiceReply> CheckAsync(ControlCall call, CancellationToken stop)
    {
        for (var tries = 0; ; tries++)
        {
            var reply = await ServeAsync(ControlService.Check, 0, call.Id, $"{call.Type}").ConfigureAwait(false);
            switch (reply.Status)
            {
                case ServiceStatus.Ok or ServiceStatus.NoMemory:
                    return reply;
                case ServiceStatus.Pending when _time.GetElapsedTime(call.Started) > call.Timeout:
                    throw new PogolineException(ControlFaults.TimedOut, $"The board did not answer the request {call.Type} within {call.Timeout.TotalSeconds} s.",
                        "Reset the board, or start safe mode so that no user firmware blocks it, then try again.");
                case ServiceStatus.Pending:
                    await WaitAsync(tries, stop).ConfigureAwait(false);
                    break;
                case ServiceStatus.NotFound:
                    throw new PogolineException(ControlFaults.Lost, $"The board forgot the request {call.Type}.", "Close other programs that use the board, then try again.");
                default:
                    throw Nonsense($"{call.Type}", $"CHECK was answered {reply}");
            }
        }
    }

    async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(ControlCall call, int size)
    {
        var data = new byte[size];
        for (var received = 0; received < size;)
        {
            var length = Math.Min(MaximumTransfer, size - received);
            var setup = new SetupPacket(VendorIn, (byte)ControlService.Receive, 0, call.Id, (ushort)length);
            var result = await _pipe.ReadAsync(setup, data.AsMemory(received, length), TransferTimeout, CancellationToken.None).ConfigureAwait(false);
            if (!result.IsCompleted) throw Broken(result, $"{call.Type}");
            if (result.Count != length) throw Nonsense($"{call.Type}", $"{result.Count} bytes of the reply came instead of {length}");
            received += length;
        }
        return data;
    }

    /// <summary>Takes the place of a request back; what its handler does, it does.</summary>
    async ValueTask DropAsync(ControlCall call)
    {
        var setup = new SetupPacket(VendorIn, (byte)ControlService.Reset, 0, call.Id, ServiceReply.TransferLength);
        await _pipe.ReadAsync(setup, new byte[ServiceReply.TransferLength], TransferTimeout, CancellationToken.None).ConfigureAwait(false);
    }

    async ValueTask<ServiceReply> ServeAsync(ControlService service, ushort value, ushort index, string subject)
    {
        var setup = new SetupPacket(VendorIn, (byte)service, value, index, ServiceReply.TransferLength);
        var result = await _pipe.ReadAsync(setup, _buffer, TransferTimeout, CancellationToken.None).ConfigureAwait(false);
        if (result.Status == TransferStatus.Stalled && service is ControlService.Init or ControlService.Reset)
        {
            throw new PogolineException(ControlFaults.NotSupported, $"The board refuses {service} of the control requests ({subject}).",
                "Use DFU: the Device OS on the board is older than 0.8.0, or none runs.");
        }
        if (!result.IsCompleted) throw Broken(result, subject);
        return ServiceReply.TryRead(_buffer.AsSpan(0, result.Count), out var reply) == OperationStatus.Done
            ? reply : throw Nonsense(subject, $"{service} was answered {Convert.ToHexString(_buffer.AsSpan(0, result.Count))}");
    }

    Task WaitAsync(int tries, CancellationToken stop) =>
        Task.Delay(TimeSpan.FromMilliseconds(CheckMilliseconds[Math.Min(tries, CheckMilliseconds.Length - 1)]), _time, stop);

    /// <summary>Whether the device is there and may still keep a place for the request.</summary>
    static bool IsWorthDropping(Exception e) => e is OperationCanceledException || (e is PogolineException { Code: var code } && code != ControlFaults.Gone);

    static PogolineException NoRoom(ControlRequestType type) => new(ControlFaults.Busy, $"The board has no room for the request {type}.",
        "Reset the board, or start safe mode, then try again.");

    static PogolineException Nonsense(string subject, string what) => new(ControlFaults.Nonsense, $"{subject}: {what}.",
        "Check the cable and the hub, reset the board, then try again.");

    static PogolineException Broken(TransferResult result, string subject) => result.Status switch
    {
        TransferStatus.Gone => new(ControlFaults.Gone, $"{subject}: the board left the bus.", "Wait until it is back, then try again."),
        TransferStatus.TimedOut => new(ControlFaults.TimedOut, $"{subject}: the board did not answer a transfer within {TransferTimeout.TotalSeconds} s.",
            "Reset the board, then try again."),
        _ => new(ControlFaults.Lost, $"{subject}: a transfer ended as {result.Status}.", "Check the cable and the hub, then try again."),
    };
}
