using System.Text.Json;
using Pogoline.Lab.Control;
using Pogoline.Lab.Dfu;
using Pogoline.Links;

namespace Pogoline.Lab.Replay;

/// <summary>
/// Plays recorded control requests: every reply and STALL, how much work the system thread found, and what was asked of the rest of the
/// board. Conversations in which a defect of the recorded code shows are played up to there: the lab does not have it.
/// </summary>
sealed class ControlReplay : IRecordingPlayer
{
    public bool Plays(in Recording recording) =>
        recording.Content.TryGetProperty("setup", out var setup) && setup.ValueKind == JsonValueKind.Object && setup.TryGetProperty("handlers", out _)
        && recording.Content.TryGetProperty("steps", out _);

    public ReplayDifference? Play(in Recording recording)
    {
        ControlScenario scenario;
        try
        {
            scenario = recording.Content.Deserialize(ReplayJson.Default.ControlScenario) ?? throw new JsonException("the recording is null");
        }
        catch (JsonException e)
        {
            return new(recording.File, recording.Line, recording.Name, null, "format", "a recording of control requests", e.Message);
        }
        return Play(scenario, out var step) is { } mismatch
            ? new(recording.File, recording.Line, recording.Name, step, mismatch.What, mismatch.Expected, mismatch.Actual)
            : null;
    }

    static Mismatch? Play(ControlScenario scenario, out int? step)
    {
        step = null;
        if (scenario.Release is not { } release) return new("source", scenario.Source, "no release in it");
        if (scenario.Steps.Count == 0) return new("steps", "at least one", "none");
        var rig = new ControlRig(scenario.Setup, release);
        var partlyFetched = false;
        for (var i = 0; i < scenario.Steps.Count; i++)
        {
            step = i;
            if (Difference(rig, scenario.Steps[i]) is { } mismatch) return partlyFetched && scenario.End.StalePointer == "fired" ? null : mismatch;
            partlyFetched |= scenario.Steps[i].Host is { Setup.Value: [_, ControlService.Reset, ..] };
        }
        step = null;
        return Mismatch.Between("all_tasks_run", scenario.End.AllTasksRun, !rig.HasTask);
    }

    static Mismatch? Difference(ControlRig rig, ControlStep step)
    {
        rig.Events.Clear();
        var mismatch = step switch
        {
            { Host.Setup.Value.Length: SetupPacket.Size, System: null, Bus: null, Repeat: null } => Transfer(rig, step),
            { Host: null, System: { } system, Bus: null, Repeat: null } => Work(rig, system),
            { Host: null, System: null, Bus: "reset", Repeat: null } => rig.BusReset(),
            { Host: null, System: null, Bus: null, Repeat: { } repeat } => Repeat(rig, repeat),
            _ => new Mismatch("step", "a control transfer, work of the system, a bus reset or a repetition", "something else"),
        };
        return mismatch ?? (step.Repeat is not null ? null
            : Mismatch.Between("events", string.Join("; ", step.Events ?? []), string.Join("; ", rig.Events)));
    }

    static Mismatch? Transfer(ControlRig rig, ControlStep step)
    {
        var host = step.Host!;
        var setup = SetupPacket.Read(host.Setup.Value);
        var sent = host.Out?.Value ?? host.OutCount?.Value ?? [];
        if (sent.Length != (setup.IsIn ? 0 : setup.Length)) return new("out", $"{setup.Length} bytes", $"{sent.Length} bytes");
        var reply = rig.Channel.Control(setup, sent, host.Abort);
        var device = step.Device ?? new();
        var hasData = setup is { IsIn: true } && !host.Abort && reply.Outcome == ControlOutcome.Acknowledged;
        return Mismatch.Between("stall", device.Stall, reply.Outcome == ControlOutcome.Stalled)
            ?? Mismatch.Between("in", Hex(device.In?.Value ?? device.InCount?.Value), hasData ? Hex(reply.Data.ToArray()) : null);
    }

    static Mismatch? Work(ControlRig rig, ControlSystemStep step)
    {
        switch (step)
        {
            case { Run: "all" or "one", Ran: { } ran, FinishDeferred: null, FailNextAllocations: null }:
                return Mismatch.Between("ran", ran, rig.Run(step.Run == "one" ? 1 : int.MaxValue));
            case { Run: null, FinishDeferred: { } finished, FailNextAllocations: null }:
                return Mismatch.Between("finish_deferred", finished, rig.FinishDeferred());
            case { Run: null, FinishDeferred: null, FailNextAllocations: { } count }:
                rig.Channel.FailingAllocations = count;
                return null;
            default:
                return new("system", "tasks run, a handler that finishes, or allocations that fail", "something else");
        }
    }

    static Mismatch? Repeat(ControlRig rig, ControlRepeat repeat)
    {
        if (repeat is not { Times: >= 0 and <= 1 << 20, Host: ["INIT type 70 size 0", "RESET that id"], System: "run all" })
            return new("repeat", "a request without payload and its RESET", "something else");
        for (var i = 0; i < repeat.Times; i++)
        {
            var reply = rig.Channel.Control(new(0xC0, ControlService.Init, 0, ControlType.StartListening, 64), []);
            if (reply.Data.Length != 8) return new("repeat", "an INIT that is taken", Hex(reply.Data.ToArray()) ?? "");
            rig.Channel.Control(new(0xC0, ControlService.Reset, 0, (ushort)(reply.Data.Span[6] | reply.Data.Span[7] << 8), 64), []);
            rig.Run(int.MaxValue);
        }
        return null;
    }

    static string? Hex(byte[]? bytes) => bytes is null ? null : Convert.ToHexStringLower(bytes);
}
