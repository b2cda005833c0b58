using Pogoline.Links;
using Pogoline.Links.Control;
using Pogoline.Links.Listening;

namespace Pogoline.Programming.Modes;

/// <summary>Finds out which mode a unit is in by asking it.</summary>
/// <param name="unit">The unit.</param>
/// <param name="time">The clock.</param>
sealed class ModeProbe(IUnit unit, TimeProvider time)
{
    /// <summary>A system whose thread is blocked is not waited for longer.</summary>
    static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The mode of the unit, which is looked at once.</summary>
    public async ValueTask<ModeSighting> LookAsync(CancellationToken stop)
    {
        if (!await unit.WaitForAsync(UnitPresence.System | UnitPresence.Dfu, TimeSpan.Zero, stop).ConfigureAwait(false)) return new(DeviceMode.Absent, true);
        if (unit.Presence == UnitPresence.Dfu) return new(DeviceMode.Dfu, true);
        return await FindListeningAsync(stop).ConfigureAwait(false) switch
        {
            true => new(DeviceMode.Listening, true),
            false => await StartsUserFirmwareAsync(stop).ConfigureAwait(false) == false ? new(DeviceMode.Safe, true) : new(DeviceMode.Normal, true),
            null => new(DeviceMode.Normal, false),
        };
    }

    /// <summary>Whether the running system listens; null when neither control requests nor the console tell.</summary>
    public async ValueTask<bool?> FindListeningAsync(CancellationToken stop)
    {
        try
        {
            if (await AskAsync(requests => requests.FindListeningAsync(stop), stop).ConfigureAwait(false) is { } listens) return listens;
        }
        catch (PogolineException e) when (e.Code != ControlFaults.Gone)
        {
            // Too old for the request, or its thread waits at a prompt of the console: that answers then.
        }
        catch (PogolineException)
        {
            return null;
        }
        return await AnswersOnConsoleAsync(stop).ConfigureAwait(false) ? true : null;
    }

    /// <summary>Whether a system with these modules starts its user firmware, unless it was told not to.</summary>
    public static bool StartsUserFirmware(IReadOnlyList<DeviceModule> modules)
    {
        var main = modules.Where(m => m.Store == ModuleStore.Main).ToList();
        return main.Exists(m => m.Id.Function == ModuleFunction.UserPart && m.Failed == ModuleChecks.None)
            && main.Where(m => m.Id.Function == ModuleFunction.SystemPart).All(m => m.Failed == ModuleChecks.None);
    }

    async ValueTask<bool?> StartsUserFirmwareAsync(CancellationToken stop)
    {
        try
        {
            var modules = await AskAsync(requests => requests.GetModulesAsync(stop), stop).ConfigureAwait(false);
            return StartsUserFirmware(modules);
        }
        catch (PogolineException)
        {
            return null;
        }
    }

    async ValueTask<bool> AnswersOnConsoleAsync(CancellationToken stop)
    {
        try
        {
            var port = await unit.OpenSerialAsync(ListeningConsole.BaudRate, stop).ConfigureAwait(false);
            await using (port.ConfigureAwait(false))
            {
                await new ListeningConsole(port, time).GetVersionAsync(stop).ConfigureAwait(false);
                return true;
            }
        }
        catch (PogolineException)
        {
            return false;
        }
    }

    async ValueTask<T> AskAsync<T>(Func<ControlRequests, ValueTask<T>> ask, CancellationToken stop)
    {
        var pipe = await unit.OpenAsync(stop).ConfigureAwait(false);
        await using (pipe.ConfigureAwait(false))
        {
            return await ask(new(await ControlSession.OpenAsync(pipe, time, stop).ConfigureAwait(false)) { Timeout = AskTimeout }).ConfigureAwait(false);
        }
    }
}
