using Pogoline.Links;

namespace Pogoline.Tests.Usb;

/// <summary>Endpoint 0 of a system that is too old for control requests.</summary>
sealed class UnaskablePipe(IControlPipe inner) : IControlPipe
{
    public ValueTask<TransferResult> ReadAsync(SetupPacket setup, Memory<byte> data, TimeSpan timeout, CancellationToken stop) =>
        setup is { RequestType: 0xC0, Request: >= 1 and <= 5 } ? new(new TransferResult(TransferStatus.Stalled, 0)) : inner.ReadAsync(setup, data, timeout, stop);

    public ValueTask<TransferResult> WriteAsync(SetupPacket setup, ReadOnlyMemory<byte> data, TimeSpan timeout, CancellationToken stop) =>
        setup is { RequestType: 0x40, Request: 3 } ? new(new TransferResult(TransferStatus.Stalled, 0)) : inner.WriteAsync(setup, data, timeout, stop);

    public ValueTask<TransferResult> SelectAlternateAsync(byte interfaceNumber, byte alternate, TimeSpan timeout, CancellationToken stop) =>
        inner.SelectAlternateAsync(interfaceNumber, alternate, timeout, stop);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
