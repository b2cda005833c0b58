namespace Pogoline.Lab.Board;

/// <summary>How long things take on a virtual board.</summary>
public sealed record LabTiming
{
    /// <summary>Nothing takes any time: a timer fires at once, a reset ends in the next mode.</summary>
    public static LabTiming None { get; } = new();

    /// <summary>
    /// Flash operations take the typical times of the parts' data sheets, transfers what a full-speed bus allows, the firmware's timers what
    /// its source says. How long a board takes to start and to be enumerated is in neither; those figures are of the right order.
    /// </summary>
    public static LabTiming Datasheet { get; } = new()
    {
        Passes = true,
        BootloaderStart = TimeSpan.FromMilliseconds(50),
        SystemStart = TimeSpan.FromMilliseconds(400),
        Enumeration = TimeSpan.FromMilliseconds(250),
        SmallTransfer = TimeSpan.FromMilliseconds(1),
        PacketsPerFrame = 19,
    };

    /// <summary>Whether flash operations and timers take their time.</summary>
    public bool Passes { get; init; }

    /// <summary>From the reset until the bootloader decides.</summary>
    public TimeSpan BootloaderStart { get; init; }

    /// <summary>From the jump to the system until USB comes up.</summary>
    public TimeSpan SystemStart { get; init; }

    /// <summary>From the pull-up until a host can open the device.</summary>
    public TimeSpan Enumeration { get; init; }

    /// <summary>The shortest control transfer, as hosts schedule them.</summary>
    public TimeSpan SmallTransfer { get; init; }

    /// <summary>Packets of 64 bytes in a full-speed frame of 1 ms; 0 when transfers take no time.</summary>
    public int PacketsPerFrame { get; init; }

    /// <summary>The time of a control transfer with a data stage of that many bytes: 64 packets of 64 bytes take 3.5 ms.</summary>
    public TimeSpan Transfer(int bytes)
    {
        if (PacketsPerFrame == 0) return TimeSpan.Zero;
        const int SetupAndStatus = 2;
        var packets = (bytes + 63) / 64 + SetupAndStatus;
        var onTheBus = TimeSpan.FromMilliseconds((double)packets / PacketsPerFrame);
        return onTheBus > SmallTransfer ? onTheBus : SmallTransfer;
    }

    /// <summary>The time itself, or nothing when times do not pass.</summary>
    public TimeSpan Of(TimeSpan time) => Passes ? time : TimeSpan.Zero;
}
