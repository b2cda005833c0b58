using System.Text;
using Pogoline.Lab.Dfu;
using Pogoline.Links;

namespace Pogoline.Lab.Control;

/// <summary>
/// The service by which a host sends requests to a running system over endpoint 0: the part that answers in the interrupt (INIT, CHECK,
/// SEND, RECV, RESET and the raw requests), and the queue of what the system thread has to do for it.
/// </summary>
/// <param name="system">The system.</param>
sealed class ControlChannel(IControlSystem system)
{
    const int MaxActive = 4;
    const int PoolBytes = 512;
    const int ObjectBytes = 68;
    const int BufferLength = 64;
    const ushort InvalidId = 0;
    const ushort DeviceId = 20, SystemVersion = 30, ResetNow = 40, CloudDisconnect = 302;

    readonly RequestPool _pool = new(PoolBytes);
    readonly byte[] _buffer = new byte[BufferLength];
    // The newest first: RESET of all requests and a bus reset end them in this order.
    readonly LinkedList<ControlRequest> _active = [];
    readonly Queue<IEnumerable<TimeSpan>> _tasks = [];
    // What a handler that is done with an abandoned request leaves behind; it follows at once.
    readonly Queue<IEnumerable<TimeSpan>> _rest = [];
    // The request that the end of a data stage may end.
    ControlRequest? _current;
    ushort _lastId;
    int _length;
    ReadOnlyMemory<byte> _large;

    /// <summary>How many of the next allocations outside of the pool fail.</summary>
    public int FailingAllocations { get; set; }

    /// <summary>Whether the system thread has something to do.</summary>
    public bool HasTask => _tasks.Count > 0;

    /// <summary>Takes the next piece of the system thread's work.</summary>
    public IEnumerable<TimeSpan> TakeTask() => _tasks.Dequeue();

    /// <summary>What is left to do after a handler has called <see cref="ControlRequest.Finish"/> outside of its turn.</summary>
    public IEnumerable<TimeSpan> TakeRest()
    {
        while (_rest.TryDequeue(out var rest))
        {
            foreach (var busy in rest) yield return busy;
        }
    }

    /// <summary>One vendor request to the device.</summary>
    /// <param name="setup">The SETUP packet.</param>
    /// <param name="data">What the host sends.</param>
    /// <param name="isBrokenOff">Whether the host gives up after the SETUP packet: there is no data stage.</param>
    public ControlReply Control(SetupPacket setup, ReadOnlySpan<byte> data, bool isBrokenOff = false)
    {
        if (!setup.IsIn) return Write(setup, data, isBrokenOff);
        (_length, _large) = (setup.Length, default);
        var hasBuffer = setup.Length is > 0 and <= BufferLength;
        if (!Serve(setup, hasBuffer ? _buffer.AsSpan(0, setup.Length) : default)) return ControlReply.Stall;
        var answer = hasBuffer ? _buffer.AsMemory(0, _length).ToArray() : _large;
        if (isBrokenOff) return ControlReply.Acknowledge;
        EndDataStage();
        return new(ControlOutcome.Acknowledged, answer);
    }

    /// <summary>A reset of the bus ends every request.</summary>
    public void BusReset()
    {
        EndAll(ControlResult.Aborted);
        _current = null;
    }

    /// <summary>Takes memory outside of the pool; false when there is none.</summary>
    public bool TryTakeHeap()
    {
        if (FailingAllocations == 0) return true;
        FailingAllocations--;
        return false;
    }

    /// <summary>The handler of a request is done.</summary>
    public void Finish(ControlRequest request, int result)
    {
        FreePayload(request);
        if (request.IsAbandoned)
        {
            _rest.Enqueue(End(request));
            return;
        }
        (request.Result, request.State) = (result, RequestState.Done);
    }

    // Up to 64 bytes are taken first, and then nobody asks whether they were welcome; for more the request must have room at once.
    ControlReply Write(SetupPacket setup, ReadOnlySpan<byte> data, bool isBrokenOff)
    {
        _length = setup.Length;
        switch (setup.Length)
        {
            case 0:
                return Serve(setup, default) ? ControlReply.Acknowledge : ControlReply.Stall;
            case <= BufferLength when isBrokenOff:
                return ControlReply.Acknowledge;
            case <= BufferLength:
                data.CopyTo(_buffer);
                Serve(setup, _buffer.AsSpan(0, setup.Length));
                return ControlReply.Acknowledge;
            default:
                if (!Serve(setup, default)) return ControlReply.Stall;
                if (!isBrokenOff) TakeLarge(setup, data);
                return ControlReply.Acknowledge;
        }
    }

    bool Serve(SetupPacket setup, Span<byte> buffer) => setup.Request switch
    {
        ControlService.Init => Init(setup, buffer),
        ControlService.Check => Check(setup, buffer),
        ControlService.Send => Send(setup, buffer),
        ControlService.Receive => Receive(setup, buffer),
        ControlService.Reset => Reset(setup, buffer),
        ControlService.Raw => Raw(setup, buffer),
        _ => false,
    };

    bool Init(SetupPacket setup, Span<byte> buffer)
    {
        if (buffer.Length != BufferLength) return false;
        if (_active.Count == MaxActive) return Answer(new(ServiceStatus.Busy));
        if (!_pool.TryAllocate(ObjectBytes, out var block)) return Answer(new(ServiceStatus.NoMemory));
        var request = new ControlRequest(this, ++_lastId, setup.Index, setup.Value) { Block = block };
        _active.AddFirst(request);
        var status = ServiceStatus.Ok;
        if (setup.Value == 0)
        {
            Start(request);
            CancelConnectingFor(request.Type);
        }
        else if (setup.Value <= BufferLength && _pool.TryAllocate(setup.Value, out var payload))
        {
            (request.PayloadBlock, request.State) = (payload, RequestState.ReceivingPayload);
        }
        else
        {
            request.State = RequestState.AllocationPending;
            _tasks.Enqueue(AllocatePayload(request));
            status = ServiceStatus.Pending;
        }
        return Answer(new(status, request.Id));
    }

    bool Check(SetupPacket setup, Span<byte> buffer)
    {
        if (buffer.Length != BufferLength) return false;
        if (Find(setup.Index) is not { } request) return Answer(new(ServiceStatus.NotFound));
        switch (request.State)
        {
            case RequestState.AllocationFailed:
                End(request, request.Result);
                return Answer(new(ServiceStatus.NoMemory));
            case RequestState.ReceivingPayload:
                return Answer(new(ServiceStatus.Ok));
            case RequestState.Done:
                if (request.Reply.IsEmpty) _current = request;
                return Answer(new(ServiceStatus.Ok, Size: request.Reply.IsEmpty ? null : (uint)request.Reply.Length, Result: request.Result));
            default:
                return Answer(new(ServiceStatus.Pending));
        }
    }

    // Neither here nor in Receive does the firmware look at the direction.
    bool Send(SetupPacket setup, Span<byte> buffer)
    {
        if (!CanSend(setup, out var request)) return false;
        if (setup.Length > BufferLength) return true;
        if (buffer.IsEmpty) return false;
        Append(request, buffer);
        return true;
    }

    bool CanSend(SetupPacket setup, out ControlRequest request)
    {
        request = Find(setup.Index)!;
        return request is { State: RequestState.ReceivingPayload } && setup.Length > 0
            && (system.AllowsChunks ? setup.Length <= request.Missing : setup.Length == request.Missing);
    }

    void TakeLarge(SetupPacket setup, ReadOnlySpan<byte> data)
    {
        if (setup.Request == ControlService.Send && CanSend(setup, out var request)) Append(request, data);
    }

    void Append(ControlRequest request, ReadOnlySpan<byte> part)
    {
        request.Append(part);
        if (request.Missing == 0) Start(request);
    }

    bool Receive(SetupPacket setup, Span<byte> buffer)
    {
        if (Find(setup.Index) is not { State: RequestState.Done } request || setup.Length == 0) return false;
        if (system.AllowsChunks ? setup.Length > request.Unfetched : setup.Length != request.Unfetched) return false;
        var part = request.Fetch(setup.Length);
        if (setup.Length <= BufferLength) part.Span.CopyTo(buffer);
        else _large = part;
        _current = request;
        return true;
    }

    bool Reset(SetupPacket setup, Span<byte> buffer)
    {
        if (buffer.Length != BufferLength) return false;
        if (setup.Index == InvalidId) EndAll(ControlResult.Cancelled);
        else if (Find(setup.Index) is { } request) End(request, ControlResult.Cancelled);
        else return Answer(new(ServiceStatus.NotFound));
        return Answer(new(ServiceStatus.Ok));
    }

    bool Raw(SetupPacket setup, Span<byte> buffer)
    {
        if (setup.IsIn)
        {
            var text = setup.Index switch
            {
                DeviceId => system.DeviceId.ToUpperInvariant(),
                SystemVersion => system.Version,
                _ => null,
            };
            if (text is null || buffer.Length < text.Length) return false;
            _length = Encoding.ASCII.GetBytes(text, buffer);
            return true;
        }
        if (!system.AllowsRawActions) return false;
        switch (setup.Index)
        {
            case ResetNow: system.ResetNow(); break;
            case CloudDisconnect: system.CancelConnecting(forGood: true); break;
            default: return false;
        }
        // The action is taken, but a longer data stage finds no buffer.
        return setup.Length <= BufferLength;
    }

    void CancelConnectingFor(ushort type)
    {
        if (ControlType.LeavesSystem(type)) system.CancelConnecting(forGood: true);
        else if (type == ControlType.StartListening) system.CancelConnecting(forGood: false);
    }

    bool Answer(ServiceReply reply)
    {
        _length = reply.Write(_buffer);
        return true;
    }

    ControlRequest? Find(ushort id)
    {
        foreach (var request in _active)
        {
            if (request.Id == id) return request;
        }
        return null;
    }

    void Start(ControlRequest request)
    {
        request.State = RequestState.Pending;
        _tasks.Enqueue(Run(request));
    }

    IEnumerable<TimeSpan> Run(ControlRequest request)
    {
        foreach (var busy in system.Handle(request)) yield return busy;
        foreach (var busy in TakeRest()) yield return busy;
    }

    IEnumerable<TimeSpan> AllocatePayload(ControlRequest request)
    {
        var isThere = TryTakeHeap();
        if (request.IsAbandoned)
        {
            _pool.Free(request.Block);
            yield break;
        }
        request.HasHeapPayload = isThere;
        request.State = isThere ? RequestState.ReceivingPayload : RequestState.AllocationFailed;
    }

    void EndDataStage()
    {
        if (_current is not { } request || request.Unfetched > 0) return;
        _current = null;
        End(request, ControlResult.Ok);
    }

    void EndAll(int result)
    {
        while (_active.First is { } first) End(first.Value, result);
    }

    // What the system thread has in hand it finishes itself.
    void End(ControlRequest request, int result)
    {
        _active.Remove(request);
        if (_current == request) _current = null;
        request.Result = result;
        if (request.State is RequestState.AllocationPending or RequestState.Pending)
        {
            request.IsAbandoned = true;
            return;
        }
        FreePooledPayload(request);
        if (request.NeedsSystemThread) _tasks.Enqueue(End(request));
        else _pool.Free(request.Block);
    }

    IEnumerable<TimeSpan> End(ControlRequest request)
    {
        FreePayload(request);
        if (request.Completion is { } completion)
        {
            foreach (var busy in completion(request.Result)) yield return busy;
        }
        _pool.Free(request.Block);
    }

    void FreePayload(ControlRequest request)
    {
        FreePooledPayload(request);
        request.HasHeapPayload = false;
    }

    void FreePooledPayload(ControlRequest request)
    {
        if (request.PayloadBlock is not { } block) return;
        _pool.Free(block);
        request.PayloadBlock = null;
    }
}
