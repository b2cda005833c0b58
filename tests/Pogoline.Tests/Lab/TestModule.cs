using System.Buffers.Binary;
using System.IO.Compression;

namespace Pogoline.Tests.Lab;

/// <summary>Small modules for tests, and variations of real ones, always with a right CRC.</summary>
static class TestModule
{
    /// <summary>A user part of a length that fits an app of that platform.</summary>
    public static byte[] UserPart(int platform, uint start, byte index, int length, ushort systemVersion = 1, byte systemIndex = 1, ushort version = 6)
    {
        var image = new byte[length];
        for (var i = 24; i < length; i++) image[i] = (byte)(i * 7 + (i >> 8));
        BinaryPrimitives.WriteUInt32LittleEndian(image, start);
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(4), start + (uint)length - 4);
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(10), version);
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(12), (ushort)platform);
        (image[14], image[15], image[16], image[17]) = (5, index, 4, systemIndex);
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(18), systemVersion);
        return Sealed(image);
    }

    /// <summary>Changes header bytes at an offset from the header, and makes the CRC right again.</summary>
    public static byte[] Changed(byte[] image, int headerOffset, int field, params ReadOnlySpan<byte> value)
    {
        var changed = image.ToArray();
        value.CopyTo(changed.AsSpan(headerOffset + field));
        return Sealed(changed);
    }

    /// <summary>The compressed form of a module: prefix, 8 bytes about the stream, raw deflate of the whole original, suffix, CRC.</summary>
    public static byte[] Compressed(byte[] original, int headerOffset, int suffixSize = 40)
    {
        using var deflated = new MemoryStream();
        using (var deflater = new DeflateStream(deflated, CompressionLevel.Optimal, leaveOpen: true)) deflater.Write(original);
        var stream = new byte[8];
        stream[0] = 8;
        BinaryPrimitives.WriteUInt32LittleEndian(stream.AsSpan(4), (uint)original.Length);
        byte[] image = [.. original.AsSpan(headerOffset, 24), .. stream, .. deflated.ToArray(), .. original.AsSpan(original.Length - 4 - suffixSize, suffixSize), 0, 0, 0, 0];
        var start = BinaryPrimitives.ReadUInt32LittleEndian(image);
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(4), start + (uint)image.Length - 4);
        image[9] |= 0x02;
        return Sealed(image);
    }

    static byte[] Sealed(byte[] image)
    {
        var crc = uint.MaxValue;
        foreach (var b in image.AsSpan(..^4))
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xEDB88320 : 0);
        }
        BinaryPrimitives.WriteUInt32BigEndian(image.AsSpan(image.Length - 4), ~crc);
        return image;
    }
}
