using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;
using Pogoline.Links;

namespace Pogoline.Host.Usb.Native;

/// <summary>
/// A libusb transfer with a buffer of its own, used again and again without an allocation; one submission at a time. It goes back to its
/// connection when its result has been fetched.
/// </summary>
sealed unsafe class UsbTransfer : IValueTaskSource<TransferResult>, IDisposable
{
    readonly UsbConnection _connection;
    readonly Lock _gate = new();
    LibUsbTransfer* _native;
    byte* _buffer;
    int _capacity, _head;
    GCHandle _self;
    Memory<byte> _receive;
    CancellationToken _stop;
    CancellationTokenRegistration _registration;
    ManualResetValueTaskSourceCore<TransferResult> _done = new() { RunContinuationsAsynchronously = true };

    public UsbTransfer(UsbConnection connection)
    {
        _connection = connection;
        _native = LibUsb.AllocateTransfer(0);
        if (_native is null) throw new InsufficientMemoryException("libusb_alloc_transfer");
        _self = GCHandle.Alloc(this);
    }

    /// <summary>Hands it to libusb; completes when libusb is done with it, also after a cancellation.</summary>
    /// <param name="device">The device.</param>
    /// <param name="type">The kind of transfer.</param>
    /// <param name="endpoint">bEndpointAddress.</param>
    /// <param name="setup">The SETUP packet of a control transfer.</param>
    /// <param name="send">What is sent; copied.</param>
    /// <param name="receive">Takes what comes.</param>
    /// <param name="timeout">Infinite is allowed.</param>
    /// <param name="stop">Ends it early.</param>
    /// <param name="completion">The result; to be awaited when the submission was a success.</param>
    public LibUsbError Submit(OpenDeviceHandle device, LibUsbTransferType type, byte endpoint, SetupPacket? setup, ReadOnlySpan<byte> send, Memory<byte> receive,
        TimeSpan timeout, CancellationToken stop, out ValueTask<TransferResult> completion)
    {
        _done.Reset();
        _head = setup is null ? 0 : SetupPacket.Size;
        var length = _head + Math.Max(send.Length, receive.Length);
        var buffer = Buffer(length);
        setup?.Write(buffer);
        send.CopyTo(buffer[_head..]);
        (_receive, _stop) = (receive, stop);
        *_native = new()
        {
            Device = device.DangerousGetHandle(),
            Endpoint = endpoint,
            Type = type,
            TimeoutMilliseconds = timeout == Timeout.InfiniteTimeSpan ? 0 : (uint)Math.Clamp(Math.Ceiling(timeout.TotalMilliseconds), 1, int.MaxValue),
            Length = length,
            Callback = &OnDone,
            UserData = GCHandle.ToIntPtr(_self),
            Buffer = _buffer,
        };
        completion = new(this, _done.Version);
        var error = LibUsb.SubmitTransfer(_native);
        if (error == LibUsbError.Success && stop.CanBeCanceled) _registration = stop.UnsafeRegister(static state => ((UsbTransfer)state!).Cancel(), this);
        return error;
    }

    /// <summary>Asks libusb to end it early; it still completes. Nothing happens when it is not under way.</summary>
    public void Cancel()
    {
        lock (_gate) if (_native is not null) LibUsb.CancelTransfer(_native);
    }

    /// <summary>Only while it is not under way.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_native is null) return;
            LibUsb.FreeTransfer(_native);
            NativeMemory.Free(_buffer);
            _self.Free();
            _native = null;
            _buffer = null;
            _capacity = 0;
        }
    }

    TransferResult IValueTaskSource<TransferResult>.GetResult(short token)
    {
        try
        {
            return _done.GetResult(token);
        }
        finally
        {
            // Waits for a cancellation that is just running, so that it cannot hit the next use.
            _registration.Dispose();
            _registration = default;
            _connection.Return(this);
        }
    }

    ValueTaskSourceStatus IValueTaskSource<TransferResult>.GetStatus(short token) => _done.GetStatus(token);

    void IValueTaskSource<TransferResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _done.OnCompleted(continuation, state, token, flags);

    [UnmanagedCallersOnly]
    static void OnDone(LibUsbTransfer* native) => Unsafe.As<UsbTransfer>(GCHandle.FromIntPtr(native->UserData).Target!).Complete();

    Span<byte> Buffer(int length)
    {
        if (length > _capacity)
        {
            _buffer = (byte*)NativeMemory.Realloc(_buffer, (nuint)length);
            _capacity = length;
        }
        return new(_buffer, length);
    }

    void Complete()
    {
        // Of a control transfer the bytes of the data stage are counted.
        var (status, count) = (_native->Status, Math.Clamp(_native->ActualLength, 0, _native->Length - _head));
        if (!_receive.IsEmpty) new ReadOnlySpan<byte>(_buffer + _head, Math.Min(count, _receive.Length)).CopyTo(_receive.Span);
        _receive = default;
        // From here on the connection may free it.
        _connection.Ended();
        if (status == LibUsbTransferStatus.Cancelled && _stop.IsCancellationRequested) _done.SetException(new OperationCanceledException(_stop));
        else _done.SetResult(new(StatusOf(status), count));
    }

    static TransferStatus StatusOf(LibUsbTransferStatus status) => status switch
    {
        LibUsbTransferStatus.Completed => TransferStatus.Completed,
        LibUsbTransferStatus.Stall => TransferStatus.Stalled,
        LibUsbTransferStatus.TimedOut => TransferStatus.TimedOut,
        // Cancelled without being asked to: the connection is being closed, or the device went away.
        LibUsbTransferStatus.NoDevice or LibUsbTransferStatus.Cancelled => TransferStatus.Gone,
        _ => TransferStatus.BusError,
    };
}
