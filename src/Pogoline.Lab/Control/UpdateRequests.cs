using Pogoline.Lab.Boot;

namespace Pogoline.Lab.Control;

/// <summary>Requests by which a host sends an update.</summary>
static class UpdateRequests
{
    const uint ChunkSize = 1024;

    // What FINISH answers before there are result codes.
    const int OldFailure = 1;

    public static IEnumerable<TimeSpan> Start(IRunningSystem system, ControlRequest request)
    {
        var update = system.Update;
        if (!ProtoMessage.TryRead(request.Payload, [ProtoType.Varint, ProtoType.Varint], out var message) || message.Number(1) > uint.MaxValue)
        {
            request.Finish(ControlResult.BadData);
            yield break;
        }
        if (message.Number(2) != 0)
        {
            request.Finish(ControlResult.NotSupported);
            yield break;
        }
        if (update.IsByRequests) update.Cancel();
        foreach (var busy in update.Begin((uint)message.Number(1), byRequests: true)) yield return busy;
        if (update.Result == ControlResult.Ok) request.Finish(ControlResult.Ok, new ProtoWriter().Number(1, ChunkSize).Message);
        else request.Finish(update.Result);
    }

    public static IEnumerable<TimeSpan> Data(IRunningSystem system, ControlRequest request)
    {
        var update = system.Update;
        if (!ProtoMessage.TryRead(request.Payload, [ProtoType.Bytes], out var message))
        {
            if (update.IsByRequests) update.Cancel();
            request.Finish(ControlResult.BadData);
            yield break;
        }
        if (!update.IsByRequests)
        {
            request.Finish(ControlResult.InvalidState);
            yield break;
        }
        var data = message.Bytes(1);
        if (data.IsEmpty || (uint)data.Length > update.Missing)
        {
            update.Cancel();
            request.Finish(ControlResult.OutOfRange);
            yield break;
        }
        foreach (var busy in update.Append(data)) yield return busy;
        request.Finish(update.Result);
    }

    public static IEnumerable<TimeSpan> Cancel(IRunningSystem system, ControlRequest request)
    {
        if (system.Update.IsByRequests) system.Update.Cancel();
        request.Finish(ControlResult.Ok);
        return [];
    }

    /// <summary>From Device OS 3.0.0 on: judged now, carried out when the host has the result, whatever comes of that.</summary>
    public static IEnumerable<TimeSpan> FinishLater(IRunningSystem system, ControlRequest request)
    {
        if (!IsComplete(system, request, out var validateOnly)) return [];
        var result = system.Update.Validate();
        if (validateOnly || result != ControlResult.Ok)
        {
            system.Update.Cancel();
            request.Finish(result);
        }
        else
        {
            request.Finish(ControlResult.Ok, completion: _ => system.Update.Apply());
        }
        return [];
    }

    /// <summary>Device OS 2.x: carried out now; the reset follows when the host has the result.</summary>
    public static IEnumerable<TimeSpan> FinishAtOnce(IRunningSystem system, ControlRequest request) => ApplyNow(system, request, code => code);

    /// <summary>Before Device OS 2.0.0: the same, and of a failure only that it is one. A validation minds only what the module is.</summary>
    public static IEnumerable<TimeSpan> FinishWithoutCodes(IRunningSystem system, ControlRequest request) =>
        ApplyNow(system, request, code => code == ControlResult.Ok ? code : OldFailure, code => code == (int)UpdateCode.ModuleNotFound ? OldFailure : ControlResult.Ok);

    static IEnumerable<TimeSpan> ApplyNow(IRunningSystem system, ControlRequest request, Func<int, int> word, Func<int, int>? validation = null)
    {
        if (!IsComplete(system, request, out var validateOnly)) yield break;
        var update = system.Update;
        var code = update.Validate();
        if (validateOnly || code != ControlResult.Ok)
        {
            update.Cancel();
            request.Finish(validateOnly ? (validation ?? word)(code) : word(code));
            yield break;
        }
        foreach (var busy in update.Apply(resets: false)) yield return busy;
        if (update.Result == ControlResult.Ok) request.Finish(ControlResult.Ok, completion: _ => RestartLater(update));
        else request.Finish(word(update.Result));
    }

    static IEnumerable<TimeSpan> RestartLater(FirmwareUpdate update)
    {
        yield return ModeRequests.BeforeLeaving;
        update.RequestReset();
    }

    // Bytes are missing only of a size that was announced.
    static bool IsComplete(IRunningSystem system, ControlRequest request, out bool validateOnly)
    {
        var update = system.Update;
        var isMessage = ProtoMessage.TryRead(request.Payload, [ProtoType.Varint], out var message);
        validateOnly = isMessage && message.Flag(1);
        if (update.IsByRequests && isMessage && !(update.IsSizeKnown && update.Missing > 0)) return true;
        if (update.IsByRequests) update.Cancel();
        request.Finish(isMessage ? ControlResult.InvalidState : ControlResult.BadData);
        return false;
    }
}
