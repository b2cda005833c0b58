using System.Buffers;
using System.Buffers.Binary;
using Pogoline.Modules;

namespace Pogoline.Links.Dfu;

/// <summary>The suffix of a DFU file (USB DFU 1.1 appendix B): for which product the file is, and a CRC over all of it.</summary>
/// <param name="Vendor">idVendor; 0xFFFF for any.</param>
/// <param name="Product">idProduct; 0xFFFF for any.</param>
/// <param name="DeviceRelease">bcdDevice; 0xFFFF for any.</param>
/// <param name="Version">bcdDFU: 0x0100, or 0x011A for a DfuSe container.</param>
/// <param name="Length">bLength: the bytes of the suffix, 16 or more.</param>
public readonly record struct DfuSuffix(ushort Vendor, ushort Product, ushort DeviceRelease, ushort Version, byte Length)
{
    /// <summary>The size that is written, in bytes.</summary>
    public const int Size = 16;

    /// <summary>Stands for every vendor, product or release.</summary>
    public const ushort Any = 0xFFFF;

    static ReadOnlySpan<byte> Signature => "UFD"u8;

    /// <summary>
    /// Reads the suffix at the end of a file: <see cref="OperationStatus.NeedMoreData"/> when there is none,
    /// <see cref="OperationStatus.InvalidData"/> when its length or the CRC is wrong.
    /// </summary>
    public static OperationStatus TryRead(ReadOnlySpan<byte> file, out DfuSuffix suffix)
    {
        suffix = default;
        if (file.Length < Size) return OperationStatus.NeedMoreData;
        var tail = file[^Size..];
        if (!tail.Slice(8, 3).SequenceEqual(Signature)) return OperationStatus.NeedMoreData;
        suffix = new(BinaryPrimitives.ReadUInt16LittleEndian(tail[4..]), BinaryPrimitives.ReadUInt16LittleEndian(tail[2..]),
            BinaryPrimitives.ReadUInt16LittleEndian(tail), BinaryPrimitives.ReadUInt16LittleEndian(tail[6..]), tail[11]);
        var isWhole = suffix.Length >= Size && suffix.Length <= file.Length && BinaryPrimitives.ReadUInt32LittleEndian(tail[12..]) == Crc(file[..^4]);
        return isWhole ? OperationStatus.Done : OperationStatus.InvalidData;
    }

    /// <summary>The content with a suffix behind it.</summary>
    public byte[] AppendTo(ReadOnlySpan<byte> content)
    {
        var file = new byte[content.Length + Size];
        content.CopyTo(file);
        var tail = file.AsSpan(content.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(tail, DeviceRelease);
        BinaryPrimitives.WriteUInt16LittleEndian(tail[2..], Product);
        BinaryPrimitives.WriteUInt16LittleEndian(tail[4..], Vendor);
        BinaryPrimitives.WriteUInt16LittleEndian(tail[6..], Version);
        Signature.CopyTo(tail[8..]);
        tail[11] = Size;
        BinaryPrimitives.WriteUInt32LittleEndian(tail[12..], Crc(file.AsSpan(0, file.Length - 4)));
        return file;
    }

    /// <summary>Whether the file may go to a device.</summary>
    public bool Fits(ushort vendor, ushort product) => (Vendor == Any || Vendor == vendor) && (Product == Any || Product == product);

    // The CRC-32 of zip files without its last inversion.
    static uint Crc(ReadOnlySpan<byte> bytes) => ~Crc32.Compute(bytes);
}
