namespace Pogoline.Lab.Control;

/// <summary>Requests about the board's place in the cloud. A virtual board has no network.</summary>
static class CloudRequests
{
    const int LongestClaimCode = 63;

    public static IEnumerable<TimeSpan> SetClaimCode(IRunningSystem system, ControlRequest request)
    {
        if (!ProtoMessage.TryRead(request.Payload, [ProtoType.Bytes], out var message) || message.Bytes(1).Length > LongestClaimCode)
        {
            request.Finish(ControlResult.BadData);
            return [];
        }
        system.SetClaimCode(message.Text(1));
        request.Finish(ControlResult.Ok);
        return [];
    }

    public static IEnumerable<TimeSpan> IsClaimed(IRunningSystem system, ControlRequest request)
    {
        request.Finish(ControlResult.Ok, new ProtoWriter().Flag(1, system.IsClaimed).Message);
        return [];
    }

    /// <summary>Disconnected is 0, which is not written.</summary>
    public static IEnumerable<TimeSpan> Disconnected(IRunningSystem system, ControlRequest request) => Nothing(system, request);

    /// <summary>Accepted, and nothing follows.</summary>
    public static IEnumerable<TimeSpan> Nothing(IRunningSystem _, ControlRequest request)
    {
        request.Finish(ControlResult.Ok);
        return [];
    }
}
