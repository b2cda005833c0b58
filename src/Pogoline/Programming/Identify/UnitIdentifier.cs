using Pogoline.Links;
using Pogoline.Links.Control;
using Pogoline.Links.Listening;
using Pogoline.Programming.Modes;

namespace Pogoline.Programming.Identify;

/// <summary>Asks a unit who it is: by control requests, by the console where those are not served, and for the rest where it listens anyway.</summary>
/// <param name="unit">The unit.</param>
/// <param name="time">The clock.</param>
public sealed class UnitIdentifier(IUnit unit, TimeProvider time)
{
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    /// <summary>Asks the unit; it stays in its mode, unless it may be brought into listening mode for what only the console tells, and back.</summary>
    /// <param name="mayListen">Whether the mode may be changed for a moment.</param>
    /// <param name="stop">Observed between requests.</param>
    /// <exception cref="PogolineException">The unit is absent, does not answer at all, or answers with another device ID.</exception>
    public async ValueTask<UnitIdentity> ReadAsync(bool mayListen, CancellationToken stop)
    {
        if (!await unit.WaitForAsync(UnitPresence.System | UnitPresence.Dfu, Timeout, stop).ConfigureAwait(false))
        {
            throw new PogolineException(ProgrammingFaults.Absent, $"The unit {unit.DeviceId} at {unit.Port} is not on the bus.", "Connect and power it.");
        }
        var known = new UnitIdentity { Platform = unit.Platform.Name, DeviceId = unit.DeviceId, Mode = DeviceMode.Dfu, Port = unit.Port };
        if (unit.Presence == UnitPresence.Dfu) return known with { Notes = ["In DFU mode a board tells only its device ID: start its system ('pogoline usb reset') for the rest."] };
        var modes = new UnitModes(unit, time);
        var asked = await AskAsync(known, stop).ConfigureAwait(false);
        var wasListening = asked?.Mode == DeviceMode.Listening;
        var mustListen = asked is null || (mayListen && !wasListening);
        if (mustListen && mayListen) await modes.EnterAsync(DeviceMode.Listening, stop).ConfigureAwait(false);
        if (asked is not null && !wasListening && !mayListen)
        {
            return Check(asked with { Notes = ["The MAC address, and the IMEI up to Device OS 4.2.0, only the console tells: add --listen, or start listening mode first."] });
        }
        var identity = await AskConsoleAsync(asked, known, stop).ConfigureAwait(false);
        if (mayListen && asked is not null && !wasListening) await modes.EnterAsync(DeviceMode.Normal, stop).ConfigureAwait(false);
        return Check(identity);
    }

    /// <summary>By control requests; null where the system does not serve them.</summary>
    async ValueTask<UnitIdentity?> AskAsync(UnitIdentity known, CancellationToken stop)
    {
        try
        {
            var pipe = await unit.OpenAsync(stop).ConfigureAwait(false);
            await using (pipe.ConfigureAwait(false))
            {
                var requests = new ControlRequests(await ControlSession.OpenAsync(pipe, time, stop).ConfigureAwait(false)) { Timeout = Timeout };
                var (iccid, imei) = await requests.FindCellularIdentityAsync(stop).ConfigureAwait(false);
                return known with
                {
                    DeviceId = await requests.GetDeviceIdAsync(stop).ConfigureAwait(false),
                    SerialNumber = await requests.FindSerialNumberAsync(stop).ConfigureAwait(false),
                    Iccid = iccid,
                    Imei = imei,
                    Release = await requests.GetSystemVersionAsync(stop).ConfigureAwait(false),
                    Mode = await requests.FindListeningAsync(stop).ConfigureAwait(false) == true ? DeviceMode.Listening : DeviceMode.Normal,
                    Modules = Describe(await requests.GetModulesAsync(stop).ConfigureAwait(false)),
                };
            }
        }
        catch (PogolineException e) when (e.Code == ControlFaults.NotSupported || e.Code == ControlFaults.TimedOut)
        {
            return null;
        }
    }

    /// <summary>By the console: everything where control requests told nothing, else what they left out.</summary>
    async ValueTask<UnitIdentity> AskConsoleAsync(UnitIdentity? asked, UnitIdentity known, CancellationToken stop)
    {
        try
        {
            var port = await unit.OpenSerialAsync(ListeningConsole.BaudRate, stop).ConfigureAwait(false);
            await using (port.ConfigureAwait(false))
            {
                var console = new ListeningConsole(port, time);
                var said = await console.IdentifyAsync(stop).ConfigureAwait(false);
                var identity = asked ?? known with
                {
                    Mode = DeviceMode.Listening,
                    DeviceId = said.DeviceId,
                    Release = await console.GetVersionAsync(stop).ConfigureAwait(false),
                    Modules = Describe((await console.InspectAsync(stop).ConfigureAwait(false)).Modules),
                };
                return identity with
                {
                    SerialNumber = identity.SerialNumber ?? said.SerialNumber,
                    Iccid = identity.Iccid ?? said.Iccid,
                    Imei = identity.Imei ?? said.Imei,
                    Mac = await console.FindMacAddressAsync(stop).ConfigureAwait(false),
                };
            }
        }
        catch (PogolineException e) when (asked is not null)
        {
            return asked with { Notes = [$"The console could not be asked: {e.Message} {e.Remedy}"] };
        }
    }

    UnitIdentity Check(UnitIdentity identity) => unit.DeviceId == unit.Port || identity.DeviceId == unit.DeviceId ? identity
        : throw new PogolineException(ProgrammingFaults.OtherUnit, $"The unit {unit.DeviceId} answers that it is {identity.DeviceId}.", "Unplug the other board, then try again.");

    static IReadOnlyList<IdentityModule> Describe(IEnumerable<DeviceModule> modules) =>
        [.. modules.Where(m => m.Store == ModuleStore.Main).Select(m => new IdentityModule(m.Id.Function, m.Id.Index, m.Version, m.Failed == ModuleChecks.None))];
}
