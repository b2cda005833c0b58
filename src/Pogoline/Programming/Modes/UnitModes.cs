using System.Buffers.Binary;
using Pogoline.Links;
using Pogoline.Links.Control;
using Pogoline.Links.Dfu;
using Pogoline.Links.Listening;

namespace Pogoline.Programming.Modes;

/// <summary>
/// Brings a unit from one mode to another by whichever way is open, and returns only when it is there: what the unit does is asked and
/// seen, never assumed.
/// </summary>
/// <param name="unit">The unit.</param>
/// <param name="time">The clock.</param>
public sealed class UnitModes(IUnit unit, TimeProvider time)
{
    const uint DfuRate = 14400;
    const uint ListeningRate = 28800;

    /// <summary>Out of DFU, out of safe mode, into the mode that is wanted, and one to spare.</summary>
    const int MostChanges = 4;

    static readonly TimeSpan ArrivalDeadline = TimeSpan.FromSeconds(20);
    static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);
    static readonly TimeSpan LeaveDeadline = TimeSpan.FromSeconds(10);
    static readonly TimeSpan ListeningDeadline = TimeSpan.FromSeconds(15);
    static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(20);
    static readonly TimeSpan TouchTimeout = TimeSpan.FromSeconds(5);
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    readonly ModeProbe _probe = new(unit, time);
    bool _isSafe;

    /// <summary>The mode that the unit is in now; safe mode also where it was brought there by this object and has not restarted since.</summary>
    public async ValueTask<ModeSighting> LookAsync(CancellationToken stop)
    {
        var seen = await _probe.LookAsync(stop).ConfigureAwait(false);
        if (seen.Mode == DeviceMode.Dfu) _isSafe = false;
        return _isSafe && seen.Mode == DeviceMode.Normal ? new(DeviceMode.Safe, false) : seen;
    }

    /// <summary>Brings the unit into a mode.</summary>
    /// <param name="wanted">Normal, listening, safe or DFU.</param>
    /// <param name="stop">Observed between the steps; the unit may be in another mode then.</param>
    /// <returns>
    /// The mode; not sure for safe mode where the user firmware would start. A board that listens at every start does so in safe mode too. A board
    /// that somebody else put into safe mode counts as normal: <see cref="RestartAsync"/> brings it out.
    /// </returns>
    /// <exception cref="PogolineException">
    /// <see cref="ProgrammingFaults.Absent"/>; <see cref="ProgrammingFaults.ModeSwitch"/> when every way is closed or leads elsewhere, with what each
    /// did; <see cref="ProgrammingFaults.BackInDfu"/>.
    /// </exception>
    public async ValueTask<ModeSighting> EnterAsync(DeviceMode wanted, CancellationToken stop)
    {
        for (var changes = 0; ; changes++)
        {
            if (!await unit.WaitForAsync(UnitPresence.System | UnitPresence.Dfu, ArrivalDeadline, stop).ConfigureAwait(false)) throw Absent();
            // DFU is seen from outside; a system that is busy need not be asked for it.
            var seen = wanted == DeviceMode.Dfu && unit.Presence == UnitPresence.System ? new(DeviceMode.Normal, false) : await LookAsync(stop).ConfigureAwait(false);
            if (seen.Mode == wanted) return seen;
            var ways = ModeRules.Ways(seen.Mode, wanted);
            if (ways.Count == 0 || changes == MostChanges) throw Failed(wanted, $"it is in {Name(seen.Mode)}");
            var reasons = new List<string>();
            var isDone = false;
            foreach (var way in ways)
            {
                stop.ThrowIfCancellationRequested();
                if (await TryAsync(way, seen.Mode, wanted, stop).ConfigureAwait(false) is not { } reason)
                {
                    isDone = true;
                    break;
                }
                reasons.Add($"by {Name(way)}: {reason}");
                if (await IsThereAsync(wanted, stop).ConfigureAwait(false)) return new(wanted, true);
            }
            if (!isDone) throw Failed(wanted, string.Join("; ", reasons));
            if (ModeRules.Restarts(seen.Mode, wanted)) _isSafe = false;
            if (wanted == DeviceMode.Safe && seen.Mode != DeviceMode.Dfu)
            {
                // It restarted as asked. A system that listens or could start its user firmware does not say that it skips it.
                _isSafe = true;
                return await LookAsync(stop).ConfigureAwait(false) is { Mode: DeviceMode.Safe } safe ? safe : new(DeviceMode.Safe, false);
            }
        }
    }

    /// <summary>Restarts the unit and waits until its system runs again, or its bootloader if it was in DFU mode for want of a system.</summary>
    /// <exception cref="PogolineException"><see cref="ProgrammingFaults.Absent"/>, <see cref="ProgrammingFaults.ModeSwitch"/>, <see cref="ProgrammingFaults.BackInDfu"/>.</exception>
    public async ValueTask<ModeSighting> RestartAsync(CancellationToken stop)
    {
        if (!await unit.WaitForAsync(UnitPresence.System | UnitPresence.Dfu, ArrivalDeadline, stop).ConfigureAwait(false)) throw Absent();
        if (unit.Presence == UnitPresence.Dfu) await LeaveDfuAsync(stop).ConfigureAwait(false);
        else
        {
            var reasons = new List<string>();
            foreach (var way in new[] { ModeWay.Control, ModeWay.VendorReset })
            {
                if (await TryRestartAsync(way, requests => requests.ResetAsync(stop), stop).ConfigureAwait(false) is not { } reason)
                {
                    reasons.Clear();
                    break;
                }
                reasons.Add($"by {Name(way)}: {reason}");
            }
            if (reasons.Count > 0) throw Failed(DeviceMode.Normal, string.Join("; ", reasons));
        }
        _isSafe = false;
        return await LookAsync(stop).ConfigureAwait(false);
    }

    /// <summary>Takes one way.</summary>
    /// <returns>Null when the unit did what the way is for; else why not.</returns>
    async ValueTask<string?> TryAsync(ModeWay way, DeviceMode from, DeviceMode to, CancellationToken stop)
    {
        if (way == ModeWay.LeaveDfu)
        {
            await LeaveDfuAsync(stop).ConfigureAwait(false);
            return null;
        }
        if (to == DeviceMode.Dfu)
        {
            var reason = way == ModeWay.Control ? await AskAsync(r => r.EnterDfuAsync(stop), stop).ConfigureAwait(false) : await TouchAsync(DfuRate, stop).ConfigureAwait(false);
            return reason ?? (await unit.WaitForAsync(UnitPresence.Dfu, ArrivalDeadline, stop).ConfigureAwait(false) ? null
                : $"after {ArrivalDeadline.TotalSeconds} s it is {(unit.Presence == UnitPresence.System ? "in system mode" : "not on the bus")}");
        }
        if (to == DeviceMode.Safe) return await TryRestartAsync(way, r => r.EnterSafeModeAsync(stop), stop).ConfigureAwait(false);
        if (from == DeviceMode.Safe && to == DeviceMode.Normal) return await TryRestartAsync(way, r => r.ResetAsync(stop), stop).ConfigureAwait(false);
        var listens = to == DeviceMode.Listening;
        var refusal = way switch
        {
            ModeWay.Control => await AskAsync(r => listens ? r.StartListeningAsync(stop) : r.StopListeningAsync(stop), stop).ConfigureAwait(false),
            ModeWay.Touch => await TouchAsync(ListeningRate, stop).ConfigureAwait(false),
            _ => await LeaveConsoleAsync(stop).ConfigureAwait(false),
        };
        return refusal ?? await WaitForListeningAsync(listens, stop).ConfigureAwait(false);
    }

    async ValueTask<string?> WaitForListeningAsync(bool listens, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var found = await _probe.FindListeningAsync(stop).ConfigureAwait(false);
            // A system that cannot be asked for its mode has a console only while it listens.
            if (found == listens || (found is null && !listens && unit.Presence == UnitPresence.System)) return null;
            if (time.GetElapsedTime(started) > ListeningDeadline) return $"after {ListeningDeadline.TotalSeconds} s it {(listens ? "does not listen" : "still listens")}";
            await unit.WaitForAsync(UnitPresence.Absent | UnitPresence.Dfu, Interval, stop).ConfigureAwait(false);
            if (!await unit.WaitForAsync(UnitPresence.System, ArrivalDeadline, stop).ConfigureAwait(false)) return "it left the bus";
        }
    }

    /// <summary>Asks for a restart and waits for it.</summary>
    async ValueTask<string?> TryRestartAsync(ModeWay way, Func<ControlRequests, ValueTask> ask, CancellationToken stop)
    {
        var pipe = await unit.OpenAsync(stop).ConfigureAwait(false);
        await using (pipe.ConfigureAwait(false))
        {
            if (way == ModeWay.Control)
            {
                if (await AskAsync(pipe, ask, stop).ConfigureAwait(false) is { } reason) return reason;
            }
            else if (await VendorRequests.ResetAsync(pipe, stop).ConfigureAwait(false) == TransferStatus.Stalled)
            {
                return "it does not know the request";
            }
            if (!await SessionEnd.WaitAsync(unit, pipe, LeaveDeadline, time, stop).ConfigureAwait(false)) return $"it did not restart within {LeaveDeadline.TotalSeconds} s";
        }
        return await unit.WaitForAsync(UnitPresence.System | UnitPresence.Dfu, StartDeadline, stop).ConfigureAwait(false)
            ? unit.Presence == UnitPresence.Dfu ? throw ReportCheck.BackInDfu() : null
            : throw Absent();
    }

    async ValueTask LeaveDfuAsync(CancellationToken stop)
    {
        var pipe = await unit.OpenAsync(stop).ConfigureAwait(false);
        await using (pipe.ConfigureAwait(false))
        {
            var dfu = await DfuDevice.OpenAsync(pipe, time, stop).ConfigureAwait(false);
            await dfu.LeaveAsync(stop).ConfigureAwait(false);
        }
        if (!await unit.WaitForAsync(UnitPresence.Absent | UnitPresence.System, LeaveDeadline, stop).ConfigureAwait(false))
        {
            throw new PogolineException(ProgrammingFaults.BackInDfu, $"The unit {unit.DeviceId} is still, or again, in DFU mode {LeaveDeadline.TotalSeconds} s after it was told to leave it.",
                "Its bootloader may find no valid system: restore the board ('pogoline restore'), or reset it.");
        }
        if (!await unit.WaitForAsync(UnitPresence.System | UnitPresence.Dfu, StartDeadline, stop).ConfigureAwait(false)) throw Absent();
        if (unit.Presence == UnitPresence.Dfu) throw ReportCheck.BackInDfu();
    }

    async ValueTask<string?> LeaveConsoleAsync(CancellationToken stop)
    {
        try
        {
            var port = await unit.OpenSerialAsync(ListeningConsole.BaudRate, stop).ConfigureAwait(false);
            await using (port.ConfigureAwait(false)) await new ListeningConsole(port, time).LeaveAsync(stop).ConfigureAwait(false);
            return null;
        }
        catch (PogolineException e)
        {
            return e.Message;
        }
    }

    /// <summary>Sets a baud rate that is a command: through the serial port, or where that is not to be had through endpoint 0.</summary>
    async ValueTask<string?> TouchAsync(uint rate, CancellationToken stop)
    {
        try
        {
            var port = await unit.OpenSerialAsync(rate, stop).ConfigureAwait(false);
            await port.DisposeAsync().ConfigureAwait(false);
            return null;
        }
        catch (PogolineException)
        {
            // Endpoint 0 is still there.
        }
        try
        {
            var pipe = await unit.OpenAsync(stop).ConfigureAwait(false);
            await using (pipe.ConfigureAwait(false))
            {
                var coding = new byte[7];
                BinaryPrimitives.WriteUInt32LittleEndian(coding, rate);
                coding[6] = 8;
                var result = await pipe.WriteAsync(new(0x21, 0x20, 0, 0, (ushort)coding.Length), coding, TouchTimeout, stop).ConfigureAwait(false);
                // The unit may be gone before it acknowledges; what counts is what it does then.
                return result.Status == TransferStatus.Stalled ? $"it refused the {rate} baud request" : null;
            }
        }
        catch (PogolineException e)
        {
            return e.Message;
        }
    }

    async ValueTask<string?> AskAsync(Func<ControlRequests, ValueTask> ask, CancellationToken stop)
    {
        try
        {
            var pipe = await unit.OpenAsync(stop).ConfigureAwait(false);
            await using (pipe.ConfigureAwait(false)) return await AskAsync(pipe, ask, stop).ConfigureAwait(false);
        }
        catch (PogolineException e)
        {
            return e.Message;
        }
    }

    async ValueTask<string?> AskAsync(IControlPipe pipe, Func<ControlRequests, ValueTask> ask, CancellationToken stop)
    {
        try
        {
            await ask(new(await ControlSession.OpenAsync(pipe, time, stop).ConfigureAwait(false)) { Timeout = RequestTimeout }).ConfigureAwait(false);
            return null;
        }
        catch (PogolineException e) when (e.Code == ControlFaults.Gone)
        {
            // It went before its answer was fetched; what counts is what it does then.
            return null;
        }
        catch (PogolineException e)
        {
            return e.Message;
        }
    }

    async ValueTask<bool> IsThereAsync(DeviceMode wanted, CancellationToken stop) =>
        wanted == DeviceMode.Dfu && await unit.WaitForAsync(UnitPresence.Dfu, TimeSpan.Zero, stop).ConfigureAwait(false);

    PogolineException Absent() => new(ProgrammingFaults.Absent, $"The unit {unit.DeviceId} at {unit.Port} was not seen on the bus in time.",
        "Connect and power it; hold MODE while resetting until the LED blinks yellow to start DFU mode by hand.");

    PogolineException Failed(DeviceMode wanted, string why) => new(ProgrammingFaults.ModeSwitch, $"The unit {unit.DeviceId} did not go to {Name(wanted)}: {why}.", wanted switch
    {
        DeviceMode.Dfu => "Start DFU mode by hand: hold MODE while resetting until the LED blinks yellow, then run the same command again.",
        DeviceMode.Listening => "Start listening mode by hand: hold MODE for 3 s until the LED blinks blue, then run the same command again.",
        _ => "Reset the board, then run the same command again.",
    });

    static string Name(DeviceMode mode) => mode switch { DeviceMode.Dfu => "DFU mode", DeviceMode.Absent => "no mode: it is absent", _ => $"{mode.ToString().ToLowerInvariant()} mode" };

    static string Name(ModeWay way) => way switch
    {
        ModeWay.Control => "control request",
        ModeWay.Touch => "baud rate",
        ModeWay.Console => "console",
        ModeWay.VendorReset => "vendor request",
        _ => "leaving DFU",
    };
}
