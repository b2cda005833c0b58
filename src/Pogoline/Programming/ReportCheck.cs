using Pogoline.Planning;
using Pogoline.Programming.Modes;

namespace Pogoline.Programming;

/// <summary>Compares what a running system reports with what a plan expects.</summary>
static class ReportCheck
{
    /// <summary>Long enough for a start, an update from the OTA region, the MBR's copy and the start after it.</summary>
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Waits until the report shows everything that is expected.</summary>
    /// <returns>False when the system that runs cannot be asked at all.</returns>
    /// <exception cref="PogolineException">It does not in time, or the unit comes back in DFU mode.</exception>
    public static async ValueTask<bool> WaitForAsync(IUnit unit, IReadOnlyList<ExpectedModule> expected, bool requireDependencies, TimeProvider time, CancellationToken stop) =>
        (await WaitForAsync(unit, expected, requireDependencies, SystemReports.AskAsync, time, stop).ConfigureAwait(false)).Report is not null;

    /// <summary>Waits until the report shows everything that is expected, asking in a given way.</summary>
    /// <returns>The report; none when the system that runs cannot be asked at all in that way, or nothing but its console was left and told nothing.</returns>
    /// <exception cref="PogolineException">The report shows something else when the time is over, or the unit comes back in DFU mode.</exception>
    public static async ValueTask<ReportAnswer> WaitForAsync(IUnit unit, IReadOnlyList<ExpectedModule> expected, bool requireDependencies,
        Func<IUnit, TimeProvider, CancellationToken, ValueTask<ReportAnswer>> ask, TimeProvider time, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        IReadOnlyList<string> differences = ["no system answered"];
        var untold = default(ReportAnswer);
        while (time.GetElapsedTime(started) < Deadline)
        {
            var left = Deadline - time.GetElapsedTime(started);
            if (!await unit.WaitForAsync(UnitPresence.System | UnitPresence.Dfu, left, stop).ConfigureAwait(false) || unit.Presence == UnitPresence.Dfu) break;
            var answer = await ask(unit, time, stop).ConfigureAwait(false);
            if (answer.IsUnsupported) return answer;
            if (answer.Report is { } report)
            {
                differences = Differences(report, expected, requireDependencies);
                if (differences.Count == 0) return answer;
                untold = default;
            }
            else if (answer.Why is not null)
            {
                untold = answer;
            }
            // An update from the OTA region restarts the unit once more: look again when it has, or after the interval.
            await unit.WaitForAsync(UnitPresence.Absent | UnitPresence.Dfu, Interval, stop).ConfigureAwait(false);
        }
        if (untold.Why is not null && unit.Presence == UnitPresence.System) return untold;
        throw unit.Presence == UnitPresence.Dfu
            ? BackInDfu()
            : new PogolineException(ProgrammingFaults.Report, $"After {time.GetElapsedTime(started).TotalSeconds:F0} s the unit does not report what was written: {string.Join("; ", differences)}.",
                "Run the same command again; if it stays, update what is missing by serial or control requests.");
    }

    /// <summary>The unit came back where it should not.</summary>
    public static PogolineException BackInDfu() => new(ProgrammingFaults.BackInDfu, "After the restart the unit is in DFU mode again: its bootloader does not start the system.",
        "Run the same command again; if it stays, restore the board by SWD.");

    /// <summary>What the report lacks, as sentences; empty when it shows everything.</summary>
    public static IReadOnlyList<string> Differences(SystemReport report, IReadOnlyList<ExpectedModule> expected, bool requireDependencies)
    {
        var differences = new List<string>();
        foreach (var want in expected)
        {
            var got = report.Modules.FirstOrDefault(m => m.Module == want.Id);
            if (got is null) differences.Add($"no {want.Id}");
            else if (got.Version != want.Version) differences.Add($"{want.Id} is {got.Version} instead of {want.Version}");
            else if (!got.IntegrityOk) differences.Add($"{want.Id} fails its integrity check");
            else if (requireDependencies && !got.DependenciesOk) differences.Add($"{want.Id} lacks something that it depends on");
        }
        return differences;
    }
}
