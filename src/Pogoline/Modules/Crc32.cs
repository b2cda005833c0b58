using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using ArmAes = System.Runtime.Intrinsics.Arm.Aes;
using ArmCrc32 = System.Runtime.Intrinsics.Arm.Crc32;

namespace Pogoline.Modules;

/// <summary>
/// CRC-32 as IEEE 802.3 has it: polynomial 0x04C11DB7 taken bit-reversed, start and final xor 0xFFFFFFFF. Module images, Intel HEX
/// restore files and zip archives use it. Long inputs are folded with carry-less multiplication where the processor has it.
/// </summary>
public static class Crc32
{
    const uint ReversedPolynomial = 0xEDB88320;

    // Carry-less multiplication is worth its set-up from four vectors on.
    internal const int FoldingThreshold = 64;

    static readonly uint[] Tables = MakeTables();
    // Four vectors of 512 bits carried at once, twice.
    internal const int WideFoldingThreshold = 512;

    static readonly Vector512<ulong> WideFoldBy2048 = Broadcast(FoldingConstants(2048));
    static readonly Vector512<ulong> WideFoldBy512 = Broadcast(FoldingConstants(512));
    static readonly Vector128<ulong> FoldBy512 = FoldingConstants(512);
    static readonly Vector128<ulong> FoldBy128 = FoldingConstants(128);

    /// <summary>The CRC of the bytes.</summary>
    public static uint Compute(ReadOnlySpan<byte> data) => Append(0, data);

    /// <summary>Goes on with the CRC of what came before (0 for nothing).</summary>
    /// <returns>The CRC of both, as if they had been one run.</returns>
    public static uint Append(uint crc, ReadOnlySpan<byte> data)
    {
        var state = ~crc;
        if (data.Length >= WideFoldingThreshold && IsWideFoldingSupported) state = FoldWide(state, ref data);
        if (data.Length >= FoldingThreshold && IsFoldingSupported) state = Fold(state, ref data);
        return ~(ArmCrc32.IsSupported ? ByArmInstruction(state, data) : ByTables(state, data));
    }

    internal static bool IsFoldingSupported => Pclmulqdq.IsSupported || (ArmAes.IsSupported && BitConverter.IsLittleEndian);

    internal static bool IsWideFoldingSupported => Pclmulqdq.V512.IsSupported;

    /// <summary>As <see cref="Fold"/>, with vectors of 64 bytes whose four quarters are carried in step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static uint FoldWide(uint state, ref ReadOnlySpan<byte> data)
    {
        var vectors = MemoryMarshal.Cast<byte, Vector512<ulong>>(data);
        var (a, b, c, d) = (vectors[0] ^ Vector512.CreateScalar((ulong)state), vectors[1], vectors[2], vectors[3]);
        var i = 4;
        for (; i <= vectors.Length - 4; i += 4)
        {
            a = Carry(a, WideFoldBy2048) ^ vectors[i];
            b = Carry(b, WideFoldBy2048) ^ vectors[i + 1];
            c = Carry(c, WideFoldBy2048) ^ vectors[i + 2];
            d = Carry(d, WideFoldBy2048) ^ vectors[i + 3];
        }
        var last = Carry(Carry(Carry(a, WideFoldBy512) ^ b, WideFoldBy512) ^ c, WideFoldBy512) ^ d;
        data = data[(i * 64)..];
        Span<byte> rest = stackalloc byte[64];
        last.AsByte().CopyTo(rest);
        return ByTables(0, rest);
    }

    /// <summary>
    /// Folds whole vectors of 16 bytes and leaves the rest in <paramref name="data"/>. A vector A that stands d bits before another one B may be
    /// replaced by A·x^d mod P added to B; four vectors are carried at once so that the multiplications overlap. The last vector is congruent to
    /// all that was folded, so its own CRC, by table, is the state.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static uint Fold(uint state, ref ReadOnlySpan<byte> data)
    {
        var vectors = MemoryMarshal.Cast<byte, Vector128<ulong>>(data);
        var (a, b, c, d) = (vectors[0] ^ Vector128.CreateScalar((ulong)state), vectors[1], vectors[2], vectors[3]);
        var i = 4;
        for (; i <= vectors.Length - 4; i += 4)
        {
            a = Carry(a, FoldBy512) ^ vectors[i];
            b = Carry(b, FoldBy512) ^ vectors[i + 1];
            c = Carry(c, FoldBy512) ^ vectors[i + 2];
            d = Carry(d, FoldBy512) ^ vectors[i + 3];
        }
        var last = Carry(Carry(Carry(a, FoldBy128) ^ b, FoldBy128) ^ c, FoldBy128) ^ d;
        for (; i < vectors.Length; i++) last = Carry(last, FoldBy128) ^ vectors[i];
        data = data[(vectors.Length * 16)..];
        Span<byte> rest = stackalloc byte[16];
        last.AsByte().CopyTo(rest);
        return ByTables(0, rest);
    }

    internal static uint ByTables(uint state, ReadOnlySpan<byte> data)
    {
        ref var table = ref MemoryMarshal.GetArrayDataReference(Tables);
        while (data.Length >= 8)
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(data) ^ state;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(data[4..]);
            state = At(ref table, 7, low) ^ At(ref table, 6, low >> 8) ^ At(ref table, 5, low >> 16) ^ At(ref table, 4, low >> 24)
                ^ At(ref table, 3, high) ^ At(ref table, 2, high >> 8) ^ At(ref table, 1, high >> 16) ^ At(ref table, 0, high >> 24);
            data = data[8..];
        }
        foreach (var value in data) state = At(ref table, 0, state ^ value) ^ (state >> 8);
        return state;
    }

    static uint ByArmInstruction(uint state, ReadOnlySpan<byte> data)
    {
        if (ArmCrc32.Arm64.IsSupported)
        {
            for (; data.Length >= 8; data = data[8..]) state = ArmCrc32.Arm64.ComputeCrc32(state, BinaryPrimitives.ReadUInt64LittleEndian(data));
        }
        foreach (var value in data) state = ArmCrc32.ComputeCrc32(state, value);
        return state;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static uint At(ref uint tables, int table, uint index) => Unsafe.Add(ref tables, (nuint)((table << 8) | (byte)index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<ulong> Carry(Vector128<ulong> vector, Vector128<ulong> constants) =>
        Pclmulqdq.IsSupported
            ? Pclmulqdq.CarrylessMultiply(vector, constants, 0x00) ^ Pclmulqdq.CarrylessMultiply(vector, constants, 0x11)
            : ArmAes.PolynomialMultiplyWideningLower(vector.GetLower(), constants.GetLower())
                ^ ArmAes.PolynomialMultiplyWideningUpper(vector, constants);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<ulong> Carry(Vector512<ulong> vector, Vector512<ulong> constants) =>
        Pclmulqdq.V512.CarrylessMultiply(vector, constants, 0x00) ^ Pclmulqdq.V512.CarrylessMultiply(vector, constants, 0x11);

    static Vector512<ulong> Broadcast(Vector128<ulong> quarter) =>
        Vector512.Create(Vector256.Create(quarter, quarter), Vector256.Create(quarter, quarter));

    /// <summary>For a distance in bits: x^(d+32) mod P for the low half of a vector and x^(d−32) mod P for its high half, bit-reversed.</summary>
    internal static Vector128<ulong> FoldingConstants(int distance) =>
        Vector128.Create((ulong)PowerOfX(distance + 32) << 1, (ulong)PowerOfX(distance - 32) << 1);

    static uint PowerOfX(int exponent)
    {
        var power = 0x8000_0000u;
        for (var i = 0; i < exponent; i++) power = (power >> 1) ^ ((power & 1) * ReversedPolynomial);
        return power;
    }

    // Table k holds what a byte contributes k bytes further on, so that eight bytes take eight look-ups and no waiting.
    static uint[] MakeTables()
    {
        var tables = new uint[8 * 256];
        for (var i = 0u; i < 256; i++)
        {
            var state = i;
            for (var bit = 0; bit < 8; bit++) state = (state >> 1) ^ ((state & 1) * ReversedPolynomial);
            tables[i] = state;
        }
        for (var i = 256; i < tables.Length; i++) tables[i] = tables[tables[i - 256] & 0xFF] ^ (tables[i - 256] >> 8);
        return tables;
    }
}
