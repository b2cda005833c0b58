using Pogoline.Links;

namespace Pogoline.Programming.Modes;

/// <summary>Sees a unit end a session over endpoint 0, which is how a restart shows: it may be back before anybody looks at the bus.</summary>
static class SessionEnd
{
    static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether the unit ends the session that the pipe belongs to. A unit that is only silent has not left.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="pipe">Endpoint 0 as it was opened before the restart.</param>
    /// <param name="deadline">How long it may take.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends the waiting.</param>
    public static async ValueTask<bool> WaitAsync(IUnit unit, IControlPipe pipe, TimeSpan deadline, TimeProvider time, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        var status = new byte[2];
        while (time.GetElapsedTime(started) < deadline)
        {
            var result = await pipe.ReadAsync(new(0x80, 0, 0, 0, (ushort)status.Length), status, AnswerTimeout, stop).ConfigureAwait(false);
            if (result.Status is TransferStatus.Gone or TransferStatus.BusError) return true;
            if (await unit.WaitForAsync(UnitPresence.Absent | UnitPresence.Dfu, Interval, stop).ConfigureAwait(false)) return true;
        }
        return false;
    }
}
