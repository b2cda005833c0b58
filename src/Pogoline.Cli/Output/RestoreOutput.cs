using System.Collections.Concurrent;
using System.Text.Json;
using Pogoline.Programming;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Pogoline.Cli.Output;

/// <summary>How a running job is shown.</summary>
interface IRestoreOutput
{
    /// <summary>Runs the work with an observer that shows it.</summary>
    Task<ProgrammingResult[]> RunAsync(IReadOnlyList<IUnit> units, Func<IProgrammingObserver, Task<ProgrammingResult[]>> work);

    /// <summary>Says what people should know of a unit's job.</summary>
    void Say(IUnit unit, IEnumerable<string> sentences);
}

/// <summary>Shows nothing: the result object says it all.</summary>
sealed class NoOutput : IRestoreOutput, IProgrammingObserver
{
    public Task<ProgrammingResult[]> RunAsync(IReadOnlyList<IUnit> units, Func<IProgrammingObserver, Task<ProgrammingResult[]>> work) => work(this);

    public void Say(IUnit unit, IEnumerable<string> sentences)
    {
    }

    public void On(in ProgrammingEvent step)
    {
    }
}

/// <summary>Prints events as JSON lines: every change of phase or subject, and at most a hundred lines within one.</summary>
sealed class EventLines : IRestoreOutput, IProgrammingObserver
{
    readonly ConcurrentDictionary<string, (ProgrammingPhase, string, long)> _last = new();
    readonly Lock _gate = new();

    public Task<ProgrammingResult[]> RunAsync(IReadOnlyList<IUnit> units, Func<IProgrammingObserver, Task<ProgrammingResult[]>> work) => work(this);

    public void Say(IUnit unit, IEnumerable<string> sentences)
    {
    }

    public void On(in ProgrammingEvent step)
    {
        var now = (step.Phase, step.Subject, step.Total > 0 ? step.Done * 100 / step.Total : 0);
        if (_last.TryGetValue(step.DeviceId, out var last) && last == now) return;
        _last[step.DeviceId] = now;
        var line = JsonSerializer.Serialize(step, ProgrammingJson.Default.ProgrammingEvent);
        lock (_gate) Console.Out.WriteLine(line);
    }
}

/// <summary>A live bar for each unit on a terminal, with rate and time left; nothing where no terminal is.</summary>
sealed class LiveOutput : IRestoreOutput, IProgrammingObserver
{
    const int SubjectWidth = 28;

    readonly ConcurrentDictionary<string, Row> _rows = new();
    readonly ConcurrentDictionary<(string Platform, string Sentence), bool> _said = new();
    ProgressContext? _context;

    public async Task<ProgrammingResult[]> RunAsync(IReadOnlyList<IUnit> units, Func<IProgrammingObserver, Task<ProgrammingResult[]>> work)
    {
        if (!Terminal.Error.Profile.Out.IsTerminal) return await work(this);
        return await Terminal.Error.Progress().AutoClear(true).HideCompleted(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RateColumn(_rows), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                _context = context;
                foreach (var unit in units) _rows[unit.DeviceId] = new($"{unit.Platform.Name} …{unit.DeviceId[^6..]}", context.AddTask(unit.Platform.Name, maxValue: 1));
                return await work(this);
            });
    }

    public void Say(IUnit unit, IEnumerable<string> sentences)
    {
        if (!Terminal.Error.Profile.Out.IsTerminal) return;
        foreach (var sentence in sentences.Where(s => _said.TryAdd((unit.Platform.Name, s), true)))
        {
            Terminal.Error.MarkupLineInterpolated($"[grey]{unit.Platform.Name}:[/] {sentence}");
        }
    }

    public void On(in ProgrammingEvent step)
    {
        // What hangs on a probe gets its bar when it first gets on.
        var row = _rows.TryGetValue(step.DeviceId, out var known) ? known
            : _context is { } context ? _rows.GetOrAdd(step.DeviceId, name => new(name, context.AddTask(name, maxValue: 1))) : null;
        row?.Show(step);
    }

    /// <summary>A unit's bar and the rate of what it is doing.</summary>
    sealed class Row(string name, ProgressTask task)
    {
        long _since;
        (ProgrammingPhase, string) _what;

        public ProgressTask Task => task;

        public double BytesPerSecond { get; private set; }

        public void Show(in ProgrammingEvent step)
        {
            if (_what != (step.Phase, step.Subject))
            {
                (_what, _since) = ((step.Phase, step.Subject), TimeProvider.System.GetTimestamp());
                var what = step.Phase is ProgrammingPhase.Mode or ProgrammingPhase.Restart ? $"{step.Phase}" : $"{step.Phase} {step.Subject}";
                task.Description = Markup.Escape($"{name} {what.ToLowerInvariant().PadRight(SubjectWidth)[..SubjectWidth]}");
            }
            var seconds = TimeProvider.System.GetElapsedTime(_since).TotalSeconds;
            BytesPerSecond = step.Done > 0 && seconds > 0.05 ? step.Done / seconds : 0;
            task.Value = step.JobDone;
        }
    }

    sealed class RateColumn(ConcurrentDictionary<string, Row> rows) : ProgressColumn
    {
        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
        {
            var rate = rows.Values.FirstOrDefault(r => r.Task == task)?.BytesPerSecond ?? 0;
            return new Text(rate > 0 ? $"{rate / 1024,5:F0} KiB/s" : "           ");
        }
    }
}
