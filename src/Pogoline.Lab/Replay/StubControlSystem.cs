using Pogoline.Lab.Control;

namespace Pogoline.Lab.Replay;

/// <summary>The handlers that the recordings of the control service used in place of real ones.</summary>
/// <param name="release">The release that was recorded.</param>
/// <param name="happened">Takes what is asked of it.</param>
sealed class StubControlSystem(string release, Action<string> happened) : IControlSystem
{
    readonly Queue<ControlRequest> _deferred = [];

    public string DeviceId => "e00fce680123456789abcdef";

    public string Version => release;

    public bool AllowsChunks => true;

    public bool AllowsRawActions => true;

    public void CancelConnecting(bool forGood)
    {
        if (forGood) happened("cloud_flag_disconnect");
        happened("network_connect_cancel");
        happened("cloud_abort");
    }

    public void ResetNow() => happened("system_reset");

    /// <summary>Ends the oldest request that waits; false when there is none.</summary>
    public bool FinishDeferred()
    {
        if (!_deferred.TryDequeue(out var request)) return false;
        if (request.Type == 0xF005) request.Finish(0);
        else request.Finish(0, "late"u8.ToArray(), Complete(request));
        return true;
    }

    public IEnumerable<TimeSpan> Handle(ControlRequest request)
    {
        happened($"handler type={request.Type} size={request.Payload.Length} fnv1a={Fnv1a.Of(request.Payload.Span)}");
        switch (request.Type)
        {
            case ControlType.Echo or ControlType.AppCustom: request.Finish(0, request.Payload); break;
            case ControlType.Reset or ControlType.FactoryReset or ControlType.DfuMode or ControlType.SafeMode:
                request.Finish(0, completion: Complete(request));
                break;
            case ControlType.StartListening or ControlType.StopListening or 0xF003: request.Finish(0); break;
            case 0xF001: request.Finish(12345); break;
            case 0xF002: request.Finish(-1340, "error"u8.ToArray()); break;
            case 0xF004: request.Finish(0, Count(request.Payload.Span)); break;
            case 0xF005 or 0xF006: _deferred.Enqueue(request); break;
            case 0xF007: request.Finish(0, "complete"u8.ToArray(), Complete(request)); break;
            default: request.Finish(ControlResult.NotSupported); break;
        }
        return [];
    }

    static byte[] Count(ReadOnlySpan<byte> payload) => payload.Length < 2
        ? [] : [.. Enumerable.Range(0, payload[0] | payload[1] << 8).Select(i => (byte)i)];

    Func<int, IEnumerable<TimeSpan>> Complete(ControlRequest request) => result =>
    {
        happened($"completion type={request.Type} result={result}");
        return [];
    };
}
