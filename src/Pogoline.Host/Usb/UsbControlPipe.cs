using Pogoline.Links;

namespace Pogoline.Host.Usb;

/// <summary>Endpoint 0 of an opened device as the protocols see it. An interface that a request addresses is claimed first.</summary>
/// <param name="connection">The device; it is closed with the pipe.</param>
public sealed class UsbControlPipe(UsbConnection connection) : IControlPipe
{
    const byte RecipientMask = 0x1F;
    const byte InterfaceRecipient = 0x01;

    /// <summary>The device.</summary>
    public UsbConnection Connection { get; } = connection;

    /// <inheritdoc/>
    public ValueTask<TransferResult> ReadAsync(SetupPacket setup, Memory<byte> data, TimeSpan timeout, CancellationToken stop) =>
        MayReach(setup) ? Connection.ReadControlAsync(setup, data, timeout, stop) : new(new TransferResult(TransferStatus.Gone, 0));

    /// <inheritdoc/>
    public ValueTask<TransferResult> WriteAsync(SetupPacket setup, ReadOnlyMemory<byte> data, TimeSpan timeout, CancellationToken stop) =>
        MayReach(setup) ? Connection.WriteControlAsync(setup, data, timeout, stop) : new(new TransferResult(TransferStatus.Gone, 0));

    /// <inheritdoc/>
    public ValueTask<TransferResult> SelectAlternateAsync(byte interfaceNumber, byte alternate, TimeSpan timeout, CancellationToken stop) =>
        Connection.SelectAlternateAsync(interfaceNumber, alternate, stop);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Connection.DisposeAsync();

    bool MayReach(SetupPacket setup) => (setup.RequestType & RecipientMask) != InterfaceRecipient || Connection.Claim((byte)setup.Index);
}
