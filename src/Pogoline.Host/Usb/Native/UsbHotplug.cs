using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Pogoline.Host.Usb.Native;

/// <summary>libusb's announcements of devices that come and go, as a task that completes at the next one.</summary>
sealed unsafe class UsbHotplug : IDisposable
{
    const uint HasHotplug = 1;
    const int ArrivedOrLeft = 3;
    const int MatchAny = -1;

    // A callback may still run while its registration is taken back: it finds its listener by number, or none.
    static readonly ConcurrentDictionary<nint, UsbHotplug> Listeners = new();
    static int _lastNumber;

    readonly UsbContext _context;
    readonly nint _number = Interlocked.Increment(ref _lastNumber);
    int _registration;
    TaskCompletionSource _changed = NewSignal();

    UsbHotplug(UsbContext context) => _context = context;

    /// <summary>Completes at the next arrival or departure.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    /// <summary>Starts to listen; null where libusb cannot.</summary>
    public static UsbHotplug? TryStart(UsbContext context)
    {
        if (LibUsb.HasCapability(HasHotplug) == 0) return null;
        var hotplug = new UsbHotplug(context);
        Listeners[hotplug._number] = hotplug;
        if (LibUsb.RegisterHotplug(context.Handle, ArrivedOrLeft, 0, MatchAny, MatchAny, MatchAny, &OnChange, hotplug._number, out hotplug._registration) == LibUsbError.Success)
        {
            return hotplug;
        }
        Listeners.TryRemove(hotplug._number, out _);
        return null;
    }

    public void Dispose()
    {
        Listeners.TryRemove(_number, out _);
        LibUsb.DeregisterHotplug(_context.Handle, _registration);
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [UnmanagedCallersOnly]
    static int OnChange(nint context, nint device, int change, nint number)
    {
        if (Listeners.TryGetValue(number, out var listener)) Interlocked.Exchange(ref listener._changed, NewSignal()).TrySetResult();
        return 0;
    }
}
