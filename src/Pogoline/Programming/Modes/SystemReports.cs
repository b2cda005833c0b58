using Pogoline.Links;
using Pogoline.Links.Control;

namespace Pogoline.Programming.Modes;

/// <summary>What came of asking a running system for its modules.</summary>
/// <param name="Report">The report; null when none came.</param>
/// <param name="IsUnsupported">Whether the system that runs cannot be asked at all: it is too old for the request.</param>
public readonly record struct ReportAnswer(SystemReport? Report, bool IsUnsupported)
{
    /// <summary>Why the console gave no report, as a sentence; null when it was not asked.</summary>
    public string? Why { get; init; }
}

/// <summary>Asks running systems which modules they have: by control request, or where those are not to be had on the console.</summary>
public static class SystemReports
{
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    /// <summary>The report of the system that runs on a unit; null when none answers.</summary>
    public static async ValueTask<SystemReport?> ReadReportAsync(this IUnit unit, TimeProvider time, CancellationToken stop) =>
        (await AskAsync(unit, time, stop).ConfigureAwait(false)).Report;

    /// <summary>Asks the unit, and where no control request is answered its console; it is in the same mode afterwards.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends the wait for the answer.</param>
    public static async ValueTask<ReportAnswer> AskAnyhowAsync(IUnit unit, TimeProvider time, CancellationToken stop)
    {
        var answer = await AskAsync(unit, time, stop).ConfigureAwait(false);
        return answer.Report is null && unit.Presence == UnitPresence.System ? await ConsoleReport.AskAsync(unit, time, stop).ConfigureAwait(false) : answer;
    }

    /// <summary>Asks the unit by control request; it stays in its mode.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends the wait for the answer.</param>
    public static async ValueTask<ReportAnswer> AskAsync(IUnit unit, TimeProvider time, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(unit);
        if (!await unit.WaitForAsync(UnitPresence.System, TimeSpan.Zero, stop).ConfigureAwait(false)) return default;
        try
        {
            var pipe = await unit.OpenAsync(stop).ConfigureAwait(false);
            await using (pipe.ConfigureAwait(false))
            {
                var requests = new ControlRequests(await ControlSession.OpenAsync(pipe, time, stop).ConfigureAwait(false)) { Timeout = Timeout };
                var listens = await requests.FindListeningAsync(stop).ConfigureAwait(false);
                var modules = await requests.GetModulesAsync(stop).ConfigureAwait(false);
                var mode = listens == true ? DeviceMode.Listening : ModeProbe.StartsUserFirmware(modules) ? DeviceMode.Normal : DeviceMode.Safe;
                return new(Of(mode, modules), false);
            }
        }
        catch (PogolineException e)
        {
            return new(null, e.Code == ControlFaults.NotSupported);
        }
    }

    /// <summary>The report that a list of modules makes.</summary>
    internal static SystemReport Of(DeviceMode mode, IEnumerable<DeviceModule> modules) => new(mode, [.. modules.Where(m => m.Store == ModuleStore.Main).Select(Read)]);

    static ReportedModule Read(DeviceModule module) => new(module.Id, module.Version,
        IntegrityOk: (module.Failed & (ModuleChecks.Integrity | ModuleChecks.Range | ModuleChecks.Platform)) == 0,
        DependenciesOk: (module.Failed & ModuleChecks.Dependencies) == 0) { Dependencies = module.Dependencies };
}
