using Pogoline.Planning;
using Pogoline.Programming;
using Pogoline.Programming.Journal;
using FileMode = System.IO.FileMode;

namespace Pogoline.Host.Journals;

/// <summary>The journal of a job as a file: lines are only ever appended, and each is on the disk before the job goes on.</summary>
public sealed class JournalFile : IJobJournal, IAsyncDisposable
{
    readonly FileStream _file;
    readonly TimeProvider _time;

    internal JournalFile(string path, string job, FileMode mode, TimeProvider time)
    {
        (Path, Job, _time) = (path, job, time);
        try
        {
            _file = new(path, mode, mode == FileMode.CreateNew ? FileAccess.Write : FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
            if (mode == FileMode.Open) CutTornLine();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(path, e);
        }
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public string Job { get; }

    /// <inheritdoc/>
    public ValueTask PlannedAsync(Plan plan) => AppendAsync(new PlanEntry(_time.GetUtcNow(), plan));

    /// <inheritdoc/>
    public ValueTask StepAsync(int index, StepState state, PlanStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return AppendAsync(new StepEntry(_time.GetUtcNow(), index, state, step.Reason));
    }

    /// <inheritdoc/>
    public ValueTask EndedAsync(ProgrammingResult result) => AppendAsync(new EndEntry(_time.GetUtcNow(), result));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _file.DisposeAsync();

    internal async ValueTask AppendAsync(JournalEntry entry)
    {
        try
        {
            // A line begins to count with its end, so one that is torn by a crash never does.
            await _file.WriteAsync(JobJournal.Line(entry)).ConfigureAwait(false);
            _file.Flush(flushToDisk: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(Path, e);
        }
    }

    /// <summary>What a kill left behind the last whole line goes, so that the next line stands alone.</summary>
    void CutTornLine()
    {
        var content = new byte[_file.Length];
        _file.ReadExactly(content);
        _file.SetLength(content.AsSpan().LastIndexOf((byte)'\n') + 1);
        _file.Seek(0, SeekOrigin.End);
    }

    internal static PogolineException Failed(string path, Exception e) => new(JournalFaults.File, $"The journal {path} cannot be kept: {e.Message}",
        "See to the disk and its permissions, or name another folder with --journal or POGOLINE_STATE.", e);
}
