namespace Pogoline.Programming;

/// <summary>
/// Lets a unit finish what it does by itself. A system that has just come up may be taking a bootloader from its OTA region; sent to DFU mode
/// meanwhile it would leave the bootloader half written, and only SWD could bring it back.
/// </summary>
static class Settling
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>Waits until the unit is in DFU mode, or its system has stayed on the bus; no longer than the deadline.</summary>
    public static async ValueTask WaitAsync(IUnit unit, TimeProvider time, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        while (Deadline - time.GetElapsedTime(started) is var left && left > TimeSpan.Zero)
        {
            if (!await unit.WaitForAsync(UnitPresence.System | UnitPresence.Dfu, left, stop).ConfigureAwait(false) || unit.Presence == UnitPresence.Dfu) return;
            if (!await unit.WaitForAsync(UnitPresence.Absent | UnitPresence.Dfu, StartCheck.Settled, stop).ConfigureAwait(false)) return;
        }
    }
}
