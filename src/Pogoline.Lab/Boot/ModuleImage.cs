using System.Buffers.Binary;

namespace Pogoline.Lab.Boot;

/// <summary>A module as it lies in a memory or in a file.</summary>
/// <param name="Header">Its header.</param>
/// <param name="HeaderOffset">Bytes in front of the header: 0, or the size of the vector table.</param>
/// <param name="IntegrityOk">Whether the whole image is there and its CRC is right.</param>
public readonly record struct ModuleImage(ModuleHeader Header, int HeaderOffset, bool IntegrityOk)
{
    /// <summary>Bytes of the CRC that ends an image; stored most significant byte first.</summary>
    public const int CrcSize = 4;

    // Top of the first word of a vector table: the initial stack pointer, which lies in the first 256 KiB of RAM.
    const uint StackMask = 0x2FFC0000;
    const uint RamStart = 0x20000000;

    /// <summary>Bytes of the vector table in front of a header, by generation.</summary>
    public static int VectorTableSize(int generation) => generation == 2 ? 0x184 : 0x200;

    /// <summary>Whether the bytes begin with a vector table, by its first word: the initial stack pointer.</summary>
    public static bool LooksLikeVectors(ReadOnlySpan<byte> image) =>
        image.Length >= 4 && (BinaryPrimitives.ReadUInt32LittleEndian(image) & StackMask) == RamStart;

    /// <summary>
    /// Reads the header where the firmware of a generation looks for it: behind the vector table when the first word looks like a stack
    /// pointer, else at the beginning. False when the bytes end before it.
    /// </summary>
    public static bool TryReadHeader(ReadOnlySpan<byte> image, int generation, out ModuleHeader header, out int offset)
    {
        offset = LooksLikeVectors(image) ? VectorTableSize(generation) : 0;
        header = default;
        return image.Length > offset && ModuleHeader.TryRead(image[offset..], out header);
    }

    /// <summary>Reads a header and checks the image that it describes; bytes behind the image do not matter.</summary>
    public static bool TryRead(ReadOnlySpan<byte> image, int generation, out ModuleImage module)
    {
        module = default;
        if (!TryReadHeader(image, generation, out var header, out var offset)) return false;
        module = new(header, offset, CrcIsRight(image, header));
        return true;
    }

    /// <summary>Whether the image is complete and ends with the CRC of what stands before it.</summary>
    public static bool CrcIsRight(ReadOnlySpan<byte> image, ModuleHeader header)
    {
        var length = header.ImageLength;
        if (length == 0 || length > image.Length) return false;
        var body = image[..((int)length - CrcSize)];
        return Crc32.Compute(body) == BinaryPrimitives.ReadUInt32BigEndian(image[body.Length..]);
    }
}
