namespace Pogoline.Lab.Control;

/// <summary>Requests for the Wi-Fi networks of Gen 3 boards. A virtual board receives none, so it joins none.</summary>
static class WifiRequests
{
    const ulong MostCredentials = 1;

    public static IEnumerable<TimeSpan> Join(IRunningSystem _, ControlRequest request)
    {
        if (!ProtoMessage.TryRead(request.Payload, [ProtoType.Bytes, ProtoType.Bytes, ProtoType.Varint, ProtoType.Bytes], out var message)) return Finish(request, ControlResult.BadData);
        if (!ProtoMessage.TryRead(message.Bytes(4), [ProtoType.Varint, ProtoType.Bytes], out var credentials)) return Finish(request, ControlResult.BadData);
        // What was stored for the attempt is taken back when it fails, and here it always does.
        return Finish(request, credentials.Number(1) > MostCredentials ? ControlResult.NotSupported : ControlResult.NotFound);
    }

    public static IEnumerable<TimeSpan> JoinKnown(IRunningSystem _, ControlRequest request) =>
        Finish(request, ProtoMessage.TryRead(request.Payload, [ProtoType.Bytes], out var _) ? ControlResult.NotFound : ControlResult.BadData);

    public static IEnumerable<TimeSpan> ListKnown(IRunningSystem system, ControlRequest request)
    {
        var reply = new ProtoWriter();
        foreach (var network in system.WifiNetworks)
        {
            reply.Part(1, new ProtoWriter().Text(1, network.Ssid).Number(2, (ulong)network.Security).Flag(3, network.Password.Length > 0));
        }
        request.Finish(ControlResult.Ok, reply.Message);
        return [];
    }

    public static IEnumerable<TimeSpan> RemoveKnown(IRunningSystem system, ControlRequest request)
    {
        if (!ProtoMessage.TryRead(request.Payload, [ProtoType.Bytes], out var message)) return Finish(request, ControlResult.BadData);
        system.WifiNetworks = [.. system.WifiNetworks.Where(network => network.Ssid != message.Text(1))];
        return Finish(request, ControlResult.Ok);
    }

    public static IEnumerable<TimeSpan> ClearKnown(IRunningSystem system, ControlRequest request)
    {
        system.WifiNetworks = [];
        return Finish(request, ControlResult.Ok);
    }

    public static IEnumerable<TimeSpan> NotConnected(IRunningSystem _, ControlRequest request) => Finish(request, ControlResult.InvalidState);

    public static IEnumerable<TimeSpan> NothingInSight(IRunningSystem _, ControlRequest request) => Finish(request, ControlResult.Ok);

    static IEnumerable<TimeSpan> Finish(ControlRequest request, int result)
    {
        request.Finish(result);
        return [];
    }
}
