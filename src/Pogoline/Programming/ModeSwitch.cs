using System.Buffers.Binary;
using Pogoline.Links;

namespace Pogoline.Programming;

/// <summary>Brings a unit from one mode to another by USB; done only when the new mode was seen on the bus.</summary>
public static class ModeSwitch
{
    /// <summary>Setting this baud rate on the CDC interface makes a running system restart into DFU mode.</summary>
    const uint DfuBaudRate = 14400;

    static readonly TimeSpan TouchTimeout = TimeSpan.FromSeconds(5);
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>Into DFU mode, from wherever it is.</summary>
    /// <exception cref="PogolineException">The unit is absent, refuses, or does not come back in time.</exception>
    public static async ValueTask EnterDfuAsync(IUnit unit, CancellationToken stop)
    {
        if (!await unit.WaitForAsync(UnitPresence.System | UnitPresence.Dfu, Deadline, stop).ConfigureAwait(false))
        {
            throw new PogolineException(ProgrammingFaults.Absent, $"The unit {unit.DeviceId} at {unit.Port} was not seen on the bus within {Deadline.TotalSeconds} s.",
                "Connect and power it; hold MODE while resetting until the LED blinks yellow to start DFU mode by hand.");
        }
        if (unit.Presence == UnitPresence.Dfu) return;
        var pipe = await unit.OpenAsync(stop).ConfigureAwait(false);
        await using (pipe.ConfigureAwait(false))
        {
            var coding = new byte[7];
            BinaryPrimitives.WriteUInt32LittleEndian(coding, DfuBaudRate);
            coding[6] = 8;
            var setLineCoding = new SetupPacket(0x21, 0x20, 0, 0, (ushort)coding.Length);
            var result = await pipe.WriteAsync(setLineCoding, coding, TouchTimeout, stop).ConfigureAwait(false);
            // The unit may be gone before it acknowledges; what counts is that it comes back.
            if (result.Status is TransferStatus.Stalled) throw Failed(unit, "it refused the 14400 baud request");
        }
        if (!await unit.WaitForAsync(UnitPresence.Dfu, Deadline, stop).ConfigureAwait(false))
        {
            throw Failed(unit, $"it did not appear in DFU mode within {Deadline.TotalSeconds} s after the 14400 baud request");
        }
    }

    static PogolineException Failed(IUnit unit, string why) => new(
        ProgrammingFaults.ModeSwitch, $"The unit {unit.DeviceId} did not go to DFU mode: {why}.",
        "Start DFU mode by hand: hold MODE while resetting until the LED blinks yellow, then run the same command again.");
}
