using System.Collections.Concurrent;
using System.Text.Json;
using Pogoline.Programming;
using Pogoline.Programming.Gang;

namespace Pogoline.Cli.Output;

/// <summary>How running jobs are shown.</summary>
interface IGangOutput : IGangObserver
{
    /// <summary>Runs the work while it is shown.</summary>
    Task<IReadOnlyList<ProgrammingResult>> RunAsync(Func<Task<IReadOnlyList<ProgrammingResult>>> work);

    /// <summary>Says what people should know of a unit's job.</summary>
    void Say(IGangUnit unit, IEnumerable<string> sentences);
}

/// <summary>Shows nothing: the result object says it all.</summary>
sealed class NoOutput : IGangOutput
{
    public Task<IReadOnlyList<ProgrammingResult>> RunAsync(Func<Task<IReadOnlyList<ProgrammingResult>>> work) => work();

    public void Say(IGangUnit unit, IEnumerable<string> sentences)
    {
    }

    public void On(in ProgrammingEvent step)
    {
    }

    public void Joined(IGangUnit unit)
    {
    }

    public void Started(IGangUnit unit, int attempt)
    {
    }

    public void Ended(IGangUnit unit, ProgrammingResult result)
    {
    }
}

/// <summary>
/// Prints JSON lines: events (every change of phase or subject, and at most a hundred within one) and, where there are many, the result of each
/// unit as it ends.
/// </summary>
sealed class EventLines(bool many) : IGangOutput
{
    readonly ConcurrentDictionary<string, (ProgrammingPhase, string, long)> _last = new();
    readonly Lock _gate = new();

    public Task<IReadOnlyList<ProgrammingResult>> RunAsync(Func<Task<IReadOnlyList<ProgrammingResult>>> work) => work();

    public void Say(IGangUnit unit, IEnumerable<string> sentences)
    {
    }

    public void Joined(IGangUnit unit)
    {
    }

    public void Started(IGangUnit unit, int attempt)
    {
    }

    public void Ended(IGangUnit unit, ProgrammingResult result)
    {
        if (many) Print(JsonSerializer.Serialize(result, ProgrammingJson.Default.ProgrammingResult));
    }

    public void On(in ProgrammingEvent step)
    {
        var now = (step.Phase, step.Subject, step.Total > 0 ? step.Done * 100 / step.Total : 0);
        if (_last.TryGetValue(step.DeviceId, out var last) && last == now) return;
        _last[step.DeviceId] = now;
        Print(JsonSerializer.Serialize(step, ProgrammingJson.Default.ProgrammingEvent));
    }

    void Print(string line)
    {
        lock (_gate) Console.Out.WriteLine(line);
    }
}
