namespace Pogoline.Programming.Modes;

/// <summary>A way to make a board change its mode.</summary>
enum ModeWay
{
    /// <summary>A control request.</summary>
    Control,

    /// <summary>A baud rate that is a command: 14400 for DFU, 28800 for listening mode.</summary>
    Touch,

    /// <summary>A character on the console.</summary>
    Console,

    /// <summary>The reset that the USB driver of the system carries out by itself.</summary>
    VendorReset,

    /// <summary>The end of DFU mode.</summary>
    LeaveDfu,
}

/// <summary>Which ways lead from one mode towards another.</summary>
static class ModeRules
{
    /// <summary>The ways to try, in order; one may lead to a mode from which another one is needed. Empty where nothing is to be done, or nothing can be.</summary>
    public static IReadOnlyList<ModeWay> Ways(DeviceMode from, DeviceMode to) => (from, to) switch
    {
        _ when from == to => [],
        (DeviceMode.Absent, _) or (_, DeviceMode.Absent) => [],
        (DeviceMode.Dfu, _) => [ModeWay.LeaveDfu],
        (_, DeviceMode.Dfu) => [ModeWay.Control, ModeWay.Touch],
        (DeviceMode.Listening, DeviceMode.Normal) => [ModeWay.Control, ModeWay.Console],
        (_, DeviceMode.Normal) => [ModeWay.Control, ModeWay.VendorReset],
        (_, DeviceMode.Listening) => [ModeWay.Control, ModeWay.Touch],
        (_, DeviceMode.Safe) => [ModeWay.Control],
        _ => [],
    };

    /// <summary>Whether the board restarts on the way.</summary>
    public static bool Restarts(DeviceMode from, DeviceMode to) =>
        from == DeviceMode.Dfu || to is DeviceMode.Dfu or DeviceMode.Safe || (from == DeviceMode.Safe && to == DeviceMode.Normal);
}
