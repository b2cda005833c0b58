using Pogoline.Links;

namespace Pogoline.Host.Usb;

/// <summary>What a device says of itself in words, and what keeps this program from it.</summary>
/// <param name="Manufacturer">iManufacturer; empty for none.</param>
/// <param name="Product">iProduct; empty for none.</param>
/// <param name="SerialNumber">iSerialNumber as it stands there; empty for none, or when it could not be read.</param>
/// <param name="Problem">Why the device cannot be used; null when it can.</param>
public sealed record UsbDetails(string Manufacturer, string Product, string SerialNumber, UsbProblem? Problem);

/// <summary>The USB devices that this machine, or a lab, offers.</summary>
public interface IUsbBus : IAsyncDisposable
{
    /// <summary>
    /// Completes when a device came or went after this property was read: read it, then <see cref="List"/>, then await it, and nothing is missed.
    /// </summary>
    Task Changed { get; }

    /// <summary>The devices that are there now, hubs left out, in the order of bus and port.</summary>
    /// <exception cref="PogolineException">There is no USB here: <see cref="UsbFaults"/>.</exception>
    IReadOnlyList<UsbDeviceInfo> List();

    /// <summary>Reads a device's strings and finds out whether it can be used; opens it only when there is no other way.</summary>
    ValueTask<UsbDetails> DescribeAsync(UsbDeviceInfo device, CancellationToken stop);

    /// <summary>Opens endpoint 0.</summary>
    /// <exception cref="PogolineException">It cannot be opened, with the true cause.</exception>
    ValueTask<IControlPipe> OpenAsync(UsbDeviceInfo device, CancellationToken stop);
}
