using Pogoline.Modules;
using Pogoline.Planning;
using Pogoline.Platforms;

namespace Pogoline.Programming;

/// <summary>Brings one unit to a release by DFU: looks, plans, writes, reads back, restarts, and believes only the unit's own report.</summary>
/// <param name="unit">The unit; it belongs to the job until the job has ended.</param>
/// <param name="time">The clock.</param>
/// <param name="observer">Is told how it gets on; may be null.</param>
public sealed class RestoreJob(IUnit unit, TimeProvider time, IProgrammingObserver? observer)
{
    readonly JobProgress _progress = new(unit.DeviceId, observer);

    /// <summary>Finds out what the unit holds and what a goal means for it, writes nothing, and puts the unit back into the mode it came from.</summary>
    /// <exception cref="PogolineException">The unit cannot be read, or the goal cannot be reached.</exception>
    public async ValueTask<Plan> PlanAsync(Goal goal, CancellationToken stop)
    {
        var wasInDfu = unit.Presence == UnitPresence.Dfu;
        var executor = new DfuExecutor(unit, new Dictionary<string, ReadOnlyMemory<byte>>(), time, _progress);
        await using (executor.ConfigureAwait(false))
        {
            try
            {
                return DfuPlanner.Make(await LookAsync(executor, Wanted(goal), stop).ConfigureAwait(false), goal);
            }
            finally
            {
                if (!wasInDfu && unit.Presence == UnitPresence.Dfu) await TryLeaveAsync(executor).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Brings the unit to a goal.</summary>
    public ValueTask<ProgrammingResult> RunAsync(Goal goal, CancellationToken stop)
    {
        var wanted = Wanted(goal);
        return RunAsync(goal.Release, wanted, inventory => DfuPlanner.Make(inventory, goal), Content(wanted), stop);
    }

    /// <summary>Carries a saved plan out, unchanged.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="content">The module files that it names, by SHA-256 of the whole file.</param>
    /// <param name="stop">Observed between blocks.</param>
    public ValueTask<ProgrammingResult> RunAsync(Plan plan, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> content, CancellationToken stop) =>
        RunAsync(plan.Release, Modules(plan, content), inventory =>
        {
            PlanCheck.Require(plan, unit.Platform);
            RequireState(plan, inventory);
            return plan;
        }, content, stop);

    async ValueTask<ProgrammingResult> RunAsync(DeviceOsVersion release, IReadOnlyList<FirmwareModule> wanted, Func<Inventory, Plan> plan,
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> content, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        var result = new ProgrammingResult { Outcome = Outcome.Failed, Unit = new(unit.DeviceId, unit.Platform.Name, unit.Port), Release = release };
        var executor = new DfuExecutor(unit, content, time, _progress);
        await using (executor.ConfigureAwait(false))
        {
            Plan? made = null;
            Inventory? inventory = null;
            try
            {
                inventory = await LookAsync(executor, wanted, stop).ConfigureAwait(false);
                made = plan(inventory);
                Expect(made);
                await executor.RunAsync(made, wanted, stop).ConfigureAwait(false);
                var isSure = executor.Unconfirmed.Count == 0;
                result = result with { Outcome = isSure ? Outcome.Passed : Outcome.Unverified, Exit = isSure ? ExitCode.Passed : ExitCode.Unverified };
            }
            catch (PogolineException e)
            {
                result = result with
                {
                    Outcome = !executor.HasWritten && e.Code.Exit is ExitCode.Refused or ExitCode.BadInput or ExitCode.Unavailable ? Outcome.Refused : Outcome.Failed,
                    Error = ErrorSummary.Of(e),
                    Exit = e.Code.Exit,
                };
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                result = result with
                {
                    Outcome = Outcome.Cancelled,
                    Exit = ExitCode.Cancelled,
                    Error = new("cancelled", "The job was stopped by the user.", executor.HasWritten
                        ? "The unit is in DFU mode with part of the release written: run the same command again to finish."
                        : "Nothing was written."),
                };
            }
            var isDone = result.Outcome is Outcome.Passed or Outcome.Unverified;
            if (!isDone && !executor.HasWritten) await TryLeaveAsync(executor).ConfigureAwait(false);
            return result with
            {
                Modules = [.. made?.Modules.Select(m => Describe(m, inventory!, executor, isDone)) ?? []],
                Notes = [.. made?.Notes ?? [], .. executor.Unconfirmed],
                Seconds = Math.Round(time.GetElapsedTime(started).TotalSeconds, 3),
                FloorSeconds = made is null ? 0 : Math.Round(PlanFloor.Of(made, unit.Platform).TotalSeconds, 3),
            };
        }
    }

    async ValueTask<Inventory> LookAsync(DfuExecutor executor, IReadOnlyList<FirmwareModule> wanted, CancellationToken stop)
    {
        var systemRuns = unit.Presence == UnitPresence.System;
        var report = systemRuns ? await unit.ReadReportAsync(stop).ConfigureAwait(false) : null;
        var dfu = await executor.OpenAsync(stop).ConfigureAwait(false);
        var current = "";
        var inventory = await DfuInventory.ReadAsync(unit.Platform, dfu, wanted, report, (component, bytes) =>
        {
            if (component != current) _progress.Begin(ProgrammingPhase.Look, current = component, 0);
            _progress.Add(bytes);
        }, stop).ConfigureAwait(false);
        // A system that cannot be asked was at least there: nothing else serves its USB interface.
        return unit.CanReport ? inventory : inventory with { SystemRuns = systemRuns };
    }

    /// <summary>A saved plan was made for a board in a certain state; what it skips or keeps must still be there.</summary>
    static void RequireState(Plan plan, Inventory inventory)
    {
        foreach (var module in plan.Modules.Where(m => m.Action != ModuleAction.Written))
        {
            var installed = inventory.Find(module.Id);
            var isSame = module.Action == ModuleAction.Skipped
                ? installed?.ContentSha256 == module.ContentSha256
                : installed?.Version == module.To || (module.Function == ModuleFunction.Ncp && installed is null);
            if (!isSame)
            {
                throw new PogolineException(PlanFaults.Stale, $"The plan leaves the {module.Name} as it is ({module.To}), but the board holds another one.",
                    "Make a new plan for this board, or one with --platform, which writes everything.");
            }
        }
    }

    void Expect(Plan plan)
    {
        var floors = plan.Steps.OfType<WriteStep>().GroupBy(w => w.Module)
            .ToDictionary(g => g.Key, g => g.Sum(w => unit.Platform.StorageOf(w.Storage).ProgramTime(w.Length).TotalSeconds) / g.Sum(w => w.Length));
        var erases = plan.Steps.OfType<WriteStep>().GroupBy(w => w.Module)
            .ToDictionary(g => g.Key, g => g.Average(w => EraseSecondsPerByte(unit.Platform.StorageOf(w.Storage), w.Range)));
        const double bus = 1 / PlanFloor.ControlBytesPerSecond;
        _progress.SecondsPerByte = (phase, module) => phase switch
        {
            ProgrammingPhase.Erase => erases.GetValueOrDefault(module),
            ProgrammingPhase.Write => floors.GetValueOrDefault(module) + bus,
            ProgrammingPhase.Verify => bus,
            _ => 0,
        };
        _progress.ExpectedSeconds = plan.Steps.OfType<WriteStep>().Sum(w =>
            (PlanFloor.Of(w, unit.Platform).TotalSeconds) + (w.Length * bus));
    }

    static double EraseSecondsPerByte(Storage storage, AddressRange range)
    {
        var units = storage.EraseUnits(range).Sum(u => (double)u.Length);
        return units == 0 ? 0 : storage.EraseTime(range).TotalSeconds / units;
    }

    static async ValueTask TryLeaveAsync(DfuExecutor executor)
    {
        try
        {
            await executor.LeaveAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (PogolineException)
        {
            // The first error is the one to report; the unit stays in DFU mode with its old content.
        }
    }

    static ModuleResult Describe(PlannedModule module, Inventory inventory, DfuExecutor executor, bool isDone)
    {
        var tally = executor.Tallies.GetValueOrDefault(module.Name);
        return new()
        {
            Name = module.Name,
            Function = module.Function,
            Index = module.Index,
            // A saved plan may have been made without a board; what this one held is known now.
            From = module.From ?? inventory.Find(module.Id)?.Version,
            To = module.To,
            Action = module.Action,
            // A bootloader is read back in the OTA region only; that it arrived is the report's word, or found by reading it in its place.
            Verified = module.Action switch
            {
                ModuleAction.Written when module.Function == ModuleFunction.Bootloader => isDone ? executor.ArrivalVerified : Verification.None,
                ModuleAction.Written => tally.ReadBack ? Verification.Readback : Verification.None,
                ModuleAction.Skipped => Verification.Readback,
                ModuleAction.Kept when module.ContentSha256 is not null => Verification.Crc,
                _ => Verification.None,
            },
            Bytes = tally.Bytes,
            Seconds = Math.Round(tally.Time.TotalSeconds, 3),
        };
    }

    static IReadOnlyList<FirmwareModule> Wanted(Goal goal) => [.. goal.Modules.Append(goal.App).OfType<FirmwareModule>()];

    static Dictionary<string, ReadOnlyMemory<byte>> Content(IReadOnlyList<FirmwareModule> modules)
    {
        var content = new Dictionary<string, ReadOnlyMemory<byte>>();
        foreach (var module in modules) content[Sha256Digest.Compute(module.Image.Span).ToString()] = module.Image;
        return content;
    }

    static List<FirmwareModule> Modules(Plan plan, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> content)
    {
        var modules = new List<FirmwareModule>();
        foreach (var planned in plan.Modules.Where(m => m.Sha256 is not null))
        {
            if (!content.TryGetValue(planned.Sha256!, out var file) || Sha256Digest.Compute(file.Span).ToString() != planned.Sha256)
            {
                throw new PogolineException(PlanFaults.Content, $"The content of {planned.Name} (SHA-256 {planned.Sha256}) is not at hand.",
                    $"Fetch the release again: pogoline releases fetch {plan.Release} --platform {plan.Platform}.");
            }
            modules.Add(ModuleReader.Require(file, planned.Name));
        }
        return modules;
    }
}
