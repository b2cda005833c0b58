namespace Pogoline.Links;

/// <summary>
/// A pair of endpoints of one opened USB device through which commands go out and answers come back as packets: bulk, interrupt or HID
/// reports. Transfers of one direction are carried out in the order they are started in, and several may be under way in both. A refusal
/// or a vanished device is a result, not an exception.
/// </summary>
public interface IPacketPipe : IAsyncDisposable
{
    /// <summary>The most bytes that one packet carries: the report length of HID, wMaxPacketSize of the OUT endpoint otherwise.</summary>
    int PacketSize { get; }

    /// <summary>Sends one transfer; of HID exactly one report, without a report number, padded with zeros by the pipe.</summary>
    ValueTask<TransferResult> WriteAsync(ReadOnlyMemory<byte> data, TimeSpan timeout, CancellationToken stop);

    /// <summary>Takes one transfer, until the buffer is full or a short packet ends it; of HID one report.</summary>
    ValueTask<TransferResult> ReadAsync(Memory<byte> data, TimeSpan timeout, CancellationToken stop);
}
