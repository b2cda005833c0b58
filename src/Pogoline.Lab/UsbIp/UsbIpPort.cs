using Pogoline.Lab.Usb;

namespace Pogoline.Lab.UsbIp;

/// <summary>A device's place in the server: one bus ID, and at most one client at a time.</summary>
/// <param name="device">The device.</param>
/// <param name="number">From 1 on.</param>
sealed class UsbIpPort(IUsbDevice device, int number)
{
    readonly Lock _gate = new();
    bool _isClaimed;
    TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The device.</summary>
    public IUsbDevice Device { get; } = device;

    /// <summary>Its number on the bus.</summary>
    public int Number { get; } = number;

    /// <summary>The device for one client, as soon as it is on the bus and no other client has it.</summary>
    /// <param name="patience">How long to wait for that.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <returns>Null when the time is over.</returns>
    public async ValueTask<UsbAttachment?> ClaimAsync(TimeSpan patience, CancellationToken stop)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(patience);
        for (;;)
        {
            Task changed;
            lock (_gate)
            {
                changed = Task.WhenAny(Device.Changed, _released.Task);
                if (!_isClaimed && Device.Attachment is { } attachment)
                {
                    _isClaimed = true;
                    return attachment;
                }
            }
            try
            {
                await changed.WaitAsync(deadline.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                return null;
            }
        }
    }

    /// <summary>Lets another client have it.</summary>
    public void Release()
    {
        lock (_gate)
        {
            _isClaimed = false;
            var released = _released;
            _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
            released.SetResult();
        }
    }
}
