using System.Buffers.Binary;

namespace Pogoline.Hex;

/// <summary>The sum of the bytes of a record, modulo 256.</summary>
static class HexChecksum
{
    const ulong EvenBytes = 0x00FF00FF00FF00FF;

    /// <summary>Adds up at most 260 bytes, eight at a time in lanes of 16 bits.</summary>
    public static byte Sum(ReadOnlySpan<byte> bytes)
    {
        var lanes = 0UL;
        while (bytes.Length >= 8)
        {
            var eight = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            lanes += (eight & EvenBytes) + ((eight >> 8) & EvenBytes);
            bytes = bytes[8..];
        }
        var sum = (byte)((lanes * 0x0001000100010001) >> 48);
        foreach (var one in bytes) sum += one;
        return sum;
    }
}
