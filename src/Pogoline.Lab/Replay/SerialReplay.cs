using System.Text.Json;
using Pogoline.Lab.Console;
using Pogoline.Lab.Ymodem;

namespace Pogoline.Lab.Replay;

/// <summary>Plays recordings of the console and of YMODEM: every byte, when it comes, and what was asked of the rest of the board.</summary>
sealed class SerialReplay : IRecordingPlayer
{
    public bool Plays(in Recording recording) =>
        recording.Content.TryGetProperty("setup", out var setup) && setup.ValueKind == JsonValueKind.Object && setup.TryGetProperty("entry", out _)
        && recording.Content.TryGetProperty("steps", out _);

    public ReplayDifference? Play(in Recording recording)
    {
        SerialScenario scenario;
        try
        {
            scenario = recording.Content.Deserialize(ReplayJson.Default.SerialScenario) ?? throw new JsonException("the recording is null");
        }
        catch (JsonException e)
        {
            return new(recording.File, recording.Line, recording.Name, null, "format", "a recording of a serial port", e.Message);
        }
        return Play(scenario, out var step) is { } mismatch
            ? new(recording.File, recording.Line, recording.Name, step, mismatch.What, mismatch.Expected, mismatch.Actual)
            : null;
    }

    static Mismatch? Play(SerialScenario scenario, out int? step)
    {
        step = null;
        if (scenario.Release is not { } release) return new("source", scenario.Source, "no release in it");
        if (scenario.Steps.Count == 0) return new("steps", "at least one", "none");
        var port = new RecordedPort();
        var system = new RecordedSystem(scenario.Setup, release, port.Happened);
        YmodemReceiver? receiver = null;
        var isConsole = scenario.Setup.Entry!.Contains("console", StringComparison.Ordinal);
        var firmware = isConsole
            ? Serve(new(system, port, scenario.Setup.Entry.StartsWith("Wi-Fi", StringComparison.Ordinal) ? system : null), port)
            : (receiver = new(port, system.Update)).Run();

        using var running = firmware.GetEnumerator();
        // The step under way; one without host bytes stands before the first input.
        var current = scenario.Steps[0].Host is null ? 0 : -1;
        while (running.MoveNext())
        {
            var pause = running.Current;
            if (!pause.IsWait)
            {
                port.Now += (long)pause.Time.TotalMilliseconds;
                continue;
            }
            var until = pause.Time == Timeout.InfiniteTimeSpan ? long.MaxValue : port.Now + (long)pause.Time.TotalMilliseconds;
            var next = current + 1 < scenario.Steps.Count ? scenario.Steps[current + 1] : null;
            if (next?.Host is { } host && host.At < until)
            {
                step = current < 0 ? null : current;
                if (current >= 0 && Difference(scenario.Steps[current], port) is { } mismatch) return mismatch;
                port.Now = Math.Max(port.Now, host.At);
                port.Deliver(host.Serial.Value);
                current++;
            }
            else if (next?.Host is null && (next is not null || until > scenario.End.At))
            {
                port.Now = scenario.End.At;
                return Finish(scenario, port, current, "waiting", out step);
            }
            else
            {
                port.Now = until;
            }
        }
        return Finish(scenario, port, current, $"returned {(receiver is { Succeeded: true } ? 1 : 0)}", out step);
    }

    static Mismatch? Finish(SerialScenario scenario, RecordedPort port, int current, string state, out int? step)
    {
        step = Math.Max(0, current);
        if (Difference(scenario.Steps[step.Value], port) is { } last) return last;
        step = null;
        return Mismatch.Between("steps", scenario.Steps.Count, current + 1)
            ?? Mismatch.Between("state", scenario.End.State, state)
            ?? Mismatch.Between("at_ms", scenario.End.At, port.Now);
    }

    static IEnumerable<Pause> Serve(ListeningConsole console, RecordedPort port)
    {
        for (;;)
        {
            if (port.Available == 0) yield return Pause.WaitForEver;
            foreach (var pause in console.Serve()) yield return pause;
        }
    }

    static Mismatch? Difference(SerialStep step, RecordedPort port)
    {
        var (output, events) = port.Take();
        var expected = new RecordedPort();
        foreach (var part in step.Device)
        {
            expected.Now = part.At;
            expected.Write(part.Serial.Value);
        }
        foreach (var entry in step.Events)
        {
            expected.Now = entry.At;
            expected.Happened(entry.Event);
        }
        var (wanted, wantedEvents) = expected.Take();
        return Mismatch.Between("device", wanted, output) ?? Mismatch.Between("events", wantedEvents, events);
    }
}
