using System.Buffers.Binary;
using Pogoline.Links;

namespace Pogoline.Tests.Links.Control;

/// <summary>A device that serves requests as a test says, and misbehaves as it says.</summary>
sealed class ScriptedControlDevice : IControlPipe
{
    readonly Dictionary<ushort, Request> _requests = [];
    ushort _lastId;
    int _transfers;

    /// <summary>The answer to a type and payload.</summary>
    public Func<ushort, byte[], (int Result, byte[] Reply)> Handler { get; set; } = (_, _) => (0, []);

    /// <summary>How many CHECKs find a request unfinished.</summary>
    public int Pending { get; set; }

    /// <summary>How many INITs are refused with that status.</summary>
    public int Refusals { get; set; }

    public byte RefusalStatus { get; set; } = 3;

    public int Slots { get; set; } = 4;

    /// <summary>Instead of the true size of a reply.</summary>
    public uint? DeclaredSize { get; set; }

    /// <summary>How many new requests are forgotten at once, although they are carried out.</summary>
    public int Lost { get; set; }

    /// <summary>Looks at a transfer by its number before it is carried out; null lets it pass.</summary>
    public Func<int, SetupPacket, TransferResult?> Fault { get; set; } = (_, _) => null;

    /// <summary>Changes what INIT, CHECK and RESET answer.</summary>
    public Func<byte[], byte[]> Garble { get; set; } = reply => reply;

    public List<(ushort Type, byte[] Payload)> Handled { get; } = [];

    public List<SetupPacket> Setups { get; } = [];

    public int MostAtOnce { get; private set; }

    public ValueTask<TransferResult> ReadAsync(SetupPacket setup, Memory<byte> data, TimeSpan timeout, CancellationToken stop)
    {
        Setups.Add(setup);
        if (Fault(_transfers++, setup) is { } fault) return new(fault);
        if (setup is not { RequestType: 0xC0, Request: >= 1 and <= 5 }) return new(new TransferResult(TransferStatus.Stalled, 0));
        var reply = setup.Request == 4 ? Receive(setup) : Garble(Serve(setup));
        if (reply is null) return new(new TransferResult(TransferStatus.Stalled, 0));
        reply.CopyTo(data);
        return new(new TransferResult(TransferStatus.Completed, reply.Length));
    }

    public ValueTask<TransferResult> WriteAsync(SetupPacket setup, ReadOnlyMemory<byte> data, TimeSpan timeout, CancellationToken stop)
    {
        Setups.Add(setup);
        if (Fault(_transfers++, setup) is { } fault) return new(fault);
        if (_requests.TryGetValue(setup.Index, out var request))
        {
            request.Payload.AddRange(data.Span);
            if (request.Payload.Count == request.Size) Run(request);
        }
        return new(new TransferResult(TransferStatus.Completed, data.Length));
    }

    public ValueTask<TransferResult> SelectAlternateAsync(byte interfaceNumber, byte alternate, TimeSpan timeout, CancellationToken stop) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    byte[] Serve(SetupPacket setup)
    {
        switch (setup.Request)
        {
            case 5:
                if (setup.Index == 0) _requests.Clear();
                else _requests.Remove(setup.Index);
                return Reply(0);
            case 1:
                if (Refusals > 0)
                {
                    Refusals--;
                    return Reply(RefusalStatus);
                }
                if (_requests.Count == Slots) return Reply(3);
                var request = new Request(setup.Index, setup.Value) { Pending = Pending };
                _requests[++_lastId] = request;
                MostAtOnce = Math.Max(MostAtOnce, _requests.Count);
                var id = _lastId;
                if (setup.Value == 0) Run(request);
                if (Lost > 0)
                {
                    Lost--;
                    _requests.Remove(id);
                }
                return Reply(setup.Value > 64 ? (byte)2 : (byte)0, id);
            default:
                if (!_requests.TryGetValue(setup.Index, out var checkedRequest)) return Reply(5);
                if (checkedRequest.Pending-- > 0) return Reply(2);
                if (checkedRequest.Payload.Count < checkedRequest.Size)
                {
                    checkedRequest.Pending = Pending;
                    return Reply(0);
                }
                var (result, data) = checkedRequest.Answer;
                if (data.Length == 0 && DeclaredSize is null) _requests.Remove(setup.Index);
                return Reply(0, size: DeclaredSize ?? (data.Length > 0 ? (uint)data.Length : null), result: result);
        }
    }

    byte[]? Receive(SetupPacket setup)
    {
        if (!_requests.TryGetValue(setup.Index, out var request) || setup.Length > request.Answer.Reply.Length - request.Received) return null;
        request.Received += setup.Length;
        if (request.Received == request.Answer.Reply.Length) _requests.Remove(setup.Index);
        return request.Answer.Reply[(request.Received - setup.Length)..request.Received];
    }

    void Run(Request request)
    {
        byte[] payload = [.. request.Payload];
        Handled.Add((request.Type, payload));
        request.Answer = Handler(request.Type, payload);
    }

    static byte[] Reply(byte status, ushort? id = null, uint? size = null, int? result = null)
    {
        List<byte> reply = [(byte)(1 | (id is null ? 0 : 2) | (size is null ? 0 : 4) | (result is null ? 0 : 8)), 0, 0, 0, status, 0];
        var word = new byte[4];
        if (id is { } i) reply.AddRange([(byte)i, (byte)(i >> 8)]);
        if (size is { } s)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(word, s);
            reply.AddRange(word);
        }
        if (result is { } r)
        {
            BinaryPrimitives.WriteInt32LittleEndian(word, r);
            reply.AddRange(word);
        }
        return [.. reply];
    }

    sealed record Request(ushort Type, int Size)
    {
        public List<byte> Payload { get; } = [];

        public int Pending { get; set; }

        public (int Result, byte[] Reply) Answer { get; set; }

        public int Received { get; set; }
    }
}
