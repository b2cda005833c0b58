using System.Text;
using Pogoline.Lab.Board;
using Pogoline.Links;

namespace Pogoline.Tests.Lab.Board;

/// <summary>Just enough of a host to talk to the console of a virtual board.</summary>
sealed class SerialClient : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(20);
    readonly ISerialChannel _channel;

    SerialClient(ISerialChannel channel) => _channel = channel;

    public static async Task<SerialClient> OpenAsync(VirtualUnit unit, uint baudRate = 28800) => new(await unit.OpenSerialAsync(baudRate, default));

    /// <summary>Sends, and gives what comes until there is silence; the patience is for the first byte.</summary>
    public async Task<string> SayAsync(string text, TimeSpan? patience = null) => await SayAsync(Encoding.Latin1.GetBytes(text), patience);

    public async Task<string> SayAsync(byte[] data, TimeSpan? patience = null)
    {
        await _channel.WriteAsync(data, TimeSpan.FromSeconds(5), default);
        return await HearAsync(patience);
    }

    public async Task<string> HearAsync(TimeSpan? patience = null)
    {
        var heard = new StringBuilder();
        var buffer = new byte[4096];
        while (await _channel.ReadAsync(buffer, heard.Length == 0 ? patience ?? Patience : Patience, default) is { IsCompleted: true, Count: var count })
            heard.Append(Encoding.Latin1.GetString(buffer, 0, count));
        return heard.ToString();
    }

    public static byte[] Packet(int number, ReadOnlySpan<byte> data, bool large = true)
    {
        var packet = new byte[large ? 1029 : 133];
        (packet[0], packet[1], packet[2]) = (large ? (byte)2 : (byte)1, (byte)number, (byte)~number);
        data.CopyTo(packet.AsSpan(3));
        return packet;
    }

    public static byte[] Header(string name, long size) => Packet(0, Encoding.Latin1.GetBytes($"{name}\0{size} "), large: false);

    /// <summary>Sends a file; gives what the board said to the packet that ends it.</summary>
    public async Task<string> SendFileAsync(byte[] image)
    {
        Assert.Equal("\u0006C", await SayAsync(Header("binary", image.Length), TimeSpan.FromSeconds(70)));
        var number = 1;
        foreach (var block in image.Chunk(1024)) Assert.Equal("\u0006", await SayAsync(Packet(number++, block)));
        Assert.Equal("\u0006", await SayAsync([4]));
        return await SayAsync(Header("", 0), TimeSpan.FromSeconds(70));
    }

    public ValueTask DisposeAsync() => _channel.DisposeAsync();
}
