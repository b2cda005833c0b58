namespace Pogoline.Links;

/// <summary>
/// An opened serial port: bytes both ways, 8 data bits, no parity, one stop bit, no flow control, nothing translated. One reader and one
/// writer at a time. Silence or a vanished port is a result, not an exception.
/// </summary>
public interface ISerialChannel : IAsyncDisposable
{
    /// <summary>Takes what has arrived; waits for the first byte only.</summary>
    /// <param name="data">Where to; not empty.</param>
    /// <param name="timeout">How long to wait for the first byte; zero takes only what is there.</param>
    /// <param name="stop">Ends the wait; nothing is lost.</param>
    /// <returns><see cref="TransferStatus.Completed"/> with at least one byte, <see cref="TransferStatus.TimedOut"/>, or <see cref="TransferStatus.Gone"/>.</returns>
    ValueTask<TransferResult> ReadAsync(Memory<byte> data, TimeSpan timeout, CancellationToken stop);

    /// <summary>Sends everything.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="timeout">How long it may take until the port has taken the last byte.</param>
    /// <param name="stop">Ends the wait; a part may have been sent.</param>
    ValueTask<TransferResult> WriteAsync(ReadOnlyMemory<byte> data, TimeSpan timeout, CancellationToken stop);
}
