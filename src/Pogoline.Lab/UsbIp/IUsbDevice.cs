using Pogoline.Lab.Usb;
using Pogoline.Links;

namespace Pogoline.Lab.UsbIp;

/// <summary>Something that can be on the bus: a virtual board, or a virtual probe.</summary>
interface IUsbDevice
{
    /// <summary>The device as the host's operating system knows it; null while it is not on the bus.</summary>
    UsbAttachment? Attachment { get; }

    /// <summary>Completes at some later change of <see cref="Attachment"/>, perhaps also without one.</summary>
    Task Changed { get; }

    /// <summary>A transfer on endpoint 0; it takes its time.</summary>
    /// <param name="attachment">The stay on the bus that the host opened.</param>
    /// <param name="setup">The SETUP packet.</param>
    /// <param name="data">What the host sends, or takes what the device sends.</param>
    /// <param name="stop">Ends the wait; the transfer may have been carried out.</param>
    ValueTask<TransferResult> ControlAsync(UsbAttachment attachment, SetupPacket setup, Memory<byte> data, CancellationToken stop);

    /// <summary>A transfer on another endpoint; it waits until the device has something to say, or room.</summary>
    /// <param name="attachment">The stay on the bus that the host opened.</param>
    /// <param name="endpoint">Bit 7: to the host.</param>
    /// <param name="data">What the host sends, or takes what the device sends.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <returns>How it ended; timed out when nobody will ever answer.</returns>
    ValueTask<TransferResult> TransferAsync(UsbAttachment attachment, byte endpoint, Memory<byte> data, CancellationToken stop);
}
