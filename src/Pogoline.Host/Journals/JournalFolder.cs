using System.Buffers;
using Pogoline.Programming;
using Pogoline.Programming.Journal;

namespace Pogoline.Host.Journals;

/// <summary>The folder with the journals of this user's jobs, one file each.</summary>
/// <param name="path">The folder; it need not exist yet.</param>
/// <param name="time">The clock of names and entries.</param>
public sealed class JournalFolder(string path, TimeProvider time)
{
    const string Extension = ".jsonl";

    /// <summary>The folder.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>The folder unless another is named: <c>jobs</c> in <see cref="HostPaths.State"/>.</summary>
    public static JournalFolder Default(string? named, TimeProvider time) => new(named ?? System.IO.Path.Combine(HostPaths.State, "jobs"), time);

    /// <summary>Begins the journal of a job.</summary>
    /// <exception cref="PogolineException"><see cref="JournalFaults.File"/>.</exception>
    public async ValueTask<JournalFile> CreateAsync(UnitSummary unit, JournalGoal goal, string version)
    {
        ArgumentNullException.ThrowIfNull(unit);
        for (var now = time.GetUtcNow(); ; now += TimeSpan.FromMilliseconds(1))
        {
            var job = JobName.Make(now, unit.Id);
            var file = Of(job);
            if (File.Exists(file)) continue;
            CreateFolder();
            // It appears with its first line, so that there is none without.
            var staging = $"{file}.{Environment.ProcessId}.new";
            var begun = new JournalFile(staging, job, FileMode.CreateNew, time);
            await using (begun.ConfigureAwait(false)) await begun.AppendAsync(new JobEntry(now, JobJournal.Schema, job, version, unit, goal)).ConfigureAwait(false);
            try
            {
                File.Move(staging, file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw JournalFile.Failed(file, e);
            }
            return Open(job);
        }
    }

    /// <summary>Goes on with a journal.</summary>
    public JournalFile Open(string job) => new(Of(Require(job)), job, FileMode.Open, time);

    /// <summary>The newest job; null when there is none.</summary>
    public string? Last() => Jobs().LastOrDefault();

    /// <summary>The newest job of a unit; null when there is none.</summary>
    public string? LastOf(string deviceId)
    {
        ArgumentNullException.ThrowIfNull(deviceId);
        var ending = JobName.Make(default, deviceId)[JobName.Make(default, "").Length..];
        return ending.Length == 0 ? null : Jobs().LastOrDefault(j => j.EndsWith($"-{ending}", StringComparison.Ordinal));
    }

    /// <summary>The one job of that name, of that beginning of a name, or the newest of a unit with that device ID.</summary>
    /// <exception cref="PogolineException"><see cref="JournalFaults.Missing"/>: none, or several.</exception>
    public string Find(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var jobs = Jobs();
        if (jobs.Contains(text)) return text;
        if (LastOf(text) is { } ofUnit) return ofUnit;
        var matching = jobs.Where(j => text.Length > 0 && j.StartsWith(text, StringComparison.Ordinal)).ToList();
        return matching is [var only] ? only : throw new PogolineException(JournalFaults.Missing, matching.Count == 0
            ? $"There is no job '{text}' in {Path}." : $"{matching.Count} jobs begin with '{text}'.", "See the names: they are the files in that folder; or use --last.");
    }

    /// <summary>Reads a journal.</summary>
    /// <exception cref="PogolineException"><see cref="JournalFaults"/>.</exception>
    public JobJournal Read(string job)
    {
        var file = Of(Require(job));
        try
        {
            if (new FileInfo(file).Length <= JobJournal.MaximumLength && JobJournal.TryRead(File.ReadAllBytes(file), out var journal) == OperationStatus.Done) return journal!;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw JournalFile.Failed(file, e);
        }
        throw new PogolineException(JournalFaults.Damaged, $"{file} is no journal, or is damaged.",
            "Run the first command again instead: it finds out itself what the board holds, and writes nothing twice.");
    }

    string Of(string job) => System.IO.Path.Combine(Path, job + Extension);

    string Require(string job) => JobName.IsValid(job) && File.Exists(Of(job)) ? job
        : throw new PogolineException(JournalFaults.Missing, $"There is no job '{job}' in {Path}.", "See the names: they are the files in that folder; or use --last.");

    List<string> Jobs()
    {
        if (!Directory.Exists(Path)) return [];
        return [.. Directory.EnumerateFiles(Path, $"*{Extension}").Select(System.IO.Path.GetFileNameWithoutExtension).OfType<string>()
            .Where(JobName.IsValid).Order(StringComparer.Ordinal)];
    }

    void CreateFolder()
    {
        try
        {
            Directory.CreateDirectory(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw JournalFile.Failed(Path, e);
        }
    }
}
