using System.Buffers;
using System.Buffers.Binary;

namespace Pogoline.Modules;

/// <summary>
/// What stands between a module's body and its CRC (Device OS <c>module_info_suffix_t</c>): extensions, product fields, a reserved word,
/// SHA-256, and its own size. It is read from its end.
/// </summary>
public readonly record struct ModuleSuffix
{
    /// <summary>The least size in bytes: reserved word, SHA-256, size.</summary>
    public const int MinimumSize = 36;

    /// <summary>The size in bytes with product fields and without extensions.</summary>
    public const int SizeWithProduct = 40;

    // Images exist whose suffix was left as erased flash.
    const ushort Erased = 0xFFFF;

    /// <summary>A product id or version that means: no product.</summary>
    public const ushort NoProduct = 0xFFFF;

    /// <summary>The size in bytes with all extensions, 36 to 65534; the CRC is not counted.</summary>
    public ushort Size { get; init; }

    /// <summary>The product that user firmware belongs to; 0xFFFF for none, null when the suffix has no such field.</summary>
    public ushort? ProductId { get; init; }

    /// <summary>The product's firmware version; 0xFFFF for none, null when the suffix has no such field.</summary>
    public ushort? ProductVersion { get; init; }

    /// <summary>Zero in every known image.</summary>
    public ushort Reserved { get; init; }

    /// <summary>The stored SHA-256; see <see cref="HashRule"/> for what it covers.</summary>
    public Sha256Digest Sha256 { get; init; }

    /// <summary>Whether there is room for extensions.</summary>
    public bool HasExtensions => Size > SizeWithProduct;

    /// <summary>Reads the suffix that ends where the span ends.</summary>
    /// <returns><see cref="OperationStatus.InvalidData"/> when the stored size is below 36, that of erased flash, or larger than the span.</returns>
    public static OperationStatus TryRead(ReadOnlySpan<byte> source, out ModuleSuffix suffix)
    {
        suffix = default;
        if (source.Length < MinimumSize) return OperationStatus.NeedMoreData;
        var size = BinaryPrimitives.ReadUInt16LittleEndian(source[^2..]);
        if (size is < MinimumSize or Erased || size > source.Length) return OperationStatus.InvalidData;
        var hasProduct = size >= SizeWithProduct;
        suffix = new()
        {
            Size = size,
            ProductId = hasProduct ? BinaryPrimitives.ReadUInt16LittleEndian(source[^40..]) : null,
            ProductVersion = hasProduct ? BinaryPrimitives.ReadUInt16LittleEndian(source[^38..]) : null,
            Reserved = BinaryPrimitives.ReadUInt16LittleEndian(source[^36..]),
            Sha256 = new(source[^34..]),
        };
        return OperationStatus.Done;
    }

    /// <summary>Writes the fixed fields so that they end where the span ends; what lies before them stays as it is.</summary>
    public void Write(Span<byte> destination)
    {
        if (Size >= SizeWithProduct)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(destination[^40..], ProductId ?? NoProduct);
            BinaryPrimitives.WriteUInt16LittleEndian(destination[^38..], ProductVersion ?? NoProduct);
        }
        BinaryPrimitives.WriteUInt16LittleEndian(destination[^36..], Reserved);
        Sha256.CopyTo(destination[^34..]);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[^2..], Size);
    }
}
