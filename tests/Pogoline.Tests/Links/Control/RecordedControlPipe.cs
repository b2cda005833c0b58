using Pogoline.Links;

namespace Pogoline.Tests.Links.Control;

/// <summary>Plays the device's side of recorded requests, one after the other, and holds the host to what a device accepts.</summary>
sealed class RecordedControlPipe(IReadOnlyList<RecordedRequest> requests) : IControlPipe
{
    static readonly byte[] Ok = [1, 0, 0, 0, 0, 0];
    static readonly byte[] Pending = [1, 0, 0, 0, 2, 0];

    int _next = -1;
    bool _hasRoom, _isDone, _wasPending;
    int _received;

    public List<byte> Payload { get; } = [];

    RecordedRequest Now => requests[_next];

    public ValueTask<TransferResult> ReadAsync(SetupPacket setup, Memory<byte> data, TimeSpan timeout, CancellationToken stop)
    {
        Assert.Equal(0xC0, setup.RequestType);
        var reply = Answer(setup);
        reply.CopyTo(data);
        return new(new TransferResult(TransferStatus.Completed, reply.Length));
    }

    public ValueTask<TransferResult> WriteAsync(SetupPacket setup, ReadOnlyMemory<byte> data, TimeSpan timeout, CancellationToken stop)
    {
        Assert.Equal((0x40, 3, Id), (setup.RequestType, setup.Request, setup.Index));
        Assert.True(_hasRoom);
        Assert.InRange(data.Length, 1, 4096);
        Payload.AddRange(data.Span);
        return new(new TransferResult(TransferStatus.Completed, data.Length));
    }

    public ValueTask<TransferResult> SelectAlternateAsync(byte interfaceNumber, byte alternate, TimeSpan timeout, CancellationToken stop) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    ushort Id => BitConverter.ToUInt16(Now.InitReply, 6);

    byte[] Answer(SetupPacket setup)
    {
        if (setup.Request != 4) Assert.Equal(64, setup.Length);
        switch (setup.Request)
        {
            case 5:
                return Ok;
            case 1:
                _next++;
                Assert.Equal((Now.Type, Now.Payload.Length), (setup.Index, setup.Value));
                Payload.Clear();
                (_hasRoom, _isDone, _wasPending, _received) = (Now.InitReply[4] == 0, false, false, 0);
                return Now.InitReply;
            case 2:
                Assert.Equal(Id, setup.Index);
                // A device is never as fast as the next transfer of every host.
                if (_wasPending ^= true) return Pending;
                if (!_hasRoom)
                {
                    _hasRoom = true;
                    return Now.RoomReply ?? Ok;
                }
                Assert.Equal(Now.Payload, Payload);
                _isDone = true;
                return Now.ResultReply;
            case 4:
                Assert.Equal(Id, setup.Index);
                Assert.True(_isDone);
                Assert.InRange(setup.Length, 1, Now.Data.Length - _received);
                _received += setup.Length;
                return Now.Data[(_received - setup.Length).._received];
            default:
                throw new InvalidOperationException($"service {setup.Request}");
        }
    }
}
