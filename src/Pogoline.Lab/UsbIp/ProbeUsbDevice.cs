using Pogoline.Lab.Board;
using Pogoline.Lab.Dfu;
using Pogoline.Lab.Probes;
using Pogoline.Lab.Usb;
using Pogoline.Links;

namespace Pogoline.Lab.UsbIp;

/// <summary>A virtual probe on the bus.</summary>
sealed class ProbeUsbDevice(VirtualProbe probe, LabClock clock) : IUsbDevice
{
    public UsbAttachment? Attachment => probe.Attachment;

    public Task Changed => probe.Changed;

    public ValueTask<TransferResult> ControlAsync(UsbAttachment attachment, SetupPacket setup, Memory<byte> data, CancellationToken stop)
    {
        if (probe.Attachment != attachment) return new(new TransferResult(TransferStatus.Gone, 0));
        var reply = probe.Descriptors.Control(setup);
        if (setup is { RequestType: 0, Request: UsbRequest.SetConfiguration }) probe.Configure();
        if (reply.Outcome != ControlOutcome.Acknowledged) return new(new TransferResult(TransferStatus.Stalled, 0));
        var count = setup.IsIn ? Math.Min(reply.Data.Length, data.Length) : data.Length;
        if (setup.IsIn) reply.Data[..count].CopyTo(data);
        return new(new TransferResult(TransferStatus.Completed, count));
    }

    public async ValueTask<TransferResult> TransferAsync(UsbAttachment attachment, byte endpoint, Memory<byte> data, CancellationToken stop)
    {
        var isOut = endpoint == probe.Descriptors.Out;
        if (!isOut && endpoint != probe.Descriptors.In) return new(TransferStatus.TimedOut, 0);
        var since = probe.Target.Clock.LabNow;
        for (;;)
        {
            var changed = probe.Changed;
            if ((isOut ? probe.TryWrite(attachment, data, since, out var time) : probe.TryRead(attachment, data, since, out time)) is not { } result)
            {
                await changed.WaitAsync(stop).ConfigureAwait(false);
                continue;
            }
            await clock.SpendAsync(time, stop).ConfigureAwait(false);
            return result;
        }
    }
}
