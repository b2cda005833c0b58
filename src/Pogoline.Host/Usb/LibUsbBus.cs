using Pogoline.Host.Usb.Native;
using Pogoline.Links;

namespace Pogoline.Host.Usb;

/// <summary>
/// The USB devices of this machine through libusb-1.0. Where the system announces devices (udev, macOS) that is listened to; elsewhere
/// (Windows; Linux in a container, where no udev speaks) the list is read again while somebody waits.
/// </summary>
public sealed class LibUsbBus : IUsbBus
{
    // Reading a folder of Linux costs some 20 µs, libusb's list half a millisecond and more.
    static readonly TimeSpan FolderInterval = TimeSpan.FromMilliseconds(10);
    static readonly TimeSpan ListInterval = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan StringTimeout = TimeSpan.FromSeconds(1);

    readonly TimeProvider _time;
    readonly CancellationTokenSource _closed = new();
    readonly Lock _gate = new();
    readonly UsbContext? _shared;
    readonly UsbHotplug? _hotplug;

    // Asked once: while a device leaves, its folder cannot be read for a moment.
    readonly LinuxUsb? _folder = LinuxUsb.This?.ListNames() is null ? null : LinuxUsb.This;
    Task? _poll;

    LibUsbBus(UsbContext context, TimeProvider time, bool mayListen)
    {
        _time = time;
        if (mayListen && UsbHotplug.TryStart(context) is { } hotplug) (_shared, _hotplug) = (context, hotplug);
        else context.Dispose();
    }

    /// <summary>Starts libusb.</summary>
    /// <param name="time">The clock of the fall-back for hot-plug.</param>
    /// <exception cref="PogolineException"><see cref="UsbFaults.Library"/>, <see cref="UsbFaults.NoUsb"/>.</exception>
    public static LibUsbBus Open(TimeProvider time) => new(UsbContext.Open(), time, LinuxUsb.This?.IsAnnouncing ?? true);

    /// <summary>The version of libusb, such as <c>1.0.26</c>; null when it is not installed.</summary>
    public static unsafe string? LibraryVersion
    {
        get
        {
            if (!NativeLibraries.TryLoad(NativeLibraries.Usb, out _)) return null;
            var version = LibUsb.GetVersion();
            return $"{version->Major}.{version->Minor}.{version->Micro}";
        }
    }

    /// <summary>Whether arrivals are announced, rather than found by reading the list again.</summary>
    public bool IsAnnounced => _hotplug is not null;

    /// <inheritdoc/>
    public Task Changed
    {
        get
        {
            if (_hotplug is not null)
            {
                // Not before somebody waits: a command that only lists devices needs no thread.
                _shared!.RunEvents();
                return _hotplug.Changed;
            }
            lock (_gate)
            {
                if (_poll is null or { IsCompleted: true }) _poll = _folder is not null
                    ? PollAsync(() => _folder.ListNames() ?? [], FolderInterval)
                    : PollAsync(() => List().Select(d => d.Key), ListInterval);
                return _poll;
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<UsbDeviceInfo> List()
    {
        using var context = Context();
        return UsbEnumeration.Read(context.Handle);
    }

    /// <inheritdoc/>
    public async ValueTask<UsbDetails> DescribeAsync(UsbDeviceInfo device, CancellationToken stop)
    {
        var problem = LinuxUsb.This?.FindProblem(device);
        if (LinuxUsb.This?.ReadStrings(device) is { } strings) return strings with { Problem = problem };
        if (problem is not null) return new("", "", "", problem);
        try
        {
            var pipe = await OpenAsync(device, stop).ConfigureAwait(false);
            await using (pipe.ConfigureAwait(false))
            {
                return new(await ReadAsync(pipe, device.ManufacturerIndex).ConfigureAwait(false), await ReadAsync(pipe, device.ProductIndex).ConfigureAwait(false),
                    await ReadAsync(pipe, device.SerialNumberIndex).ConfigureAwait(false), null);
            }
        }
        catch (PogolineException e)
        {
            return new("", "", "", new(e.Code, e.Message, e.Remedy));
        }

        ValueTask<string> ReadAsync(IControlPipe pipe, byte index) => StandardRequests.ReadStringAsync(pipe, index, StringTimeout, stop);
    }

    /// <inheritdoc/>
    public ValueTask<IControlPipe> OpenAsync(UsbDeviceInfo device, CancellationToken stop) => new(new UsbControlPipe(Connect(device)));

    /// <summary>Opens a device for all kinds of transfers.</summary>
    /// <exception cref="PogolineException">It cannot be opened, with the true cause.</exception>
    public UsbConnection Connect(UsbDeviceInfo device)
    {
        ArgumentNullException.ThrowIfNull(device);
        var context = Context();
        try
        {
            var error = UsbEnumeration.Open(context.Handle, device, out var handle);
            return handle is not null ? new(context.Share(), handle, device) : throw UsbProblems.Opening(device, error).ToException();
        }
        finally
        {
            context.Dispose();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync().ConfigureAwait(false);
        _hotplug?.Dispose();
        _shared?.Dispose();
        _closed.Dispose();
    }

    // Without announcements a context only knows what was there when it was made.
    UsbContext Context() => _shared?.Share() ?? UsbContext.Open();

    // Completes when the devices are others than now.
    async Task PollAsync<T>(Func<IEnumerable<T>> list, TimeSpan interval)
    {
        var closed = _closed.Token;
        var before = list().ToHashSet();
        do await Task.Delay(interval, _time, closed).ConfigureAwait(false);
        while (before.SetEquals(list()));
    }
}
