using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;

namespace Pogoline.Host.Usb.Native;

/// <summary>A libusb transfer with a buffer of its own, used again and again; one submission at a time.</summary>
sealed unsafe class UsbTransfer : IValueTaskSource<LibUsbTransferStatus>, IDisposable
{
    LibUsbTransfer* _native;
    byte* _buffer;
    int _capacity;
    GCHandle _self;
    ManualResetValueTaskSourceCore<LibUsbTransferStatus> _done = new() { RunContinuationsAsynchronously = true };

    public UsbTransfer()
    {
        _native = LibUsb.AllocateTransfer(0);
        if (_native is null) throw new InsufficientMemoryException("libusb_alloc_transfer");
        _self = GCHandle.Alloc(this);
    }

    /// <summary>Bytes that were moved; of a control transfer those of the data stage.</summary>
    public int Count => Math.Clamp(_native->ActualLength, 0, _capacity);

    /// <summary>The buffer, grown to hold at least that many bytes.</summary>
    public Span<byte> Buffer(int length)
    {
        if (length > _capacity)
        {
            _buffer = (byte*)NativeMemory.Realloc(_buffer, (nuint)length);
            _capacity = length;
        }
        return new(_buffer, length);
    }

    /// <summary>Hands the first bytes of the buffer to libusb; completes when libusb is done with them, also after a cancellation.</summary>
    public LibUsbError Submit(OpenDeviceHandle device, LibUsbTransferType type, byte endpoint, int length, TimeSpan timeout, out ValueTask<LibUsbTransferStatus> completion)
    {
        _done.Reset();
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
        return LibUsb.SubmitTransfer(_native);
    }

    /// <summary>Asks libusb to end it early; it still completes.</summary>
    public void Cancel() => LibUsb.CancelTransfer(_native);

    /// <summary>Only while it is not submitted.</summary>
    public void Dispose()
    {
        if (_native is null) return;
        LibUsb.FreeTransfer(_native);
        NativeMemory.Free(_buffer);
        _self.Free();
        _native = null;
        _buffer = null;
        _capacity = 0;
    }

    LibUsbTransferStatus IValueTaskSource<LibUsbTransferStatus>.GetResult(short token) => _done.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<LibUsbTransferStatus>.GetStatus(short token) => _done.GetStatus(token);

    void IValueTaskSource<LibUsbTransferStatus>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _done.OnCompleted(continuation, state, token, flags);

    [UnmanagedCallersOnly]
    static void OnDone(LibUsbTransfer* native) =>
        Unsafe.As<UsbTransfer>(GCHandle.FromIntPtr(native->UserData).Target!)._done.SetResult(native->Status);
}
