using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Pogoline.Lab.Control;

/// <summary>Requests for the keys and servers of Gen 2 boards.</summary>
static class KeyRequests
{
    const ulong Tcp = 1, Udp = 2;
    const int TooLarge = -190;
    const int AddressLength = 64, PortOffset = 66;
    const byte IpAddress = 0, DomainName = 1;
    const int Transport = 2977;

    // Where the keys lie in the configuration table, by their type; the servers' addresses follow their keys.
    static readonly Dictionary<ulong, (int Offset, int Length)> Keys = new()
    {
        [1] = (34, 1216), [2] = (1250, 384), [3] = (2082, 384), [4] = (3106, 192), [5] = (2978, 128), [6] = (3298, 192),
    };

    static readonly Dictionary<ulong, int> Servers = new() { [Tcp] = 2082 + 384, [Udp] = 3298 + 192 };

    public static IEnumerable<TimeSpan> SetKey(IRunningSystem system, ControlRequest request) =>
        With(request, [ProtoType.Varint, ProtoType.Bytes], message =>
        {
            if (!Keys.TryGetValue(message.Number(1), out var key)) return ControlResult.NotFound;
            var data = message.Bytes(2);
            if (data.Length > key.Length) return TooLarge;
            system.Dct.Write(key.Offset, data.Span);
            return ControlResult.Ok;
        });

    public static IEnumerable<TimeSpan> GetKey(IRunningSystem system, ControlRequest request) =>
        Ask(request, [ProtoType.Varint], message =>
        {
            if (!Keys.TryGetValue(message.Number(1), out var key)) return (ControlResult.NotFound, null);
            var stored = system.Dct.Bytes.Slice(key.Offset, key.Length);
            return (ControlResult.Ok, new ProtoWriter().Bytes(1, stored[..DerLength(stored)]));
        });

    public static IEnumerable<TimeSpan> SetServer(IRunningSystem system, ControlRequest request) =>
        With(request, [ProtoType.Varint, ProtoType.Bytes, ProtoType.Varint], message =>
        {
            if (!Servers.TryGetValue(message.Number(1), out var server)) return ControlResult.NotFound;
            if (message.Bytes(2).Length > AddressLength) return ControlResult.BadData;
            var record = new byte[PortOffset + 2];
            var (type, address) = IPAddress.TryParse(message.Text(2), out var ip) && ip.GetAddressBytes() is { Length: 4 } bytes
                ? (IpAddress, bytes) : (DomainName, Encoding.Latin1.GetBytes(message.Text(2)));
            (record[0], record[1]) = (type, (byte)address.Length);
            address.CopyTo(record, 2);
            BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(PortOffset), (ushort)message.Number(3));
            system.Dct.Write(server, record);
            return ControlResult.Ok;
        });

    public static IEnumerable<TimeSpan> GetServer(IRunningSystem system, ControlRequest request) =>
        Ask(request, [ProtoType.Varint], message =>
        {
            if (!Servers.TryGetValue(message.Number(1), out var server)) return (ControlResult.NotFound, null);
            var record = system.Dct.Bytes.Slice(server, PortOffset + 2);
            if (record[0] > DomainName || record[1] > AddressLength) return (ControlResult.NotFound, null);
            var address = record.Slice(2, record[1]);
            var text = record[0] == IpAddress && address.Length == 4 ? new IPAddress(address).ToString() : Encoding.Latin1.GetString(address);
            return (ControlResult.Ok, new ProtoWriter().Text(1, text).Number(2, BinaryPrimitives.ReadUInt16LittleEndian(record[PortOffset..])));
        });

    /// <summary>Only the Electron has a choice: UDP unless it was told otherwise.</summary>
    public static IEnumerable<TimeSpan> SetProtocol(IRunningSystem system, ControlRequest request) =>
        With(request, [ProtoType.Varint], message =>
        {
            if (message.Number(1) is not (Tcp or Udp)) return ControlResult.NotSupported;
            system.Dct.Write(Transport, [message.Number(1) == Tcp ? (byte)0x00 : (byte)0xFF]);
            return ControlResult.Ok;
        });

    public static IEnumerable<TimeSpan> GetProtocol(IRunningSystem system, ControlRequest request)
    {
        request.Finish(ControlResult.Ok, new ProtoWriter().Number(1, system.Dct.Bytes[Transport] == 0 ? Tcp : Udp).Message);
        return [];
    }

    public static IEnumerable<TimeSpan> SetTcp(IRunningSystem _, ControlRequest request) =>
        With(request, [ProtoType.Varint], message => message.Number(1) == Tcp ? ControlResult.Ok : ControlResult.NotSupported);

    public static IEnumerable<TimeSpan> GetTcp(IRunningSystem _, ControlRequest request)
    {
        request.Finish(ControlResult.Ok, new ProtoWriter().Number(1, Tcp).Message);
        return [];
    }

    static IEnumerable<TimeSpan> With(ControlRequest request, ProtoType[] fields, Func<ProtoMessage, int> then) =>
        Ask(request, fields, message => (then(message), null));

    static IEnumerable<TimeSpan> Ask(ControlRequest request, ProtoType[] fields, Func<ProtoMessage, (int Result, ProtoWriter? Reply)> then)
    {
        var (result, reply) = ProtoMessage.TryRead(request.Payload, fields, out var message) ? then(message) : (ControlResult.BadData, null);
        request.Finish(result, reply?.Message ?? default);
        return [];
    }

    // A key ends where its DER structure does; the whole place when there is none.
    static int DerLength(ReadOnlySpan<byte> key)
    {
        const byte Sequence = 0x30;
        var length = key switch
        {
            [Sequence, 0x82, var high, var low, ..] => 4 + (high << 8 | low),
            [Sequence, 0x81, var size, ..] => 3 + size,
            [Sequence, < 0x80 and var size, ..] => 2 + size,
            _ => key.Length,
        };
        return Math.Min(length, key.Length);
    }
}
