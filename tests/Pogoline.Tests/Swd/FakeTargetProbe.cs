using Pogoline.Links.Swd;
using Pogoline.Links.Swd.Probes;

namespace Pogoline.Tests.Swd;

/// <summary>A debug port with one AHB access port and a memory of bytes, at the level of transfers; TAR wraps at 1 KiB, and answers can be made to fail.</summary>
sealed class FakeTargetProbe : IProbe
{
    uint _csw, _tar, _control;
    bool _isSticky;

    public Dictionary<uint, byte> Bytes { get; } = [];

    /// <summary>Addresses from here on are refused.</summary>
    public uint End { get; set; } = uint.MaxValue;

    /// <summary>What the n-th DRW access is answered with instead; once each.</summary>
    public Dictionary<int, SwdAck> Disturb { get; } = [];

    public int Accesses { get; private set; }

    public int LineResets { get; private set; }

    public ProbeDescription Description { get; } = new(ProbeKind.CmsisDapV2, "fake");

    public IMemory? Memory => null;

    public ValueTask ConnectAsync(int clockHz, CancellationToken stop) => ValueTask.CompletedTask;

    public ValueTask<bool> ResetLineAsync(CancellationToken stop)
    {
        LineResets++;
        return new(true);
    }

    public ValueTask SetResetAsync(bool isAsserted, CancellationToken stop) => ValueTask.CompletedTask;

    public ValueTask<double?> ReadVoltageAsync(CancellationToken stop) => new((double?)null);

    public ValueTask<SwdOutcome> TransferAsync(ReadOnlyMemory<SwdTransfer> transfers, Memory<uint> reads, CancellationToken stop)
    {
        var read = 0;
        for (var i = 0; i < transfers.Length; i++)
        {
            var transfer = transfers.Span[i];
            var ack = transfer.IsAccessPort ? Access(transfer, out var value) : Debug(transfer, out value);
            if (ack != SwdAck.Ok) return new(new SwdOutcome(ack, i));
            if (transfer.IsRead) reads.Span[read++] = value;
        }
        return new(new SwdOutcome(SwdAck.Ok, transfers.Length));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    SwdAck Debug(SwdTransfer transfer, out uint value)
    {
        value = 0;
        switch (transfer.Address, transfer.IsRead)
        {
            case (0x0, true): value = 0x2BA01477; break;
            case (0x0, false): _isSticky &= (transfer.Value & 4) == 0; break;
            case (0x4, true): value = _control << 1 | _control | (_isSticky ? 0x20u : 0); break;
            case (0x4, false): _control = transfer.Value; break;
            default: break;
        }
        return SwdAck.Ok;
    }

    SwdAck Access(SwdTransfer transfer, out uint value)
    {
        value = 0;
        if (_isSticky) return SwdAck.Fault;
        if (transfer.Address == 0x0) _csw = transfer.Value;
        else if (transfer.Address == 0x4) _tar = transfer.Value;
        else if (transfer.Address == 0xC)
        {
            if (Disturb.Remove(Accesses++, out var ack)) return ack;
            var size = 1u << (int)(_csw & 3);
            if (_tar >= End)
            {
                _isSticky = true;
                return SwdAck.Fault;
            }
            for (var i = 0u; i < size; i++)
            {
                var lane = (int)((_tar + i) % 4 * 8);
                if (transfer.IsRead) value |= (uint)Bytes.GetValueOrDefault(_tar + i) << lane;
                else Bytes[_tar + i] = (byte)(transfer.Value >> lane);
            }
            _tar = (_tar & ~0x3FFu) | ((_tar + size) & 0x3FF);
        }
        return SwdAck.Ok;
    }
}
