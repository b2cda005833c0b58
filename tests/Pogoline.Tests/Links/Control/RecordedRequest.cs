using System.Text.Json;
using Pogoline.Links;

namespace Pogoline.Tests.Links.Control;

/// <summary>A request that a recorded host made properly, with everything that the device answered to it.</summary>
sealed record RecordedRequest(ushort Type, byte[] Payload, byte[] InitReply, byte[]? RoomReply, byte[] ResultReply, byte[] Data)
{
    public int Result => BitConverter.ToInt32(ResultReply.AsSpan(^4..));

    /// <summary>The requests of a recording; null when its host does what ours never does, or leaves one unfinished.</summary>
    public static IReadOnlyList<RecordedRequest>? Parse(JsonElement scenario)
    {
        var open = new Dictionary<ushort, RecordedRequest>();
        var requests = new List<RecordedRequest>();
        foreach (var step in scenario.GetProperty("steps").EnumerateArray())
        {
            if (step.TryGetProperty("system", out var system))
            {
                if (system.TryGetProperty("fail_next_allocations", out _)) return null;
                continue;
            }
            if (!step.TryGetProperty("host", out var host) || host.TryGetProperty("abort", out _) || !host.TryGetProperty("setup", out var bytes)) return null;
            var setup = SetupPacket.Read(bytes.Hex());
            var device = step.GetProperty("device");
            if (device.TryGetProperty("stall", out var stall) && stall.GetBoolean()) return null;
            var reply = device.TryGetProperty("in", out var data) ? data.Hex() : device.TryGetProperty("in_count", out var counted) ? Count(counted) : [];
            var sent = host.TryGetProperty("out", out var payload) ? payload.Hex() : host.TryGetProperty("out_count", out var count) ? Count(count) : [];
            switch (setup)
            {
                case { RequestType: 0xC0, Request: 1 } when reply.Length == 8:
                    open[BitConverter.ToUInt16(reply, 6)] = new(setup.Index, [], reply, null, [], []);
                    break;
                case { RequestType: 0x40, Request: 3 } when open.TryGetValue(setup.Index, out var request):
                    open[setup.Index] = request with { Payload = [.. request.Payload, .. sent] };
                    break;
                case { RequestType: 0xC0, Request: 2 } when open.TryGetValue(setup.Index, out var request):
                    if (reply[4] == 2) break;
                    if (reply.Length == 6) open[setup.Index] = request with { RoomReply = reply };
                    else if (Move(request with { ResultReply = reply }, setup.Index)) break;
                    break;
                case { RequestType: 0xC0, Request: 4 } when open.TryGetValue(setup.Index, out var request):
                    if (request.ResultReply.Length == 0) return null;
                    Move(request with { Data = [.. request.Data, .. reply] }, setup.Index);
                    break;
                case { Request: 2 } when reply is [_, _, _, _, 5, _]:
                    // The recorded host made sure that the request was gone.
                    break;
                default:
                    return null;
            }
        }
        return open.Count == 0 && requests.Count > 0 ? requests : null;

        bool Move(RecordedRequest request, ushort id)
        {
            open[id] = request;
            var announced = request.ResultReply.Length == 14 ? BitConverter.ToInt32(request.ResultReply, 6) : 0;
            if (request.Data.Length < announced) return false;
            requests.Add(request);
            return open.Remove(id);
        }
    }

    static byte[] Count(JsonElement counted) =>
        [.. Enumerable.Range(counted.GetProperty("start").GetInt32(), counted.GetProperty("length").GetInt32()).Select(i => (byte)i)];
}
