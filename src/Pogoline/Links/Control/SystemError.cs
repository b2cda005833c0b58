using System.Globalization;

namespace Pogoline.Links.Control;

/// <summary>A result code of Device OS; control requests and <c>Validation failed: n</c> of serial transfers use the same numbers.</summary>
/// <param name="Code">0 for success, else negative.</param>
public readonly record struct SystemError(int Code)
{
    /// <summary>No error.</summary>
    public static readonly SystemError None = new(0);

    /// <summary>The request is not known (−120).</summary>
    public static readonly SystemError NotSupported = new(-120);

    /// <summary>What was asked for is not there (−170).</summary>
    public static readonly SystemError NotFound = new(-170);

    /// <summary>The operation does not fit the state of the device (−210).</summary>
    public static readonly SystemError InvalidState = new(-210);

    static readonly Dictionary<int, (string Words, string Remedy)> Known = new()
    {
        [-100] = ("an unknown error", Again),
        [-110] = ("busy", Again),
        [-120] = ("not supported", "Update Device OS on the board, or use another route."),
        [-130] = ("not allowed", "The user firmware forbids this request: flash other user firmware, or start safe mode, then try again."),
        [-140] = ("cancelled", Again),
        [-150] = ("aborted", Again),
        [-160] = ("timed out on the board", Again),
        [-170] = ("not found", "What was asked for is not on the board."),
        [-180] = ("already exists", "It is there already."),
        [-190] = ("too large", "Check the file: it is larger than the board has room for."),
        [-191] = ("not enough data", Again),
        [-200] = ("a limit is exceeded", Reset),
        [-210] = ("invalid state", Reset),
        [-219] = ("flash error", "Try again; if it stays, the board's flash is worn."),
        [-220] = ("I/O error", Again),
        [-225] = ("file error", "Try again; if it stays, the board's file system is damaged."),
        [-230] = ("network error", Again),
        [-240] = ("protocol error", Again),
        [-250] = ("an internal error", Reset),
        [-260] = ("no memory", Reset),
        [-270] = ("invalid argument", "Check the values that were given."),
        [-280] = ("bad data", "Check the values that were given."),
        [-290] = ("out of range", "Check the values that were given."),
        [-300] = ("deprecated", "Use another route: this Device OS no longer serves the request."),
        [-1300] = ("module not found", "This system does not take that module by this route: use DFU."),
        [-1310] = ("unsupported module", "This system does not take that kind of module by this route: use DFU."),
        [-1320] = ("validation failed", "Check the file with 'pogoline inspect'."),
        [-1330] = ("integrity check failed", "Check the file with 'pogoline inspect', then the cable, and send it again."),
        [-1331] = ("a resumed update failed", Again),
        [-1340] = ("dependency check failed", "Send first what the module depends on ('pogoline inspect' shows it), or use DFU, which takes any order."),
        [-1350] = ("invalid address", "The module starts where this system expects none: use DFU, or a release for this board."),
        [-1351] = ("invalid size", "The module is larger than the OTA region: use DFU."),
        [-1360] = ("invalid platform", "The module is for another kind of board ('pogoline inspect' shows which)."),
        [-1370] = ("invalid format", "Check the file with 'pogoline inspect'."),
        [-1380] = ("updates are disabled", "The user firmware forbids updates: start safe mode ('pogoline usb safe-mode'), then send it again."),
        [-1390] = ("the update failed", Again),
        [-1801] = ("the device is protected", "Take the device protection off first."),
        [-1802] = ("the key does not match", "The device is protected with another key."),
        [-1803] = ("invalid signature", "The device is protected with another key."),
    };

    const string Again = "Try again.";
    const string Reset = "Reset the board ('pogoline usb reset'), then try again.";

    /// <summary>Whether there is no error; positive values are results of their own.</summary>
    public bool IsSuccess => Code >= 0;

    /// <summary>What it means, such as <c>dependency check failed</c>.</summary>
    public string Words => Code >= 0 ? "success" : Known.TryGetValue(Code, out var known) ? known.Words : "an error without a name";

    /// <summary>The next action.</summary>
    public string Remedy => Known.TryGetValue(Code, out var known) ? known.Remedy : Again;

    /// <summary>The words and the number: <c>dependency check failed (−1340)</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Words} ({Code})");
}
