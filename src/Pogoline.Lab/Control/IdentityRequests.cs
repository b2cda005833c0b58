using System.Text;

namespace Pogoline.Lab.Control;

/// <summary>Requests that ask who the board is and what runs on it.</summary>
static class IdentityRequests
{
    const uint CompressedOta = 1;

    public static IEnumerable<TimeSpan> Echo(IRunningSystem _, ControlRequest request) => Reply(request, request.Payload);

    public static IEnumerable<TimeSpan> DeviceId(IRunningSystem system, ControlRequest request) => Reply(request, Text(system.DeviceId));

    public static IEnumerable<TimeSpan> Version(IRunningSystem system, ControlRequest request) => Reply(request, Text(system.Version));

    public static IEnumerable<TimeSpan> SerialNumber(IRunningSystem system, ControlRequest request) => system.SerialNumber is { } serial
        ? Reply(request, Text(serial)) : Fail(request, ControlResult.Unknown);

    public static IEnumerable<TimeSpan> NcpVersion(IRunningSystem system, ControlRequest request) => system.Ncp is { } ncp
        ? Reply(request, new ProtoWriter().Text(1, ncp.Version).Number(2, ncp.Module).Message) : Fail(request, ControlResult.Unknown);

    public static IEnumerable<TimeSpan> NoCapabilities(IRunningSystem _, ControlRequest request) => Reply(request, default);

    public static IEnumerable<TimeSpan> CompressedUpdates(IRunningSystem _, ControlRequest request) =>
        Reply(request, new ProtoWriter().Fixed32(1, CompressedOta).Message);

    /// <summary>No variables are set, so there is nothing to tell, and clearing them needs no reset.</summary>
    public static IEnumerable<TimeSpan> NoEnvironment(IRunningSystem _, ControlRequest request) => Reply(request, default);

    public static IEnumerable<TimeSpan> Diagnostics(IRunningSystem system, ControlRequest request) => request.Payload.IsEmpty
        ? Reply(request, Encoding.UTF8.GetBytes(system.Diagnostics)) : Fail(request, ControlResult.NotSupported);

    public static IEnumerable<TimeSpan> Iccid(IRunningSystem system, ControlRequest request) => AskModem(system, request, withImei: false);

    public static IEnumerable<TimeSpan> IccidAndImei(IRunningSystem system, ControlRequest request) => AskModem(system, request, withImei: true);

    static IEnumerable<TimeSpan> AskModem(IRunningSystem system, ControlRequest request, bool withImei)
    {
        yield return system.StartModem();
        var reply = new ProtoWriter().Text(1, system.Modem?.Iccid ?? "");
        if (withImei) reply.Text(2, system.Modem?.Imei ?? "");
        request.Finish(ControlResult.Ok, reply.Message);
    }

    static ReadOnlyMemory<byte> Text(string text) => new ProtoWriter().Text(1, text).Message;

    static IEnumerable<TimeSpan> Reply(ControlRequest request, ReadOnlyMemory<byte> reply)
    {
        request.Finish(ControlResult.Ok, reply);
        return [];
    }

    static IEnumerable<TimeSpan> Fail(ControlRequest request, int result)
    {
        request.Finish(result);
        return [];
    }
}
