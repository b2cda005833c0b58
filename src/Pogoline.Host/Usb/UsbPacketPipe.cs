using Pogoline.Links;

namespace Pogoline.Host.Usb;

/// <summary>Two bulk or interrupt endpoints of an interface, as the protocols see them.</summary>
public sealed class UsbPacketPipe : IPacketPipe
{
    readonly UsbConnection _connection;
    readonly UsbEndpointInfo _out, _in;

    /// <summary>Claims the interface.</summary>
    /// <param name="connection">The device; it is closed with the pipe.</param>
    /// <param name="info">The interface: its first endpoint of each direction is used.</param>
    /// <exception cref="PogolineException">It cannot be claimed, or has no such endpoints.</exception>
    public UsbPacketPipe(UsbConnection connection, UsbInterfaceInfo info)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (info.FirstOf(isIn: false) is not { } output || info.FirstOf(isIn: true) is not { } input)
            throw new PogolineException(UsbFaults.Other, $"Interface {info.Number} of {connection.Device} lacks an endpoint.", "Unplug it and plug it in again; if it stays, its descriptors are damaged.");
        if (!connection.Claim(info.Number)) throw UsbProblems.Gone(connection.Device).ToException();
        (_connection, _out, _in) = (connection, output, input);
    }

    /// <inheritdoc/>
    public int PacketSize => _out.PacketSize;

    /// <inheritdoc/>
    public ValueTask<TransferResult> WriteAsync(ReadOnlyMemory<byte> data, TimeSpan timeout, CancellationToken stop) => _out.IsBulk
        ? _connection.WriteBulkAsync(_out.Address, data, timeout, stop) : _connection.WriteInterruptAsync(_out.Address, data, timeout, stop);

    /// <inheritdoc/>
    public ValueTask<TransferResult> ReadAsync(Memory<byte> data, TimeSpan timeout, CancellationToken stop) => _in.IsBulk
        ? _connection.ReadBulkAsync(_in.Address, data, timeout, stop) : _connection.ReadInterruptAsync(_in.Address, data, timeout, stop);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
