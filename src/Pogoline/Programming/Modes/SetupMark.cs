using Pogoline.Links.Control;

namespace Pogoline.Programming.Modes;

/// <summary>The mark that the setup of a board is done: without it Gen 3 boards before Device OS 4.0.0 start in listening mode.</summary>
/// <param name="unit">The unit; its system runs.</param>
/// <param name="time">The clock.</param>
public sealed class SetupMark(IUnit unit, TimeProvider time)
{
    /// <summary>Sets or clears the mark, asks whether it is so, and brings the unit into the mode that follows: normal or listening.</summary>
    /// <exception cref="PogolineException"><see cref="ProgrammingFaults.NoSetupMark"/> where the board has no such mark; <see cref="ControlFaults"/>.</exception>
    public async ValueTask<ModeSighting> WriteAsync(bool isDone, CancellationToken stop)
    {
        if (!await unit.WaitForAsync(UnitPresence.System, TimeSpan.Zero, stop).ConfigureAwait(false))
        {
            throw new PogolineException(ProgrammingFaults.ModeSwitch, $"The system of {unit.DeviceId} does not run.", "Start it: pogoline usb reset.");
        }
        var pipe = await unit.OpenAsync(stop).ConfigureAwait(false);
        await using (pipe.ConfigureAwait(false))
        {
            var requests = new ControlRequests(await ControlSession.OpenAsync(pipe, time, stop).ConfigureAwait(false));
            try
            {
                await requests.SetSetupDoneAsync(isDone, stop).ConfigureAwait(false);
            }
            catch (PogolineException e) when (e.Code == ControlFaults.NotSupported)
            {
                throw new PogolineException(ProgrammingFaults.NoSetupMark, $"The {unit.Platform.Name} {unit.DeviceId} has no setup mark that could be {(isDone ? "set" : "cleared")}.",
                    "Nothing is to be done: only Gen 3 boards have it, and from Device OS 4.0.0 on it is always set.", e);
            }
            if (await requests.FindSetupDoneAsync(stop).ConfigureAwait(false) != isDone)
            {
                throw new PogolineException(ProgrammingFaults.NoSetupMark, $"The board took the request and still says that its setup is {(isDone ? "not " : "")}done.", "Reset the board, then try again.");
            }
        }
        return await new UnitModes(unit, time).EnterAsync(isDone ? DeviceMode.Normal : DeviceMode.Listening, stop).ConfigureAwait(false);
    }
}
