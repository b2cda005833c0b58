using Pogoline.Links;

namespace Pogoline.Tests.Links;

/// <summary>A board whose bootloader, once told to, takes every block at once and keeps nothing, so that only the host's side is measured.</summary>
sealed class AcceptingPipe(IControlPipe board) : IControlPipe
{
    bool _isSecond;

    public bool AcceptsAll { get; set; }

    public ValueTask<TransferResult> ReadAsync(SetupPacket setup, Memory<byte> data, TimeSpan timeout, CancellationToken stop)
    {
        const byte getStatus = 3;
        if (!AcceptsAll) return board.ReadAsync(setup, data, timeout, stop);
        if (setup.Request == getStatus)
        {
            // dfuDNBUSY, then dfuDNLOAD-IDLE, without a poll time.
            data.Span[..6].Clear();
            data.Span[4] = _isSecond ? (byte)5 : (byte)4;
            _isSecond = !_isSecond;
        }
        return new(new TransferResult(TransferStatus.Completed, setup.Length));
    }

    public ValueTask<TransferResult> WriteAsync(SetupPacket setup, ReadOnlyMemory<byte> data, TimeSpan timeout, CancellationToken stop) =>
        AcceptsAll ? new(new TransferResult(TransferStatus.Completed, data.Length)) : board.WriteAsync(setup, data, timeout, stop);

    public ValueTask<TransferResult> SelectAlternateAsync(byte interfaceNumber, byte alternate, TimeSpan timeout, CancellationToken stop) =>
        AcceptsAll ? new(new TransferResult(TransferStatus.Completed, 0)) : board.SelectAlternateAsync(interfaceNumber, alternate, timeout, stop);

    public ValueTask DisposeAsync() => board.DisposeAsync();
}
