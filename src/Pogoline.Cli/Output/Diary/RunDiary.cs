using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Pogoline.Cli.Output.Diary;

/// <summary>What a run leaves behind when asked to: a log (<c>--log</c>) and a report (<c>--report</c>). There is one in a process.</summary>
sealed class RunDiary : IAsyncDisposable
{
    static readonly FaultCode LogFile = new("log-file", ExitCode.Machine, "The path is misspelt, the disk is full, or a permission is missing.");

    static readonly Option<string?> LogOption = new("--log") { Description = "Write what happens to a file, as JSON lines.", HelpName = "file", Recursive = true };

    static readonly Option<string?> ReportOption = new("--report")
    {
        Description = "Write log, plan, journal and environment to a zip for somebody who helps; keys, claim codes and passwords are left out.",
        HelpName = "file.zip", Recursive = true,
    };

    readonly Stream? _file;
    readonly MemoryStream _lines = new();
    readonly string? _report;
    readonly IReadOnlyList<string> _arguments;
    readonly long _started = TimeProvider.System.GetTimestamp();
    readonly Dictionary<string, Func<byte[]>> _parts = [];
    readonly Lock _gate = new();

    RunDiary(Stream? file, string? report, IReadOnlyList<string> arguments)
    {
        (_file, _report, _arguments) = (file, report, arguments);
        List<Stream> sinks = [.. new[] { file, report is null ? null : _lines }.OfType<Stream>()];
        if (sinks.Count > 0) Log = new JsonLinesLogger(sinks, TimeProvider.System);
    }

    /// <summary>The diary of this run; one that forgets everything before <see cref="Open"/>.</summary>
    public static RunDiary Current { get; private set; } = new(null, null, []);

    /// <summary>Takes log lines; forgets them when neither a log nor a report was asked for.</summary>
    public ILogger Log { get; } = NullLogger.Instance;

    /// <summary>The version of the program.</summary>
    public static string Version { get; } = typeof(RunDiary).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    /// <summary>The options, on every command.</summary>
    public static void AddTo(Command root)
    {
        root.Options.Add(LogOption);
        root.Options.Add(ReportOption);
    }

    /// <summary>Begins the diary of a run.</summary>
    /// <exception cref="PogolineException">The log cannot be written.</exception>
    public static RunDiary Open(ParseResult parsed, IReadOnlyList<string> arguments)
    {
        Stream? file = null;
        if (parsed.GetValue(LogOption) is { } path)
        {
            try
            {
                file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                throw new PogolineException(LogFile, $"The log cannot be written to {path}: {e.Message}", "Give another path with --log.", e);
            }
        }
        Current = new(file, parsed.GetValue(ReportOption), arguments);
        RunLog.Started(Current.Log, Version, RuntimeInformation.OSDescription, string.Join(' ', Redactor.Clean(arguments)));
        return Current;
    }

    /// <summary>Adds a part to the report; it is made when the report is, and only then.</summary>
    /// <param name="name">Its name in the report.</param>
    /// <param name="content">Gives UTF-8 text.</param>
    public void Attach(string name, Func<byte[]> content)
    {
        lock (_gate) _parts[name] = content;
    }

    /// <summary>Writes what is still to be written.</summary>
    /// <param name="exit">How the run ended.</param>
    /// <exception cref="PogolineException">The report cannot be written.</exception>
    public void End(int exit)
    {
        var seconds = Math.Round(TimeProvider.System.GetElapsedTime(_started).TotalSeconds, 3);
        RunLog.Ended(Log, exit, seconds, RunEnvironment.PeakMemory, GC.GetTotalAllocatedBytes());
        if (_report is null) return;
        Dictionary<string, Func<byte[]>> parts;
        lock (_gate) parts = new(_parts) { ["log.jsonl"] = _lines.ToArray };
        RunReport.Write(_report, RunEnvironment.Take(_arguments, exit, seconds), parts);
    }

    public async ValueTask DisposeAsync()
    {
        Current = new(null, null, []);
        if (_file is not null) await _file.DisposeAsync();
        await _lines.DisposeAsync();
    }
}
