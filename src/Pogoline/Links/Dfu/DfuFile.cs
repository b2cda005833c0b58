using System.Buffers;
using System.Buffers.Binary;

namespace Pogoline.Links.Dfu;

/// <summary>Bytes and where they go.</summary>
/// <param name="Alternate">The alternate setting; null when the file does not say.</param>
/// <param name="Address">The address; null when the file does not say.</param>
/// <param name="Data">The bytes.</param>
public readonly record struct DfuFileElement(byte? Alternate, uint? Address, ReadOnlyMemory<byte> Data);

/// <summary>A file for DFU: raw bytes, raw bytes with a DFU suffix, or a DfuSe container (ST UM0391).</summary>
public sealed class DfuFile
{
    const int PrefixSize = 11;
    const int ImageHeadSize = 274;
    const int ElementHeadSize = 8;

    DfuFile(DfuSuffix? suffix, IReadOnlyList<DfuFileElement> elements) => (Suffix, Elements) = (suffix, elements);

    /// <summary>The suffix; null when the file has none.</summary>
    public DfuSuffix? Suffix { get; }

    /// <summary>What is to be written, in file order; one element without a place unless it is a DfuSe container.</summary>
    public IReadOnlyList<DfuFileElement> Elements { get; }

    /// <summary>Whether the file itself says where its content goes.</summary>
    public bool HasPlaces => Elements is [{ Alternate: not null }, ..];

    /// <summary>
    /// Takes a file apart. <see cref="OperationStatus.InvalidData"/> with a sentence: a suffix with a wrong CRC, or a container whose lengths
    /// lead out of the file or that has no suffix.
    /// </summary>
    public static OperationStatus TryRead(ReadOnlyMemory<byte> file, out DfuFile? read, out string problem)
    {
        (read, problem) = (null, "");
        var status = DfuSuffix.TryRead(file.Span, out var suffix);
        if (status == OperationStatus.InvalidData)
        {
            problem = "its DFU suffix does not fit its content (length or CRC)";
            return status;
        }
        var hasSuffix = status == OperationStatus.Done;
        var content = hasSuffix ? file[..^suffix.Length] : file;
        if (!content.Span.StartsWith("DfuSe\x01"u8))
        {
            read = new(hasSuffix ? suffix : null, [new(null, null, content)]);
            return OperationStatus.Done;
        }
        if (!hasSuffix)
        {
            problem = "it is a DfuSe container, but the suffix that closes it is missing: the file was cut";
            return OperationStatus.InvalidData;
        }
        if (!TryReadContainer(content, out var elements))
        {
            problem = "it is a DfuSe container whose lengths do not fit the file";
            return OperationStatus.InvalidData;
        }
        read = new(suffix, elements);
        return OperationStatus.Done;
    }

    static bool TryReadContainer(ReadOnlyMemory<byte> content, out List<DfuFileElement> elements)
    {
        elements = [];
        if (content.Length < PrefixSize || BinaryPrimitives.ReadUInt32LittleEndian(content.Span[6..]) != content.Length) return false;
        int images = content.Span[10];
        var rest = content[PrefixSize..];
        for (var image = 0; image < images; image++)
        {
            var head = rest.Span;
            if (head.Length < ImageHeadSize || !head.StartsWith("Target"u8)) return false;
            var alternate = head[6];
            var size = BinaryPrimitives.ReadUInt32LittleEndian(head[266..]);
            var count = BinaryPrimitives.ReadUInt32LittleEndian(head[270..]);
            rest = rest[ImageHeadSize..];
            if (size > rest.Length) return false;
            var body = rest[..(int)size];
            rest = rest[(int)size..];
            for (uint i = 0; i < count; i++)
            {
                if (body.Length < ElementHeadSize) return false;
                var address = BinaryPrimitives.ReadUInt32LittleEndian(body.Span);
                var length = BinaryPrimitives.ReadUInt32LittleEndian(body.Span[4..]);
                if (length > body.Length - ElementHeadSize || (ulong)address + length > 1UL << 32) return false;
                elements.Add(new(alternate, address, body.Slice(ElementHeadSize, (int)length)));
                body = body[(ElementHeadSize + (int)length)..];
            }
            if (!body.IsEmpty) return false;
        }
        return rest.IsEmpty && elements.Count > 0;
    }
}
