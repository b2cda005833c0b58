using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Pogoline.Links;

namespace Pogoline.Tests.Lab.UsbIp;

/// <summary>The answer to a URB.</summary>
sealed record UsbIpAnswer(uint Command, uint Sequence, int Status, int Count, byte[] Data);

/// <summary>A USB/IP client, written from the protocol's description.</summary>
sealed class UsbIpClient : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly TcpClient _tcp = new() { NoDelay = true };
    readonly Dictionary<uint, bool> _inward = [];
    uint _device, _sequence;

    public static async Task<UsbIpClient> ConnectAsync(int port)
    {
        var client = new UsbIpClient();
        await client._tcp.ConnectAsync("127.0.0.1", port);
        return client;
    }

    public ushort Vendor { get; private set; }

    public ushort Product { get; private set; }

    public static async Task<IReadOnlyList<(string BusId, ushort Product, byte[] Interfaces)>> ListAsync(int port)
    {
        using var client = await ConnectAsync(port);
        await client.SendAsync([0x01, 0x11, 0x80, 0x05, 0, 0, 0, 0]);
        var head = await client.ReceiveAsync(12);
        var devices = new List<(string, ushort, byte[])>();
        for (var i = BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(8)); i > 0; i--)
        {
            var record = await client.ReceiveAsync(312);
            var product = BinaryPrimitives.ReadUInt16BigEndian(record.AsSpan(302));
            devices.Add((TextOf(record.AsSpan(256, 32)), product, await client.ReceiveAsync(4 * record[311])));
        }
        return devices;
    }

    /// <summary>Imports a device; null when the server refuses.</summary>
    public static async Task<UsbIpClient?> ImportAsync(int port, string busId)
    {
        var client = await ConnectAsync(port);
        var request = new byte[40];
        ((ReadOnlySpan<byte>)[0x01, 0x11, 0x80, 0x03]).CopyTo(request);
        Encoding.ASCII.GetBytes(busId, request.AsSpan(8));
        await client.SendAsync(request);
        if ((await client.ReceiveAsync(8))[7] != 0)
        {
            client.Dispose();
            return null;
        }
        var record = await client.ReceiveAsync(312);
        client._device = BinaryPrimitives.ReadUInt32BigEndian(record.AsSpan(288)) << 16 | BinaryPrimitives.ReadUInt32BigEndian(record.AsSpan(292));
        client.Vendor = BinaryPrimitives.ReadUInt16BigEndian(record.AsSpan(300));
        client.Product = BinaryPrimitives.ReadUInt16BigEndian(record.AsSpan(302));
        return client;
    }

    public async Task<UsbIpAnswer> ControlAsync(SetupPacket setup, byte[]? data = null)
    {
        var sequence = await SubmitAsync(0, setup.IsIn, setup.Length, data ?? [], setup);
        var answer = await AnswerAsync();
        Assert.Equal(sequence, answer.Sequence);
        return answer;
    }

    public async Task<uint> SubmitAsync(int endpoint, bool isIn, int length, byte[] data, SetupPacket setup = default)
    {
        var message = new byte[48 + (isIn ? 0 : data.Length)];
        Header(message, 1, isIn, endpoint);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(24), length);
        setup.Write(message.AsSpan(40));
        if (!isIn) data.CopyTo(message, 48);
        _inward[_sequence] = isIn;
        await SendAsync(message);
        return _sequence;
    }

    public async Task<uint> UnlinkAsync(uint sequence)
    {
        var message = new byte[48];
        Header(message, 2, false, 0);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(20), sequence);
        await SendAsync(message);
        return _sequence;
    }

    public async Task<UsbIpAnswer> AnswerAsync()
    {
        var header = await ReceiveAsync(48);
        var (command, sequence) = (BinaryPrimitives.ReadUInt32BigEndian(header), BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4)));
        var count = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(24));
        var data = command == 3 && _inward[sequence] ? await ReceiveAsync(count) : [];
        return new(command, sequence, BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(20)), count, data);
    }

    /// <summary>Waits until the server closes the connection; what it still sends is dropped.</summary>
    public async Task AssertClosedAsync()
    {
        var scrap = new byte[4096];
        try
        {
            while (await _tcp.GetStream().ReadAsync(scrap).AsTask().WaitAsync(Patience) > 0)
            {
            }
        }
        catch (IOException)
        {
        }
    }

    public async Task SendAsync(byte[] bytes) => await _tcp.GetStream().WriteAsync(bytes).AsTask().WaitAsync(Patience);

    public void Dispose() => _tcp.Dispose();

    async Task<byte[]> ReceiveAsync(int count)
    {
        var bytes = new byte[count];
        await _tcp.GetStream().ReadExactlyAsync(bytes).AsTask().WaitAsync(Patience);
        return bytes;
    }

    void Header(Span<byte> message, uint command, bool isIn, int endpoint)
    {
        BinaryPrimitives.WriteUInt32BigEndian(message, command);
        BinaryPrimitives.WriteUInt32BigEndian(message[4..], ++_sequence);
        BinaryPrimitives.WriteUInt32BigEndian(message[8..], _device);
        BinaryPrimitives.WriteInt32BigEndian(message[12..], isIn ? 1 : 0);
        BinaryPrimitives.WriteInt32BigEndian(message[16..], endpoint);
    }

    static string TextOf(ReadOnlySpan<byte> padded) => Encoding.ASCII.GetString(padded[..padded.IndexOf((byte)0)]);
}
