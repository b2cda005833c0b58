using Pogoline.Links.Listening;

namespace Pogoline.Programming.Modes;

/// <summary>Asks a running system for its modules on the console of listening mode, for units whose control requests are not to be had.</summary>
static class ConsoleReport
{
    /// <summary>Setting this rate makes a running system listen.</summary>
    const uint ListeningBaudRate = 28800;

    /// <summary>A system that was just told to listen finishes what it is doing with its network first.</summary>
    const int Questions = 3;

    /// <summary>Asks the unit; it listens meanwhile, and afterwards only if it did before.</summary>
    /// <param name="unit">The unit; its system runs.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends the wait for the answer.</param>
    /// <returns>The report; without one, why not, as a sentence.</returns>
    public static async ValueTask<ReportAnswer> AskAsync(IUnit unit, TimeProvider time, CancellationToken stop)
    {
        try
        {
            if (await AskAsync(unit, ListeningConsole.BaudRate, 1, time, stop).ConfigureAwait(false) is { } listened) return listened;
            return await AskAsync(unit, ListeningBaudRate, Questions, time, stop).ConfigureAwait(false) ?? new(null, false) { Why = "Its console is silent." };
        }
        catch (PogolineException e)
        {
            return new(null, false) { Why = $"Its console could not be asked: {e.Message}" };
        }
    }

    /// <summary>Asks at one rate; null when nothing answers.</summary>
    static async ValueTask<ReportAnswer?> AskAsync(IUnit unit, uint rate, int questions, TimeProvider time, CancellationToken stop)
    {
        var port = await unit.OpenSerialAsync(rate, stop).ConfigureAwait(false);
        await using (port.ConfigureAwait(false))
        {
            var console = new ListeningConsole(port, time);
            if (await FindVersionAsync(console, questions, stop).ConfigureAwait(false) is not { } version) return null;
            var answer = await InspectAsync(unit, console, version, stop).ConfigureAwait(false);
            if (rate == ListeningBaudRate) await console.LeaveAsync(stop).ConfigureAwait(false);
            return answer;
        }
    }

    static async ValueTask<string?> FindVersionAsync(ListeningConsole console, int questions, CancellationToken stop)
    {
        for (var asked = 0; asked < questions; asked++)
        {
            try
            {
                return await console.GetVersionAsync(stop).ConfigureAwait(false);
            }
            catch (PogolineException e) when (e.Code == ListeningFaults.Silent || e.Code == ListeningFaults.Nonsense)
            {
                // It does not listen yet, or its firmware writes to the port.
            }
        }
        return null;
    }

    static async ValueTask<ReportAnswer> InspectAsync(IUnit unit, ListeningConsole console, string version, CancellationToken stop)
    {
        try
        {
            var said = await console.InspectAsync(stop).ConfigureAwait(false);
            if (said.PlatformId != unit.Platform.Id) return new(null, false) { Why = $"Its console says that it is platform {said.PlatformId}, which {unit.Platform.DisplayName} is not." };
            return new(SystemReports.Of(DeviceMode.Listening, said.Modules), false);
        }
        catch (PogolineException e) when (e.Code == ListeningFaults.Silent || e.Code == ListeningFaults.Nonsense)
        {
            return new(null, false) { Why = $"Its console says that Device OS {version} runs, but not which modules it has." };
        }
    }
}
