using Pogoline.Lab.Flash;
using Pogoline.Links;

namespace Pogoline.Lab.Dfu;

/// <summary>
/// A board whose bootloader offers USB DFU, seen from endpoint 0. Everything happens inside the calls; time is told by
/// <see cref="Elapse"/>, and the flash times add up in the <see cref="BoardStorage"/>.
/// </summary>
public abstract class DfuUsbDevice
{
    /// <summary>wTransferSize of both generations.</summary>
    public const int TransferSize = 4096;

    private protected DfuUsbDevice()
    {
    }

    /// <summary>Milliseconds until the board resets itself to leave DFU mode; null when it is not leaving.</summary>
    public int? MillisecondsToReset => LeaveTimerRuns && Timer.Left > 0 ? Timer.Left : null;

    private protected LeaveTimer Timer { get; } = new();

    private protected virtual bool LeaveTimerRuns => true;

    /// <summary>The DFU device of a board, just powered up.</summary>
    /// <exception cref="NotSupportedException">The lab has no bootloader of that generation.</exception>
    public static DfuUsbDevice Create(DfuDeviceOptions options, BoardStorage storage) => options.Platform.Generation switch
    {
        2 => new Gen2DfuDevice(options, storage),
        3 => new Gen3DfuDevice(options, storage),
        _ => throw new NotSupportedException($"The lab has no DFU device of generation {options.Platform.Generation}."),
    };

    /// <summary>One control transfer with all its stages.</summary>
    /// <param name="setup">The SETUP packet.</param>
    /// <param name="data">What the host sends; as long as wLength, or empty for a transfer to the host.</param>
    public ControlReply Control(SetupPacket setup, ReadOnlySpan<byte> data)
    {
        var reply = Answer(setup, data);
        return reply.Outcome == ControlOutcome.Acknowledged && setup.IsIn && setup.Length > 0 && !FinishDataStage()
            ? reply with { Outcome = ControlOutcome.LateStalled }
            : reply;
    }

    /// <summary>A reset of the bus. It does not touch the DFU state.</summary>
    public abstract void BusReset();

    /// <summary>Lets time pass.</summary>
    /// <returns>After how many of the milliseconds the board reset itself to leave DFU mode; null when it did not.</returns>
    public int? Elapse(int milliseconds) => LeaveTimerRuns ? Timer.Elapse(milliseconds) : null;

    /// <summary>The device descriptor.</summary>
    internal abstract ReadOnlyMemory<byte> DeviceDescriptor { get; }

    /// <summary>The only configuration.</summary>
    internal abstract ReadOnlyMemory<byte> Configuration { get; }

    private protected abstract ControlReply Answer(SetupPacket setup, ReadOnlySpan<byte> data);

    /// <summary>What follows the end of a data stage to the host.</summary>
    /// <returns>False when the device asks for STALL at this point.</returns>
    private protected abstract bool FinishDataStage();
}
