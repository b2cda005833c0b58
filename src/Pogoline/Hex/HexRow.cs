using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pogoline.Hex;

/// <summary>
/// Data records of 16 bytes, which nearly all lines of nearly all files are, as vectors: 21 bytes in 42 digits, from the length to the checksum.
/// </summary>
static class HexRow
{
    /// <summary>Bytes of data.</summary>
    public const int Data = 16;

    /// <summary>Digits from the length to the checksum.</summary>
    public const int Digits = 2 * (Data + 5);

    const ulong EvenBytes = 0x00FF00FF00FF00FF;

    // Two digits for each byte, as they lie in memory.
    static readonly ushort[] Pairs = [.. Enumerable.Range(0, 256).Select(b =>
    {
        var text = b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture);
        return BitConverter.IsLittleEndian ? (ushort)(text[0] | (text[1] << 8)) : (ushort)((text[0] << 8) | text[1]);
    })];

    /// <summary>Reads a row.</summary>
    /// <param name="digits">At least <see cref="Digits"/> characters, from the length on.</param>
    /// <param name="data">Gets 17 bytes, of which the last one is of no use.</param>
    /// <param name="offset">The offset of the record.</param>
    /// <returns>False when it is no data record of 16 bytes with a right checksum; then nothing in <paramref name="data"/> is of use.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ReadOnlySpan<byte> digits, Span<byte> data, out int offset)
    {
        // Length, offset, type and the first four bytes; then everything from the second byte to the checksum.
        var head = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(digits));
        var rest = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(digits), 10);
        var headNibbles = Vector128.Min(head - Vector128.Create((byte)'0'), (head | Vector128.Create((byte)0x20)) - Vector128.Create((byte)('a' - 10)));
        var isHead = Vector128.LessThanOrEqual(head - Vector128.Create((byte)'0'), Vector128.Create((byte)9))
            | Vector128.LessThanOrEqual((head | Vector128.Create((byte)0x20)) - Vector128.Create((byte)'a'), Vector128.Create((byte)5));
        var restNibbles = Vector256.Min(rest - Vector256.Create((byte)'0'), (rest | Vector256.Create((byte)0x20)) - Vector256.Create((byte)('a' - 10)));
        var isRest = Vector256.LessThanOrEqual(rest - Vector256.Create((byte)'0'), Vector256.Create((byte)9))
            | Vector256.LessThanOrEqual((rest | Vector256.Create((byte)0x20)) - Vector256.Create((byte)'a'), Vector256.Create((byte)5));
        var headPairs = headNibbles.AsUInt16();
        headPairs = ((headPairs << 4) | (headPairs >>> 8)) & Vector128.Create((ushort)0xFF);
        var restPairs = restNibbles.AsUInt16();
        restPairs = ((restPairs << 4) | (restPairs >>> 8)) & Vector256.Create((ushort)0xFF);
        var start = Vector128.Narrow(headPairs, headPairs).AsUInt64()[0];
        var bytes = Vector128.Narrow(restPairs.GetLower(), restPairs.GetUpper());
        offset = (int)BinaryPrimitives.ReverseEndianness((ushort)(start >> 8));
        data[0] = (byte)(start >> 32);
        bytes.StoreUnsafe(ref MemoryMarshal.GetReference(data), 1);
        var (low, high) = (bytes.AsUInt64()[0], bytes.AsUInt64()[1]);
        // The five bytes in front of the others; at most 510 in each lane of 16 bits, so nothing is carried over.
        var ahead = start & 0xFFFFFFFFFF;
        var lanes = (low & EvenBytes) + ((low >> 8) & EvenBytes) + (high & EvenBytes) + ((high >> 8) & EvenBytes) + (ahead & EvenBytes) + ((ahead >> 8) & EvenBytes);
        var sum = (lanes * 0x0001000100010001) >> 48;
        return (start & 0xFF0000FF) == Data && (sum & 0xFF) == 0
            && Vector128.EqualsAll(isHead, Vector128<byte>.AllBitsSet) && Vector256.EqualsAll(isRest, Vector256<byte>.AllBitsSet);
    }

    /// <summary>Writes a row.</summary>
    /// <param name="offset">The offset of the record.</param>
    /// <param name="data">16 bytes.</param>
    /// <param name="digits">Gets <see cref="Digits"/> characters, from the length on.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ushort offset, ReadOnlySpan<byte> data, Span<byte> digits)
    {
        var bytes = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(data));
        var (lower, upper) = Vector128.Widen(bytes);
        var pairs = Vector256.Create(lower, upper);
        var nibbles = ((pairs >>> 4) | ((pairs & Vector256.Create((ushort)0x0F)) << 8)).AsByte();
        var letters = Vector256.GreaterThan(nibbles, Vector256.Create((byte)9)) & Vector256.Create((byte)('A' - '0' - 10));
        (nibbles + Vector256.Create((byte)'0') + letters).StoreUnsafe(ref MemoryMarshal.GetReference(digits), 8);
        var (low, high) = (bytes.AsUInt64()[0], bytes.AsUInt64()[1]);
        var lanes = (low & EvenBytes) + ((low >> 8) & EvenBytes) + (high & EvenBytes) + ((high >> 8) & EvenBytes);
        var sum = (int)((lanes * 0x0001000100010001) >> 48) + Data + (offset >> 8) + (offset & 0xFF);
        var text = MemoryMarshal.Cast<byte, ushort>(digits);
        text[0] = Pairs[Data];
        text[1] = Pairs[offset >> 8];
        text[2] = Pairs[offset & 0xFF];
        text[3] = Pairs[0];
        text[20] = Pairs[-sum & 0xFF];
    }
}
