using Pogoline.Modules;
using Pogoline.Planning;

namespace Pogoline.Programming;

/// <summary>
/// What stands in for <see cref="ReportCheck"/> on a unit that cannot report: its system must start and stay, and what arrived by itself is
/// read in DFU mode afterwards.
/// </summary>
static class StartCheck
{
    /// <summary>Long enough for a start, an update from the OTA region, the MBR's copy and the start after it.</summary>
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>A system that takes an update from its OTA region resets itself sooner than this after it has come up.</summary>
    public static readonly TimeSpan Settled = TimeSpan.FromSeconds(3);

    /// <summary>Waits until the system is on the bus and has stayed there.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="settled">How long it must stay: <see cref="Settled"/> where it may still install something, else no time.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="PogolineException">It is not in time, or the unit comes back in DFU mode.</exception>
    public static async ValueTask WaitAsync(IUnit unit, TimeSpan settled, TimeProvider time, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        while (Deadline - time.GetElapsedTime(started) is var left && left > TimeSpan.Zero)
        {
            if (!await unit.WaitForAsync(UnitPresence.System | UnitPresence.Dfu, left, stop).ConfigureAwait(false)) break;
            if (unit.Presence == UnitPresence.Dfu) throw ReportCheck.BackInDfu();
            if (!await unit.WaitForAsync(UnitPresence.Absent | UnitPresence.Dfu, settled, stop).ConfigureAwait(false)) return;
        }
        throw new PogolineException(ProgrammingFaults.Report, $"After the restart the system of {unit.DeviceId} was not seen on the bus for {settled.TotalSeconds} s without a break within {Deadline.TotalSeconds} s.",
            "Everything is written and read back: reset the board, then run the same command again to confirm it.");
    }

    /// <summary>The modules that the unit installs by itself, which only reading them again can confirm.</summary>
    public static IReadOnlyList<FirmwareModule> Arriving(IReadOnlyList<FirmwareModule> wanted, IReadOnlyList<ExpectedModule> expected) =>
        [.. wanted.Where(m => m.Id.Function == ModuleFunction.Bootloader && expected.Any(e => e.Id == m.Id))];

    /// <summary>What the modules depend on and DFU cannot see, as sentences: the network co-processor's firmware.</summary>
    public static IReadOnlyList<string> Unseen(Platforms.Platform platform, IReadOnlyList<FirmwareModule> wanted) =>
        [.. from module in wanted
            from dependency in new[] { module.Header.Dependency1, module.Header.Dependency2 }
            where !dependency.IsEmpty && platform.Find(dependency.Module)?.Storage == Platforms.StorageKind.ExternalMcu
            select $"The {module.Id} depends on {dependency}, which DFU cannot see and this unit was not asked for: check it before the unit goes on."];

    /// <summary>What the board lacks, as sentences; empty when it holds everything.</summary>
    /// <param name="found">What was read.</param>
    /// <param name="arriving">Modules that must be there to the last byte.</param>
    /// <param name="expected">Modules that must be there in a version.</param>
    public static IReadOnlyList<string> Differences(Inventory found, IReadOnlyList<FirmwareModule> arriving, IReadOnlyList<ExpectedModule> expected)
    {
        var differences = new List<string>();
        foreach (var want in expected)
        {
            var got = found.Find(want.Id);
            if (got is null) differences.Add($"no {want.Id}");
            else if (got.Version != want.Version) differences.Add($"{want.Id} is {got.Version} instead of {want.Version}");
            else if (arriving.FirstOrDefault(m => m.Id == want.Id) is { } module && got.ContentSha256 != Sha256Digest.Compute(module.DeviceBytes.Span).ToString())
            {
                differences.Add($"{want.Id} has version {want.Version} but other content");
            }
        }
        return differences;
    }
}
