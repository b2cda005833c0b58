using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Pogoline.Links.Listening;

/// <summary>The packets of YMODEM: start, sequence number and its complement, 128 or 1024 bytes, CRC-16.</summary>
static class YmodemPacket
{
    public const int ShortData = 128;
    public const int LongData = 1024;

    /// <summary>Start, sequence number, complement, CRC.</summary>
    public const int Overhead = 5;

    public const byte StartShort = 0x01;
    public const byte StartLong = 0x02;
    public const byte EndOfTransmission = 0x04;
    public const byte Acknowledge = 0x06;
    public const byte Refuse = 0x15;
    public const byte Cancel = 0x18;
    public const byte Request = (byte)'C';

    const int CrcSize = sizeof(ushort);
    const ushort Polynomial = 0x1021;

    static readonly ushort[] CrcTable = [.. Enumerable.Range(0, 256).Select(MakeEntry)];

    /// <summary>Writes a packet.</summary>
    /// <param name="packet">Where to: <see cref="LongData"/> + <see cref="Overhead"/> bytes.</param>
    /// <param name="sequence">0 for headers, then 1, 2 … 255, 0, 1 …</param>
    /// <param name="data">Up to 1024 bytes; up to 128 go into a short packet.</param>
    /// <param name="filler">What it is filled up with.</param>
    /// <returns>The length of the packet.</returns>
    public static int Write(Span<byte> packet, byte sequence, ReadOnlySpan<byte> data, byte filler)
    {
        var room = data.Length <= ShortData ? ShortData : LongData;
        packet[0] = room == ShortData ? StartShort : StartLong;
        packet[1] = sequence;
        packet[2] = (byte)~sequence;
        var body = packet.Slice(3, room);
        data.CopyTo(body);
        body[data.Length..].Fill(filler);
        BinaryPrimitives.WriteUInt16BigEndian(packet.Slice(3 + room, CrcSize), Crc(body));
        return room + Overhead;
    }

    /// <summary>What the header of a file says: its name, 0, its size in decimal, a space.</summary>
    /// <exception cref="ArgumentException">The name is too long for a packet, or empty.</exception>
    public static byte[] Header(string name, int size)
    {
        if (name.Length == 0 || name.Contains('\0', StringComparison.Ordinal)) throw new ArgumentException("A file has a name.", nameof(name));
        var header = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{name}\0{size} "));
        return header.Length <= LongData ? header : throw new ArgumentException("The name is too long.", nameof(name));
    }

    /// <summary>CRC-16 with the polynomial 0x1021 from 0, as XMODEM uses it.</summary>
    public static ushort Crc(ReadOnlySpan<byte> data)
    {
        ushort crc = 0;
        foreach (var value in data) crc = (ushort)((crc << 8) ^ CrcTable[(crc >> 8) ^ value]);
        return crc;
    }

    static ushort MakeEntry(int value)
    {
        var crc = (ushort)(value << 8);
        for (var bit = 0; bit < 8; bit++) crc = (ushort)((crc & 0x8000) != 0 ? (crc << 1) ^ Polynomial : crc << 1);
        return crc;
    }
}
