using Microsoft.Extensions.Logging;

namespace Pogoline.Programming.Gang;

/// <summary>
/// Does a job on many units at once. Every unit has its own task, retries and deadline; what goes wrong with one, up to an exception or a
/// call that never returns, changes nothing for another.
/// </summary>
/// <typeparam name="T">What the units are.</typeparam>
/// <param name="job">The job.</param>
/// <param name="policy">How many at once, how often, how long.</param>
/// <param name="time">The clock of the deadlines; a real one.</param>
/// <param name="observer">Is told how the jobs get on.</param>
/// <param name="log">Takes a line for each event.</param>
public sealed class GangRunner<T>(UnitJob<T> job, GangPolicy policy, TimeProvider time, IGangObserver observer, ILogger log) where T : IGangUnit
{
    readonly PortHealth _ports = new();

    /// <summary>What was seen of the connections so far.</summary>
    public IReadOnlyList<PortReport> Ports => _ports.Report();

    /// <summary>Works on units as they come.</summary>
    /// <param name="units">The units; the run ends when it does and every job has.</param>
    /// <param name="stop">Ends the waiting for units, and every job where that is safe.</param>
    /// <returns>A result for each unit that came, in the order of their coming.</returns>
    public async Task<IReadOnlyList<ProgrammingResult>> RunAsync(IAsyncEnumerable<T> units, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(units);
        using var turns = new SemaphoreSlim(Math.Max(1, policy.Jobs));
        var jobs = new List<Task<ProgrammingResult>>();
        try
        {
            await foreach (var unit in units.WithCancellation(stop).ConfigureAwait(false))
            {
                observer.Joined(unit);
                jobs.Add(Task.Run(() => TakeTurnAsync(unit, turns, stop), CancellationToken.None));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // No more units; those that are at work end by the same token.
        }
        return await Task.WhenAll(jobs).ConfigureAwait(false);
    }

    async Task<ProgrammingResult> TakeTurnAsync(T unit, SemaphoreSlim turns, CancellationToken stop)
    {
        try
        {
            await turns.WaitAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return End(unit, Failed(unit, Outcome.Cancelled, ProgrammingFaults.Cancelled, "The job was stopped before its turn.", "Nothing was done to this unit."), 0);
        }
        try
        {
            var started = time.GetTimestamp();
            for (var attempt = 1; ; attempt++)
            {
                observer.Started(unit, attempt);
                ProgrammingLog.Started(log, unit.DeviceId, unit.PlatformName, unit.Port, attempt);
                var result = await TryAsync(unit, stop).ConfigureAwait(false);
                _ports.Count(unit.Port, result);
                if (attempt <= policy.Retries && MayPass(result) && !stop.IsCancellationRequested) continue;
                var seconds = Math.Round(time.GetElapsedTime(started).TotalSeconds, 3);
                return End(unit, attempt == 1 ? result : result with { Seconds = seconds }, attempt);
            }
        }
        finally
        {
            turns.Release();
        }
    }

    /// <summary>One attempt, watched: when nothing is heard of it for the deadline it is stopped, and left behind when that does not help.</summary>
    async Task<ProgrammingResult> TryAsync(T unit, CancellationToken stop)
    {
        using var hung = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var pulse = new Pulse(observer, log, time);
        var work = Task.Run(() => GuardAsync(unit, pulse, hung.Token), CancellationToken.None);
        while (!work.IsCompleted)
        {
            var left = policy.Deadline - pulse.Silence;
            if (left <= TimeSpan.Zero) break;
            await Task.WhenAny(work, Task.Delay(left, time, CancellationToken.None)).ConfigureAwait(false);
        }
        if (work.IsCompleted) return await work.ConfigureAwait(false);

        await hung.CancelAsync().ConfigureAwait(false);
        await Task.WhenAny(work, Task.Delay(policy.Grace, time, CancellationToken.None)).ConfigureAwait(false);
        pulse.Mute();
        ProgrammingLog.Hung(log, unit.DeviceId, unit.Port, policy.Deadline.TotalSeconds, pulse.Last, work.IsCompleted);
        if (work.IsCompleted && await work.ConfigureAwait(false) is { Outcome: Outcome.Passed or Outcome.Unverified } late) return late;
        var known = work.IsCompleted ? await work.ConfigureAwait(false) : null;
        var failed = Failed(unit, Outcome.Failed, ProgrammingFaults.Hung, $"Nothing was heard of the unit for {policy.Deadline.TotalSeconds:0.#} s, last while at {pulse.Last}.", unit.WhenHung);
        return known is null ? failed : known with { Outcome = failed.Outcome, Error = failed.Error, Exit = failed.Exit };
    }

    async Task<ProgrammingResult> GuardAsync(T unit, Pulse pulse, CancellationToken stop)
    {
        try
        {
            return await job(unit, pulse, stop).ConfigureAwait(false);
        }
        catch (PogolineException e)
        {
            return Failed(unit, e.Code.Exit is ExitCode.Refused or ExitCode.BadInput or ExitCode.Unavailable ? Outcome.Refused : Outcome.Failed, e.Code, e.Message, e.Remedy);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Failed(unit, Outcome.Cancelled, ProgrammingFaults.Cancelled, "The job was stopped.", "Run the same command again.");
        }
#pragma warning disable CA1031 // A defect on one unit must not end the jobs of the others.
        catch (Exception e)
#pragma warning restore CA1031
        {
            ProgrammingLog.Defect(log, unit.DeviceId, e);
            return Failed(unit, Outcome.Failed, ProgrammingFaults.Defect, $"{e.GetType().Name}: {e.Message}", "Make a report with --report FILE.zip; it is a defect of Pogoline.");
        }
    }

    ProgrammingResult End(T unit, ProgrammingResult result, int attempts)
    {
        result = result with { Attempts = attempts };
        ProgrammingLog.Ended(log, unit.DeviceId, unit.Port, result.Outcome, result.Error?.Code, attempts, result.Seconds);
        observer.Ended(unit, result);
        return result;
    }

    /// <summary>A fault of the unit or its connection may be gone the next time; what was refused will be refused again.</summary>
    static bool MayPass(ProgrammingResult result) => result is { Outcome: Outcome.Failed, Exit: ExitCode.Device or ExitCode.Failed };

    static ProgrammingResult Failed(T unit, Outcome outcome, FaultCode code, string message, string remedy) => new()
    {
        Outcome = outcome, Unit = new(unit.DeviceId, unit.PlatformName, unit.Port), Error = new(code.Name, message, remedy), Exit = code.Exit,
    };
}
