using Pogoline.Host.Usb.Native;
using Pogoline.Links;

namespace Pogoline.Host.Usb;

/// <summary>
/// An opened USB device: control, bulk and interrupt transfers, any number in flight. How a transfer ended is a result; that an interface
/// cannot be claimed is a <see cref="PogolineException"/> with the true cause.
/// </summary>
public sealed class UsbConnection : IAsyncDisposable
{
    readonly UsbContext _context;
    readonly OpenDeviceHandle _handle;
    readonly List<UsbTransfer> _all = [];
    readonly Stack<UsbTransfer> _idle = [];
    readonly HashSet<byte> _claimed = [];
    readonly Lock _gate = new();
    TaskCompletionSource? _allDone;
    int _inFlight;
    volatile bool _isClosing;

    internal UsbConnection(UsbContext context, OpenDeviceHandle handle, UsbDeviceInfo device)
    {
        (_context, _handle, Device) = (context, handle, device);
        // A kernel driver on an interface that is claimed gives way, and comes back at the end. Where the system has no such thing it says so.
        LibUsb.SetAutoDetachKernelDriver(handle, 1);
        context.RunEvents();
    }

    /// <summary>The device as it was when it was opened.</summary>
    public UsbDeviceInfo Device { get; }

    /// <summary>Takes an interface for this program until the connection is closed.</summary>
    /// <returns>False when the device has left the bus.</returns>
    /// <exception cref="PogolineException"><see cref="UsbFaults.Busy"/> and others: it cannot be had.</exception>
    public bool Claim(byte interfaceNumber)
    {
        lock (_gate)
        {
            if (_claimed.Contains(interfaceNumber)) return true;
            var error = LibUsb.ClaimInterface(_handle, interfaceNumber);
            if (error == LibUsbError.NoDevice) return false;
            if (error != LibUsbError.Success) throw UsbProblems.Claiming(Device, interfaceNumber, error).ToException();
            _claimed.Add(interfaceNumber);
            return true;
        }
    }

    /// <summary>SET_INTERFACE on a claimed interface. The system gives the device five seconds.</summary>
    public async ValueTask<TransferResult> SelectAlternateAsync(byte interfaceNumber, byte alternate, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        if (!Claim(interfaceNumber)) return new(TransferStatus.Gone, 0);
        var error = await Task.Run(() => LibUsb.SetInterfaceAlternate(_handle, interfaceNumber, alternate), CancellationToken.None).ConfigureAwait(false);
        return new(error switch
        {
            LibUsbError.Success => TransferStatus.Completed,
            LibUsbError.NoDevice => TransferStatus.Gone,
            LibUsbError.Timeout => TransferStatus.TimedOut,
            // Linux reports a stalled SET_INTERFACE as "other", and one that the descriptors do not have as "not found".
            _ => TransferStatus.Stalled,
        }, 0);
    }

    /// <summary>A control transfer that reads.</summary>
    public ValueTask<TransferResult> ReadControlAsync(SetupPacket setup, Memory<byte> data, TimeSpan timeout, CancellationToken stop) =>
        TransferAsync(LibUsbTransferType.Control, 0, setup, default, data[..setup.Length], timeout, stop);

    /// <summary>A control transfer that writes.</summary>
    public ValueTask<TransferResult> WriteControlAsync(SetupPacket setup, ReadOnlyMemory<byte> data, TimeSpan timeout, CancellationToken stop) =>
        TransferAsync(LibUsbTransferType.Control, 0, setup, data, default, timeout, stop);

    /// <summary>Reads from a bulk endpoint of a claimed interface, until the buffer is full or a short packet comes.</summary>
    /// <param name="endpoint">bEndpointAddress, bit 7 set.</param>
    /// <param name="data">Where to; a multiple of the packet size, lest a full packet overflow it.</param>
    /// <param name="timeout">Infinite is allowed.</param>
    /// <param name="stop">Ends the transfer; what had been moved is lost.</param>
    public ValueTask<TransferResult> ReadBulkAsync(byte endpoint, Memory<byte> data, TimeSpan timeout, CancellationToken stop) =>
        TransferAsync(LibUsbTransferType.Bulk, endpoint, null, default, data, timeout, stop);

    /// <summary>Writes to a bulk endpoint of a claimed interface.</summary>
    public ValueTask<TransferResult> WriteBulkAsync(byte endpoint, ReadOnlyMemory<byte> data, TimeSpan timeout, CancellationToken stop) =>
        TransferAsync(LibUsbTransferType.Bulk, endpoint, null, data, default, timeout, stop);

    /// <summary>Reads from an interrupt endpoint of a claimed interface.</summary>
    public ValueTask<TransferResult> ReadInterruptAsync(byte endpoint, Memory<byte> data, TimeSpan timeout, CancellationToken stop) =>
        TransferAsync(LibUsbTransferType.Interrupt, endpoint, null, default, data, timeout, stop);

    /// <summary>Writes to an interrupt endpoint of a claimed interface.</summary>
    public ValueTask<TransferResult> WriteInterruptAsync(byte endpoint, ReadOnlyMemory<byte> data, TimeSpan timeout, CancellationToken stop) =>
        TransferAsync(LibUsbTransferType.Interrupt, endpoint, null, data, default, timeout, stop);

    /// <summary>A bus reset of the device. False when it came back as another device, or not at all: the connection is of no more use.</summary>
    public async ValueTask<bool> ResetAsync(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        return await Task.Run(() => LibUsb.ResetDevice(_handle), CancellationToken.None).ConfigureAwait(false) == LibUsbError.Success;
    }

    /// <summary>Ends what is in flight, gives the interfaces back and closes the device.</summary>
    public async ValueTask DisposeAsync()
    {
        Task pending;
        lock (_gate)
        {
            if (_isClosing) return;
            _isClosing = true;
            foreach (var transfer in _all) transfer.Cancel();
            _allDone = new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_inFlight == 0) _allDone.SetResult();
            pending = _allDone.Task;
        }
        await pending.ConfigureAwait(false);
        foreach (var number in _claimed) LibUsb.ReleaseInterface(_handle, number);
        foreach (var transfer in _all) transfer.Dispose();
        _handle.Dispose();
        _context.Dispose();
    }

    /// <summary>A transfer is no longer under way; told on libusb's thread.</summary>
    internal void Ended()
    {
        lock (_gate)
        {
            if (--_inFlight == 0) _allDone?.TrySetResult();
        }
    }

    /// <summary>A transfer may be used again.</summary>
    internal void Return(UsbTransfer transfer)
    {
        lock (_gate) _idle.Push(transfer);
    }

    ValueTask<TransferResult> TransferAsync(LibUsbTransferType type, byte endpoint, SetupPacket? setup, ReadOnlyMemory<byte> send, Memory<byte> receive,
        TimeSpan timeout, CancellationToken stop)
    {
        if (stop.IsCancellationRequested) return ValueTask.FromCanceled<TransferResult>(stop);
        UsbTransfer? transfer;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosing, this);
            if (!_idle.TryPop(out transfer)) _all.Add(transfer = new(this));
            _inFlight++;
        }
        LibUsbError? error = null;
        try
        {
            // Not under the lock, for which those that have ended would wait.
            error = transfer.Submit(_handle, type, endpoint, setup, send.Span, receive, timeout, stop, out var completion);
            if (error != LibUsbError.Success) return new(new TransferResult(StatusOf(error.Value), 0));
            if (_isClosing) transfer.Cancel();
            return completion;
        }
        finally
        {
            if (error != LibUsbError.Success)
            {
                Ended();
                Return(transfer);
            }
        }
    }

    static TransferStatus StatusOf(LibUsbError error) => error switch
    {
        LibUsbError.NoDevice => TransferStatus.Gone,
        LibUsbError.Pipe => TransferStatus.Stalled,
        LibUsbError.Timeout => TransferStatus.TimedOut,
        _ => TransferStatus.BusError,
    };
}
