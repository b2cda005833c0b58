namespace Pogoline.Lab.Control;

/// <summary>Requests that change or tell what the board is doing.</summary>
static class ModeRequests
{
    // The place of the flag in the word is not verified; as erased it is off.
    const int FeatureFlags = 1754;
    const byte EthernetDetectionOff = 0x04;
    const ulong EthernetDetection = 1;

    /// <summary>Between the host's fetching the result and the board's going.</summary>
    public static readonly TimeSpan BeforeLeaving = TimeSpan.FromMilliseconds(1000);

    public static IEnumerable<TimeSpan> Restart(IRunningSystem system, ControlRequest request) => Leave(system, request, SystemExit.Restart);

    public static IEnumerable<TimeSpan> FactoryReset(IRunningSystem system, ControlRequest request) => Leave(system, request, SystemExit.FactoryReset);

    public static IEnumerable<TimeSpan> Dfu(IRunningSystem system, ControlRequest request) => Leave(system, request, SystemExit.Dfu);

    public static IEnumerable<TimeSpan> SafeMode(IRunningSystem system, ControlRequest request) => Leave(system, request, SystemExit.SafeMode);

    public static IEnumerable<TimeSpan> StartListening(IRunningSystem system, ControlRequest request) => Do(request, () => system.Listen(true));

    public static IEnumerable<TimeSpan> StopListening(IRunningSystem system, ControlRequest request) => Do(request, () => system.Listen(false));

    public static IEnumerable<TimeSpan> ShowPosition(IRunningSystem system, ControlRequest request) => Do(request, () => system.ShowPosition(true));

    public static IEnumerable<TimeSpan> HidePosition(IRunningSystem system, ControlRequest request) => Do(request, () => system.ShowPosition(false));

    public static IEnumerable<TimeSpan> DeviceMode(IRunningSystem system, ControlRequest request) => Tell(request, system.IsListening);

    public static IEnumerable<TimeSpan> IsSetupDone(IRunningSystem system, ControlRequest request) => Tell(request, system.IsSetupDone);

    public static IEnumerable<TimeSpan> IsAlwaysSetUp(IRunningSystem _, ControlRequest request) => Tell(request, true);

    public static IEnumerable<TimeSpan> IsNotProtected(IRunningSystem _, ControlRequest request) => Tell(request, false);

    public static IEnumerable<TimeSpan> SetStartupMode(IRunningSystem system, ControlRequest request) =>
        With(request, listen => Do(request, () => system.ListenAtStart(listen)));

    public static IEnumerable<TimeSpan> SetSetupDone(IRunningSystem system, ControlRequest request) =>
        With(request, done => Do(request, () => system.IsSetupDone = done));

    public static IEnumerable<TimeSpan> SetSetupDoneInVain(IRunningSystem _, ControlRequest request) =>
        With(request, done => Finish(request, done ? ControlResult.Ok : ControlResult.NotSupported));

    public static IEnumerable<TimeSpan> SetFeature(IRunningSystem system, ControlRequest request)
    {
        if (!ProtoMessage.TryRead(request.Payload, [ProtoType.Varint, ProtoType.Varint], out var message)) return Finish(request, ControlResult.BadData);
        if (message.Number(1) != EthernetDetection) return Finish(request, ControlResult.NotSupported);
        var flags = system.Dct.Bytes[FeatureFlags];
        system.Dct.Write(FeatureFlags, [message.Flag(2) ? (byte)(flags & ~EthernetDetectionOff) : (byte)(flags | EthernetDetectionOff)]);
        return Finish(request, ControlResult.Ok);
    }

    public static IEnumerable<TimeSpan> GetFeature(IRunningSystem system, ControlRequest request)
    {
        if (!ProtoMessage.TryRead(request.Payload, [ProtoType.Varint], out var message)) return Finish(request, ControlResult.BadData);
        return message.Number(1) == EthernetDetection
            ? Tell(request, (system.Dct.Bytes[FeatureFlags] & EthernetDetectionOff) == 0) : Finish(request, ControlResult.NotSupported);
    }

    // The action follows even when the host has given the request up.
    static IEnumerable<TimeSpan> Leave(IRunningSystem system, ControlRequest request, SystemExit exit)
    {
        request.Finish(ControlResult.Ok, completion: _ => Go(system, exit));
        return [];
    }

    static IEnumerable<TimeSpan> Go(IRunningSystem system, SystemExit exit)
    {
        yield return BeforeLeaving;
        system.Leave(exit);
    }

    static IEnumerable<TimeSpan> With(ControlRequest request, Func<bool, IEnumerable<TimeSpan>> then) =>
        ProtoMessage.TryRead(request.Payload, [ProtoType.Varint], out var message)
            ? then(message.Flag(1)) : Finish(request, ControlResult.BadData);

    static IEnumerable<TimeSpan> Do(ControlRequest request, Action action)
    {
        action();
        return Finish(request, ControlResult.Ok);
    }

    static IEnumerable<TimeSpan> Tell(ControlRequest request, bool value)
    {
        request.Finish(ControlResult.Ok, new ProtoWriter().Flag(1, value).Message);
        return [];
    }

    static IEnumerable<TimeSpan> Finish(ControlRequest request, int result)
    {
        request.Finish(result);
        return [];
    }
}
