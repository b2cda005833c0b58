using Pogoline.Platforms;
using Pogoline.Programming;

namespace Pogoline.Host.Usb;

/// <summary>A board seen on the bus, in one of its modes.</summary>
/// <param name="Device">The USB device.</param>
/// <param name="Platform">What kind of board, by its USB identity.</param>
/// <param name="Presence">The system or the bootloader.</param>
/// <param name="DeviceId">The device ID in lower case; null when it gives none, or cannot be asked.</param>
/// <param name="Problem">Why it cannot be used; null when it can.</param>
public sealed record UsbSighting(UsbDeviceInfo Device, Platform Platform, UnitPresence Presence, string? DeviceId, UsbProblem? Problem)
{
    /// <summary>How it is named to people who must choose: platform, device ID, mode, port.</summary>
    public override string ToString() =>
        $"{Platform.Name} {DeviceId ?? "(no device ID)"} in {(Presence == UnitPresence.Dfu ? "DFU mode" : "system mode")} at {Device.Port}";
}
