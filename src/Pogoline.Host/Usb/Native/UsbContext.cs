namespace Pogoline.Host.Usb.Native;

/// <summary>A libusb context with the thread that runs its events; ends when the last of its users is done with it.</summary>
sealed class UsbContext : IDisposable
{
    readonly Lock _gate = new();
    int _users = 1;
    Thread? _events;
    volatile bool _isEnding;

    UsbContext(ContextHandle handle) => Handle = handle;

    public ContextHandle Handle { get; }

    /// <summary>Starts libusb.</summary>
    /// <exception cref="PogolineException"><see cref="UsbFaults.Library"/>, <see cref="UsbFaults.NoUsb"/>.</exception>
    public static UsbContext Open()
    {
        if (!NativeLibraries.TryLoad(NativeLibraries.Usb, out _)) throw UsbProblems.NoLibrary();
        var error = LibUsb.Init(out var context);
        return error == LibUsbError.Success ? new(new(context)) : throw UsbProblems.NoUsb(error);
    }

    /// <summary>One user more; each calls <see cref="Dispose"/>.</summary>
    public UsbContext Share()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_users == 0, this);
            _users++;
            return this;
        }
    }

    /// <summary>Completions and hot-plug events are delivered from now on.</summary>
    public void RunEvents()
    {
        lock (_gate)
        {
            if (_events is not null) return;
            _events = new(HandleEvents) { IsBackground = true, Name = "libusb events" };
            _events.Start();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_users == 0 || --_users > 0) return;
        }
        _isEnding = true;
        if (_events is not null)
        {
            LibUsb.InterruptEventHandler(Handle);
            _events.Join();
        }
        Handle.Dispose();
    }

    void HandleEvents()
    {
        while (!_isEnding)
        {
            // Interrupted by a signal it is called again; with any other error no completion will ever come, and every transfer has its timeout.
            var error = LibUsb.HandleEvents(Handle);
            if (error is not (LibUsbError.Success or LibUsbError.Interrupted or LibUsbError.Timeout or LibUsbError.Busy)) Thread.Yield();
        }
    }
}
