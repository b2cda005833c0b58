using Pogoline.Lab.Board;
using Pogoline.Lab.Usb;
using Pogoline.Links;

namespace Pogoline.Lab.UsbIp;

/// <summary>A virtual board on the bus.</summary>
sealed class BoardUsbDevice(VirtualBoard board, LabClock clock) : IUsbDevice
{
    public UsbAttachment? Attachment => board.Attachment;

    public Task Changed => board.Changed;

    public async ValueTask<TransferResult> ControlAsync(UsbAttachment attachment, SetupPacket setup, Memory<byte> data, CancellationToken stop)
    {
        var (result, time) = board.Transfer(attachment.Enumeration, setup, setup.IsIn ? default : data.Span, setup.IsIn ? data : default);
        await clock.SpendAsync(time, stop).ConfigureAwait(false);
        return result;
    }

    public async ValueTask<TransferResult> TransferAsync(UsbAttachment attachment, byte endpoint, Memory<byte> data, CancellationToken stop)
    {
        switch (endpoint)
        {
            case SystemUsbDescriptors.DataIn when attachment.Serial is { } serial:
                return new(TransferStatus.Completed, data.IsEmpty ? 0 : await serial.TakeAsync(data, stop).ConfigureAwait(false));
            case SystemUsbDescriptors.DataOut when attachment.Serial is { } serial:
                await serial.SendAsync(data, stop).ConfigureAwait(false);
                return new(TransferStatus.Completed, data.Length);
            default:
                // The firmware never sends a notification; and on an endpoint that is not there nobody answers.
                return new(TransferStatus.TimedOut, 0);
        }
    }
}
