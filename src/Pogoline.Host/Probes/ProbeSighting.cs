using Pogoline.Host.Hid;
using Pogoline.Host.Usb;
using Pogoline.Links.Swd.Probes;

namespace Pogoline.Host.Probes;

/// <summary>A debug probe on the bus.</summary>
/// <param name="Kind">Its protocol.</param>
/// <param name="Device">The USB device.</param>
/// <param name="Interface">The interface that it is reached by.</param>
/// <param name="Product">Its name; empty for none.</param>
/// <param name="SerialNumber">Its serial number; empty for none.</param>
/// <param name="Hid">Its HID interface, for a probe that has only that.</param>
/// <param name="Problem">Why it cannot be used; null when it can.</param>
public sealed record ProbeSighting(ProbeKind Kind, UsbDeviceInfo Device, UsbInterfaceInfo Interface, string Product, string SerialNumber, HidDevice? Hid, UsbProblem? Problem)
{
    /// <summary>Whether a name means this probe: its serial number, or where it is plugged in.</summary>
    public bool Fits(string name) => (SerialNumber.Length > 0 && name.Equals(SerialNumber, StringComparison.OrdinalIgnoreCase)) || name == Device.Port;

    /// <inheritdoc/>
    public override string ToString() => $"{(Product.Length > 0 ? Product : Kind)} {(SerialNumber.Length > 0 ? SerialNumber : "(no serial number)")} at {Device.Port}";
}
