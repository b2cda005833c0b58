using System.Buffers.Binary;
using Pogoline.Lab.Board;
using Pogoline.Lab.Control;
using Pogoline.Links;

namespace Pogoline.Tests.Lab.Board;

/// <summary>Just enough of a host to send control requests to a virtual board.</summary>
sealed class ControlClient(VirtualUnit unit)
{
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public sealed record Answer(ServiceStatus Status, ushort? Id = null, uint? Size = null, int? Result = null);

    /// <summary>A whole request: its result and its reply.</summary>
    public async Task<(int Result, byte[] Reply)> AskAsync(ushort type, byte[]? payload = null)
    {
        var init = await Service(ControlService.Init, (ushort)(payload?.Length ?? 0), type);
        Assert.Contains(init.Status, new[] { ServiceStatus.Ok, ServiceStatus.Pending });
        var id = init.Id!.Value;
        if (init.Status == ServiceStatus.Pending) Assert.Equal(ServiceStatus.Ok, (await Service(ControlService.Check, 0, id)).Status);
        if (payload is { Length: > 0 }) Assert.True((await SendAsync(id, payload)).IsCompleted);
        return await FetchAsync(id);
    }

    /// <summary>The result and the reply of a request, as soon as they are there.</summary>
    public async Task<(int Result, byte[] Reply)> FetchAsync(ushort id)
    {
        for (var tries = 0; ; tries++)
        {
            var check = await Service(ControlService.Check, 0, id);
            if (check.Status == ServiceStatus.Pending && tries < 1000)
            {
                // Lets a virtual clock move on.
                await unit.WaitForAsync(Pogoline.Programming.UnitPresence.None, TimeSpan.FromMilliseconds(50), default);
                continue;
            }
            Assert.Equal(ServiceStatus.Ok, check.Status);
            if (check.Size is not { } size) return (check.Result!.Value, []);
            var reply = new byte[size];
            await using var pipe = await unit.OpenAsync(default);
            Assert.True((await pipe.ReadAsync(new(0xC0, ControlService.Receive, 0, id, (ushort)size), reply, Timeout, default)).IsCompleted);
            return (check.Result!.Value, reply);
        }
    }

    public async Task<Answer> Service(byte service, ushort value, ushort index)
    {
        await using var pipe = await unit.OpenAsync(default);
        var data = new byte[64];
        var result = await pipe.ReadAsync(new(0xC0, service, value, index, 64), data, Timeout, default);
        Assert.True(result.IsCompleted);
        return Read(data.AsSpan(0, result.Count));
    }

    public async Task<TransferResult> SendAsync(ushort id, byte[] payload)
    {
        await using var pipe = await unit.OpenAsync(default);
        return await pipe.WriteAsync(new(0x40, ControlService.Send, 0, id, (ushort)payload.Length), payload, Timeout, default);
    }

    /// <summary>Sends an update; gives the first result that is not 0, and the step in which it came.</summary>
    public async Task<(string Step, int Result)> UpdateAsync(byte[] image, bool validateOnly = false)
    {
        var start = await AskAsync(ControlType.StartUpdate, new ProtoWriter().Number(1, (uint)image.Length).Message.ToArray());
        if (start.Result != 0) return ("start", start.Result);
        Assert.Equal([0x08, 0x80, 0x08], start.Reply);
        foreach (var chunk in image.Chunk(1024))
        {
            var data = await AskAsync(ControlType.UpdateData, new ProtoWriter().Bytes(1, chunk).Message.ToArray());
            if (data.Result != 0) return ("data", data.Result);
        }
        return ("finish", (await AskAsync(ControlType.FinishUpdate, validateOnly ? [0x08, 0x01] : null)).Result);
    }

    static Answer Read(ReadOnlySpan<byte> reply)
    {
        var flags = reply[0];
        var answer = new Answer((ServiceStatus)BinaryPrimitives.ReadUInt16LittleEndian(reply[4..]));
        var rest = reply[6..];
        if ((flags & 2) != 0)
        {
            answer = answer with { Id = BinaryPrimitives.ReadUInt16LittleEndian(rest) };
            rest = rest[2..];
        }
        if ((flags & 4) != 0)
        {
            answer = answer with { Size = BinaryPrimitives.ReadUInt32LittleEndian(rest) };
            rest = rest[4..];
        }
        return (flags & 8) == 0 ? answer : answer with { Result = BinaryPrimitives.ReadInt32LittleEndian(rest) };
    }
}
