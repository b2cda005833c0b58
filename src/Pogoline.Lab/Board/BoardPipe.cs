using Pogoline.Links;

namespace Pogoline.Lab.Board;

/// <summary>Endpoint 0 of a virtual board as a host opened it; after the board has left the bus every transfer ends as gone.</summary>
sealed class BoardPipe(VirtualBoard board, LabClock clock, int enumeration) : IControlPipe
{
    const byte SetInterface = 11;

    public ValueTask<TransferResult> ReadAsync(SetupPacket setup, Memory<byte> data, TimeSpan timeout, CancellationToken stop) =>
        TransferAsync(setup, default, data[..setup.Length], timeout, stop);

    public ValueTask<TransferResult> WriteAsync(SetupPacket setup, ReadOnlyMemory<byte> data, TimeSpan timeout, CancellationToken stop) =>
        TransferAsync(setup, data, default, timeout, stop);

    public ValueTask<TransferResult> SelectAlternateAsync(byte interfaceNumber, byte alternate, TimeSpan timeout, CancellationToken stop) =>
        TransferAsync(new(0x01, SetInterface, alternate, interfaceNumber, 0), default, default, timeout, stop);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    async ValueTask<TransferResult> TransferAsync(
        SetupPacket setup, ReadOnlyMemory<byte> data, Memory<byte> answer, TimeSpan timeout, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var (result, time) = board.Transfer(enumeration, setup, data.Span, answer);
        if (result.Status == TransferStatus.TimedOut) time = clock.Timing.Of(timeout);
        else if (time > timeout) (result, time) = (new(TransferStatus.TimedOut, 0), timeout);
        await clock.SpendAsync(time, stop).ConfigureAwait(false);
        return result;
    }
}
