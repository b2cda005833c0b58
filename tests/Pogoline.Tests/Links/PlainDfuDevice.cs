using System.Buffers.Binary;
using Pogoline.Links;

namespace Pogoline.Tests.Links;

/// <summary>A device with plain DFU 1.1, written from the state diagram of its appendix A; no addresses, a memory that is one file.</summary>
sealed class PlainDfuDevice : IControlPipe
{
    readonly List<byte> _incoming = [];
    byte _state = 2;
    byte _status;

    public bool IsTolerant { get; init; } = true;

    public bool LeavesByItself { get; init; }

    public bool CanUpload { get; init; } = true;

    public ushort TransferSize { get; init; } = 64;

    public int PollMilliseconds { get; set; }

    /// <summary>How many GETSTATUS a block takes.</summary>
    public int Busy { get; init; }

    public byte? FailsAtBlock { get; init; }

    public byte[] Firmware { get; set; } = [];

    public int Detached { get; private set; }

    public int LargestRequest { get; private set; }

    public List<int> Blocks { get; } = [];

    int _busyLeft;
    bool _isGone;

    byte[] Configuration
    {
        get
        {
            byte attributes = (byte)(1 | (CanUpload ? 2 : 0) | (IsTolerant ? 4 : 0) | 8);
            byte[] bytes = [9, 2, 27, 0, 1, 1, 0, 0x80, 50, 9, 4, 3, 0, 0, 0xFE, 1, 2, 5, 9, 0x21, attributes, 0xE8, 3, 0, 0, 0x10, 1];
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(23), TransferSize);
            return bytes;
        }
    }

    public ValueTask<TransferResult> ReadAsync(SetupPacket setup, Memory<byte> data, TimeSpan timeout, CancellationToken stop)
    {
        if (_isGone) return new(new TransferResult(TransferStatus.Gone, 0));
        if (Answer(setup) is not { } answer) return new(new TransferResult(TransferStatus.Stalled, 0));
        var count = Math.Min(answer.Length, setup.Length);
        answer.AsSpan(0, count).CopyTo(data.Span);
        return new(new TransferResult(TransferStatus.Completed, count));
    }

    public ValueTask<TransferResult> WriteAsync(SetupPacket setup, ReadOnlyMemory<byte> data, TimeSpan timeout, CancellationToken stop)
    {
        if (_isGone) return new(new TransferResult(TransferStatus.Gone, 0));
        LargestRequest = Math.Max(LargestRequest, data.Length);
        return new(new TransferResult(Take(setup, data.Span) ? TransferStatus.Completed : TransferStatus.Stalled, data.Length));
    }

    public ValueTask<TransferResult> SelectAlternateAsync(byte interfaceNumber, byte alternate, TimeSpan timeout, CancellationToken stop) =>
        new(new TransferResult(interfaceNumber == 3 && alternate == 0 ? TransferStatus.Completed : TransferStatus.Stalled, 0));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    byte[]? Answer(SetupPacket setup)
    {
        switch (setup.RequestType, setup.Request)
        {
            case (0x80, 6) when setup.Value == 0x0200:
                return Configuration;
            case (0x80, 6) when setup.Value == 0x0305:
                return [10, 3, (byte)'f', 0, (byte)'i', 0, (byte)'l', 0, (byte)'e', 0];
            case (0xA1, 2) when CanUpload && _state is 2 or 9:
                var at = setup.Value * TransferSize;
                var part = Firmware.AsSpan(Math.Min(at, Firmware.Length), Math.Min(setup.Length, Math.Max(0, Firmware.Length - at))).ToArray();
                _state = (byte)(part.Length < setup.Length ? 2 : 9);
                return part;
            case (0xA1, 3):
                return Status();
            default:
                return null;
        }
    }

    byte[] Status()
    {
        if (_state == 8 && LeavesByItself) _isGone = true;
        if (_state is 3 or 4) _state = (byte)(_busyLeft-- > 0 ? 4 : 5);
        else if (_state == 6) _state = 7;
        else if (_state == 7) _state = (byte)(IsTolerant ? 2 : 8);
        if (_state == 2 && _incoming.Count > 0)
        {
            Firmware = [.. _incoming];
            _incoming.Clear();
        }
        return [_status, (byte)PollMilliseconds, (byte)(PollMilliseconds >> 8), (byte)(PollMilliseconds >> 16), _state, 0];
    }

    bool Take(SetupPacket setup, ReadOnlySpan<byte> data)
    {
        switch (setup.Request)
        {
            case 0:
                Detached++;
                return true;
            case 1 when _state is 2 or 5 && data.Length > 0:
                if (FailsAtBlock == setup.Value) return Fail(8);
                Blocks.Add(setup.Value);
                _incoming.AddRange(data);
                (_state, _busyLeft) = (3, Busy);
                return true;
            case 1 when _state == 5:
                _state = 6;
                return true;
            case 4 when _state == 10:
                (_state, _status) = (2, 0);
                return true;
            case 6 when _state is 2 or 3 or 5 or 6 or 9:
                _state = 2;
                return true;
            default:
                return Fail(0x0F);
        }
    }

    bool Fail(byte status)
    {
        (_state, _status) = (10, status);
        return false;
    }
}
