using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Pogoline.Lab.Dfu;
using Pogoline.Links;
using Pogoline.Platforms;

namespace Pogoline.Lab.Replay;

/// <summary>Plays recorded DFU conversations: every reply, every STALL, every reset, and what the memories hold in the end.</summary>
sealed class DfuReplay : IRecordingPlayer
{
    // The ids that were compiled into the recorded code.
    const string Gen2DeviceId = "112233445566778899aabbcc";
    const string Gen3DeviceId = "e00fce680102030405060708";

    static readonly SetupPacket SetAddress = new(0x00, 5, 5, 0, 0);
    static readonly SetupPacket SetConfiguration = new(0x00, 9, 1, 0, 0);

    readonly Dictionary<string, DfuRig> _rigs = [];

    public bool Plays(in Recording recording) =>
        recording.Content.TryGetProperty("board", out var board) && board.ValueKind == JsonValueKind.String
        && recording.Content.TryGetProperty("steps", out _) && recording.Content.TryGetProperty("init", out _);

    public ReplayDifference? Play(in Recording recording)
    {
        DfuScenario scenario;
        try
        {
            scenario = recording.Content.Deserialize(ReplayJson.Default.DfuScenario) ?? throw new JsonException("the recording is null");
        }
        catch (JsonException e)
        {
            return new(recording.File, recording.Line, recording.Name, null, "format", "a DFU recording", e.Message);
        }
        return Play(scenario, out var step) is { } mismatch
            ? new(recording.File, recording.Line, recording.Name, step, mismatch.What, mismatch.Expected, mismatch.Actual)
            : null;
    }

    Mismatch? Play(DfuScenario scenario, out int? step)
    {
        step = null;
        if (!TryFindRig(scenario.Board, out var rig)) return new("board", scenario.Board, "no such board in the lab");
        if (!TryFindRelease(scenario.Source, out var release)) return new("source", scenario.Source, "no release in it");
        if (scenario.Start is not (null or "reset")) return new("start", scenario.Start, "unknown");
        if (scenario.Steps.Count == 0) return new("steps", "at least one", "none");
        var deviceId = rig.Platform.Generation == 2 ? Gen2DeviceId : Gen3DeviceId;
        if (rig.Power(scenario.Init, deviceId, release) is not { } device) return new("init", "ranges inside the memories", "a range outside");

        device.BusReset();
        if (scenario.Start is null)
        {
            device.Control(SetAddress, []);
            device.Control(SetConfiguration, []);
        }
        var left = false;
        for (var i = 0; i < scenario.Steps.Count; i++)
        {
            step = i;
            if (Difference(device, scenario.Steps[i], ref left) is { } mismatch) return mismatch;
        }
        step = null;
        return Mismatch.Between("reset", scenario.End.Reset, left) ?? rig.Compare(scenario.End);
    }

    static Mismatch? Difference(DfuUsbDevice device, DfuStep step, ref bool left)
    {
        switch (step)
        {
            case { Setup.Value.Length: SetupPacket.Size, BusReset: false, TickMilliseconds: null }:
                return Difference(device, SetupPacket.Read(step.Setup.Value), step);
            case { Setup: null, BusReset: true, TickMilliseconds: null }:
                device.BusReset();
                return null;
            case { Setup: null, BusReset: false, TickMilliseconds: { } milliseconds and >= 0 }:
                var fired = device.Elapse(milliseconds);
                left |= fired is not null;
                return Mismatch.Between("reset_after_ms", step.ResetAfterMilliseconds, fired);
            default:
                return new("step", "a control transfer, a bus reset or a tick", "something else");
        }
    }

    static Mismatch? Difference(DfuUsbDevice device, SetupPacket setup, DfuStep step)
    {
        var sent = step.Out?.Value ?? [];
        if (sent.Length != (setup.IsIn ? 0 : setup.Length)) return new("out", $"{setup.Length} bytes", $"{sent.Length} bytes");
        var reply = device.Control(setup, sent);
        var hasData = setup is { IsIn: true, Length: > 0 } && reply.Outcome is ControlOutcome.Acknowledged or ControlOutcome.LateStalled;
        return Mismatch.Between("stall", step.Stall, reply.Outcome == ControlOutcome.Stalled)
            ?? Mismatch.Between("no_reply", step.NoReply, reply.Outcome == ControlOutcome.NoReply)
            ?? Mismatch.Between("in", Hex(step.In?.Value), Hex(hasData ? reply.Data : null))
            ?? Mismatch.Between("late_stall", step.LateStall, reply.Outcome == ControlOutcome.LateStalled)
            ?? Mismatch.Between("bus_detach_attach", step.BusDetachAttach, reply.Reattaches)
            ?? Mismatch.Between("overlong", step.Overlong, hasData && reply.Data.Length > setup.Length);
    }

    bool TryFindRig(string board, [NotNullWhen(true)] out DfuRig? rig)
    {
        if (_rigs.TryGetValue(board, out rig)) return true;
        var platform = PlatformCatalog.Supported.FirstOrDefault(p => $"gen{p.Generation}-{p.Name}" == board);
        if (platform is not null) _rigs[board] = rig = new(platform);
        return rig is not null;
    }

    static bool TryFindRelease(string source, [NotNullWhen(true)] out DeviceOsVersion? release) =>
        DeviceOsVersion.TryParse(source.Split(' ')[^1], out release);

    static string? Hex(ReadOnlyMemory<byte>? bytes) => bytes is { } present ? Convert.ToHexStringLower(present.Span) : null;
}
