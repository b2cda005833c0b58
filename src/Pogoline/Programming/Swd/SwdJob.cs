using Pogoline.Links.Swd.Probes;
using Pogoline.Links.Swd.Targets;
using Pogoline.Planning;
using Pogoline.Platforms;
using Pogoline.Programming.Journal;

namespace Pogoline.Programming.Swd;

/// <summary>
/// Programs one board through one probe. Nothing on the board needs to work for it. Sectors that are right are left alone; what is written is checked by
/// checksums that the target computes; nothing is erased that was not asked for, or allowed by name.
/// </summary>
/// <param name="probe">The probe; it is closed when the job has ended.</param>
/// <param name="port">Where the probe is, for the result.</param>
/// <param name="options">What it may do.</param>
/// <param name="time">The clock.</param>
/// <param name="observer">Is told how it gets on; may be null.</param>
public sealed class SwdJob(IProbe probe, string port, SwdJobOptions options, TimeProvider time, IProgrammingObserver? observer)
{
    SwdTarget? _target;
    Platform? _platform;
    SwdWriter? _writer;
    IJobJournal? _journal;

    /// <summary>Begins the journal of a restore, once it is known which board it is and what it is to hold, and before anything is written; null for no journal.</summary>
    public Func<UnitSummary, Goal, ValueTask<IJobJournal>>? Begin { get; init; }

    /// <summary>Brings the board to a goal.</summary>
    /// <param name="choose">Gives the goal once the platform is known.</param>
    /// <param name="stop">Observed between sectors.</param>
    public ValueTask<ProgrammingResult> RestoreAsync(Func<Platform, CancellationToken, ValueTask<Goal>> choose, CancellationToken stop) => RunAsync(async (target, progress) =>
    {
        var platform = _platform = await SwdInventory.RecogniseAsync(target, options.Platform, stop).ConfigureAwait(false);
        var goal = await choose(platform, stop).ConfigureAwait(false);
        if (Begin is not null) _journal = await Begin(new(target.DeviceId.Length > 0 ? target.DeviceId : port, platform.Name, port), goal).ConfigureAwait(false);
        _writer = new(target, platform, options, progress, _journal);
        return await _writer.RestoreAsync(goal, stop).ConfigureAwait(false);
    }, stop);

    /// <summary>What <see cref="RestoreAsync"/> would do. The board is halted for the look, nothing is written, and it is reset afterwards.</summary>
    /// <exception cref="PogolineException">The board cannot be read, or the goal cannot be reached.</exception>
    public async ValueTask<Plan> PlanAsync(Func<Platform, CancellationToken, ValueTask<Goal>> choose, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(choose);
        var target = await SwdTarget.ConnectAsync(probe, options.Connect, time, stop).ConfigureAwait(false);
        await using (target.ConfigureAwait(false))
        {
            var platform = await SwdInventory.RecogniseAsync(target, options.Platform, stop).ConfigureAwait(false);
            return await new SwdWriter(target, platform, options, new JobProgress(port, observer), null).PlanAsync(await choose(platform, stop).ConfigureAwait(false), stop).ConfigureAwait(false);
        }
    }

    /// <summary>Writes bytes to addresses and leaves everything beside them as it is.</summary>
    /// <param name="segments">Address and bytes; of flash, and of UICR where there is one.</param>
    /// <param name="stop">Observed between sectors.</param>
    public ValueTask<ProgrammingResult> WriteAsync(IReadOnlyList<(FlashAddress At, ReadOnlyMemory<byte> Data)> segments, CancellationToken stop) => RunAsync(async (target, progress) =>
    {
        target.RequireUnlocked();
        _platform = options.Platform ?? await SwdInventory.TryRecogniseAsync(target, stop).ConfigureAwait(false);
        // Which board it is may be unknown: raw bytes go where they are told, and the flash is the same on all of a microcontroller.
        _writer = new(target, _platform ?? PlatformCatalog.Supported.First(p => p.Mcu == target.Definition.Mcu), options, progress, null);
        return await _writer.WriteAsync(segments, stop).ConfigureAwait(false);
    }, stop);

    async ValueTask<ProgrammingResult> RunAsync(Func<SwdTarget, JobProgress, ValueTask<ProgrammingResult>> work, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        var result = new ProgrammingResult { Outcome = Outcome.Failed, Unit = new("", options.Platform?.Name ?? "", port) };
        try
        {
            var progress = new JobProgress(port, observer);
            progress.Say(ProgrammingPhase.Mode, "connecting");
            _target = await SwdTarget.ConnectAsync(probe, options.Connect, time, stop).ConfigureAwait(false);
            result = await work(_target, progress).ConfigureAwait(false);
        }
        catch (PogolineException e)
        {
            var refused = _writer is not { HasWritten: true } && e.Code.Exit is ExitCode.Refused or ExitCode.BadInput or ExitCode.Unavailable;
            result = result with { Outcome = refused ? Outcome.Refused : Outcome.Failed, Error = WithRemains(ErrorSummary.Of(e)), Exit = e.Code.Exit };
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            result = result with
            {
                Outcome = Outcome.Cancelled, Exit = ExitCode.Cancelled,
                Error = WithRemains(new("cancelled", "The job was stopped by the user.", _writer is { HasWritten: true } ? "" : "Nothing was written.")),
            };
        }
        finally
        {
            if (_target is not null) await _target.DisposeAsync().ConfigureAwait(false);
        }
        result = result with
        {
            Journal = _journal?.Job,
            Unit = new(_target?.DeviceId ?? "", _platform?.Name ?? options.Platform?.Name ?? "", port),
            Notes = [.. Advice(), .. _target?.Notes ?? [], .. _writer?.Notes ?? []],
            Seconds = Math.Round(time.GetElapsedTime(started).TotalSeconds, 3),
        };
        try
        {
            if (_journal is not null) await _journal.EndedAsync(result).ConfigureAwait(false);
            return result;
        }
        catch (PogolineException e)
        {
            return result with { Notes = [.. result.Notes, $"The end of the job is not in its journal: {e.Message}"] };
        }
    }

    /// <summary>After the first write an error says what the flash holds, and what to do: the job compares first, so doing it again goes on with it.</summary>
    ErrorSummary WithRemains(ErrorSummary error)
    {
        if (_writer is not { HasWritten: true } writer) return error;
        const string again = "un the same command again";
        return error with
        {
            Message = $"{error.Message} {writer.Remains} The board may not start until the job is done.",
            Remedy = (error.Remedy.Length == 0 ? $"R{again}: only what differs is written."
                : error.Remedy.Contains(again, StringComparison.Ordinal) ? error.Remedy : $"{error.Remedy} Then r{again}: only what differs is written.")
                + (_journal is null ? "" : $" To go on: pogoline resume {_journal.Job}."),
        };
    }

    IEnumerable<string> Advice()
    {
        if (_target?.Definition is not { } definition) yield break;
        var verdict = TargetCatalog.Judge(_target.Probe.Kind, definition.Generation);
        if (verdict.Fit != ProgrammerFit.Recommended) yield return verdict.Reason;
    }
}
