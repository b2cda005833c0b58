using System.Collections.Concurrent;
using Pogoline.Programming;
using Pogoline.Programming.Gang;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Pogoline.Cli.Output;

/// <summary>A live bar for each unit on a terminal, with rate and time left; where no terminal is and there are many, a line for each that has ended.</summary>
sealed class LiveOutput(bool many) : IGangOutput
{
    const int SubjectWidth = 28;

    readonly ConcurrentDictionary<string, Row> _rows = new();
    readonly ConcurrentDictionary<(string Platform, string Sentence), bool> _said = new();
    ProgressContext? _context;

    static bool IsTerminal => Terminal.Error.Profile.Out.IsTerminal;

    public async Task<IReadOnlyList<ProgrammingResult>> RunAsync(Func<Task<IReadOnlyList<ProgrammingResult>>> work)
    {
        if (!IsTerminal) return await work();
        return await Terminal.Error.Progress().AutoClear(true).HideCompleted(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RateColumn(_rows), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                _context = context;
                return work();
            });
    }

    public void Say(IGangUnit unit, IEnumerable<string> sentences)
    {
        if (!IsTerminal) return;
        foreach (var sentence in sentences.Where(s => _said.TryAdd((unit.PlatformName, s), true)))
        {
            Terminal.Error.MarkupLineInterpolated($"[grey]{unit.PlatformName}:[/] {sentence}");
        }
    }

    public void Joined(IGangUnit unit)
    {
        if (_context is not { } context) return;
        var name = unit.DeviceId == unit.Port ? $"{unit.PlatformName} {unit.Port}".TrimStart() : $"{unit.PlatformName} …{unit.DeviceId[^Math.Min(6, unit.DeviceId.Length)..]}";
        _rows[unit.DeviceId] = new(name, context.AddTask(Markup.Escape($"{name} waits"), maxValue: 1));
    }

    public void Started(IGangUnit unit, int attempt)
    {
        if (_rows.TryGetValue(unit.DeviceId, out var row)) row.Begin(attempt);
    }

    public void On(in ProgrammingEvent step)
    {
        if (_rows.TryGetValue(step.DeviceId, out var row)) row.Show(step);
    }

    public void Ended(IGangUnit unit, ProgrammingResult result)
    {
        if (_rows.TryGetValue(unit.DeviceId, out var row)) row.End(result);
        else if (many && !IsTerminal) Terminal.Error.MarkupLineInterpolated($"{result.Outcome.ToString().ToLowerInvariant()} {result.Unit.Platform} {result.Unit.Id} ({unit.Port}) {result.Error?.Code}");
    }

    /// <summary>A unit's bar and the rate of what it is doing.</summary>
    sealed class Row(string name, ProgressTask task)
    {
        long _since;
        int _attempt = 1;
        (ProgrammingPhase, string) _what;

        public ProgressTask Task => task;

        public double BytesPerSecond { get; private set; }

        string Name => _attempt > 1 ? $"{name} (attempt {_attempt})" : name;

        public void Begin(int attempt) => (_attempt, _what, task.Value) = (attempt, default, 0);

        public void Show(in ProgrammingEvent step)
        {
            if (_what != (step.Phase, step.Subject))
            {
                (_what, _since) = ((step.Phase, step.Subject), TimeProvider.System.GetTimestamp());
                var what = step.Phase is ProgrammingPhase.Mode or ProgrammingPhase.Restart ? $"{step.Phase}" : $"{step.Phase} {step.Subject}";
                task.Description = Markup.Escape($"{Name} {what.ToLowerInvariant().PadRight(SubjectWidth)[..SubjectWidth]}");
            }
            var seconds = TimeProvider.System.GetElapsedTime(_since).TotalSeconds;
            BytesPerSecond = step.Done > 0 && seconds > 0.05 ? step.Done / seconds : 0;
            task.Value = step.JobDone;
        }

        public void End(ProgrammingResult result)
        {
            BytesPerSecond = 0;
            var word = $"{result.Outcome.ToString().ToLowerInvariant()} {result.Error?.Code}".PadRight(SubjectWidth)[..SubjectWidth];
            task.Description = $"{Markup.Escape(Name)} [{GangView.Colour(result.Outcome)}]{Markup.Escape(word)}[/]";
            if (result.Outcome == Outcome.Passed) task.Value = 1;
            task.StopTask();
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
