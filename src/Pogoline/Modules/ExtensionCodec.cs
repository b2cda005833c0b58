using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Pogoline.Modules;

/// <summary>Module extensions from and to bytes.</summary>
static class ExtensionCodec
{
    /// <summary>More of them than any device has room for assets; the rest is not read.</summary>
    public const int MaximumCount = 512;

    const ushort Stop = 0xFFFF;
    const ushort LastKnownType = 0x14;

    static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The extensions of an area: up to END, the stop type, or the end of the area.</summary>
    /// <param name="area">Where they lie.</param>
    /// <param name="size">How many bytes they take.</param>
    /// <param name="fault">What is wrong with them, as a sentence; null when nothing is.</param>
    public static IReadOnlyList<ModuleExtension> ReadAll(ReadOnlyMemory<byte> area, out int size, out string? fault)
    {
        var extensions = new List<ModuleExtension>();
        (size, fault) = (0, null);
        while (size < area.Length)
        {
            if (extensions.Count == MaximumCount)
            {
                fault = $"There are more than {MaximumCount} extensions; the rest was not read.";
                break;
            }
            var status = TryRead(area[size..], out var extension, out var length);
            if (status == OperationStatus.NeedMoreData) fault = $"The extension at byte {size} of its area reaches past it.";
            if (extension is null) break;
            if (status == OperationStatus.InvalidData) fault ??= $"The data of extension type 0x{extension.Type:X2} is not of its form.";
            extensions.Add(extension);
            size += length;
            if (extension is ModuleExtension.End) break;
        }
        return extensions;
    }

    /// <summary>Reads one extension.</summary>
    /// <returns>
    /// <see cref="OperationStatus.NeedMoreData"/> when it reaches past the area; <see cref="OperationStatus.InvalidData"/> with no extension at the
    /// stop type, with one when a known type holds data of another form.
    /// </returns>
    public static OperationStatus TryRead(ReadOnlyMemory<byte> source, out ModuleExtension? extension, out int length)
    {
        (extension, length) = (null, 0);
        var span = source.Span;
        if (span.Length < ModuleExtension.HeaderSize) return OperationStatus.NeedMoreData;
        var type = BinaryPrimitives.ReadUInt16LittleEndian(span);
        length = BinaryPrimitives.ReadUInt16LittleEndian(span[2..]);
        if (type == Stop) return OperationStatus.InvalidData;
        if (length < ModuleExtension.HeaderSize || length > span.Length) return OperationStatus.NeedMoreData;
        var data = source[ModuleExtension.HeaderSize..length];
        extension = ReadKnown(type, data);
        if (extension is not null) return OperationStatus.Done;
        extension = new ModuleExtension.Unknown(type, data);
        return IsKnown(type) ? OperationStatus.InvalidData : OperationStatus.Done;
    }

    /// <summary>The length in bytes that it takes.</summary>
    public static int LengthOf(ModuleExtension extension) => ModuleExtension.HeaderSize + extension switch
    {
        ModuleExtension.End end => end.Padding,
        ModuleExtension.ProductData => 6,
        ModuleExtension.DynamicLocation => 12,
        ModuleExtension.Dependency => 8,
        ModuleExtension.Hash => 2 + Sha256Digest.Size,
        ModuleExtension.Name name => StrictUtf8.GetByteCount(name.Value),
        ModuleExtension.AssetDependency asset => 2 + Sha256Digest.Size + StrictUtf8.GetByteCount(asset.AssetName),
        ModuleExtension.SecurityMode mode => 1 + mode.Certificate.Length,
        ModuleExtension.AssetType => 2,
        ModuleExtension.Unknown unknown => unknown.Data.Length,
        _ => throw new ArgumentException($"there is no form for {extension.GetType().Name}", nameof(extension)),
    };

    /// <summary>Writes it, and gives back the length in bytes.</summary>
    /// <exception cref="ArgumentException">It is longer than 65535 bytes.</exception>
    public static int Write(ModuleExtension extension, Span<byte> destination)
    {
        var length = LengthOf(extension);
        if (length > ushort.MaxValue) throw new ArgumentException($"an extension has at most 65535 bytes, not {length}", nameof(extension));
        BinaryPrimitives.WriteUInt16LittleEndian(destination, extension.Type);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[2..], (ushort)length);
        WriteData(extension, destination[ModuleExtension.HeaderSize..length]);
        return length;
    }

    static ModuleExtension? ReadKnown(ushort type, ReadOnlyMemory<byte> memory)
    {
        var data = memory.Span;
        return (type, data.Length) switch
        {
            (0x00, _) => new ModuleExtension.End((ushort)data.Length),
            (0x01, 6) => new ModuleExtension.ProductData(
                BinaryPrimitives.ReadUInt16LittleEndian(data[2..]), BinaryPrimitives.ReadUInt16LittleEndian(data[4..])),
            (0x02, 12) => new ModuleExtension.DynamicLocation(ReadAddress(data), ReadAddress(data[4..]), ReadAddress(data[8..])),
            (0x03, 8) => new ModuleExtension.Dependency(
                new(new((ModuleFunction)data[0], data[1]), BinaryPrimitives.ReadUInt16LittleEndian(data[2..])),
                BinaryPrimitives.ReadUInt32LittleEndian(data[4..])),
            (0x10, 2 + Sha256Digest.Size) when IsSha256(data) => new ModuleExtension.Hash(new(data[2..])),
            (0x11, _) => ReadText(data) is { } name ? new ModuleExtension.Name(name) : null,
            (0x12, >= 2 + Sha256Digest.Size) when IsSha256(data) =>
                ReadText(data[34..]) is { } name ? new ModuleExtension.AssetDependency(new(data[2..]), name) : null,
            (0x13, >= 1) when data[0] <= 1 => new ModuleExtension.SecurityMode(data[0] == 1, memory[1..]),
            (0x14, 1 or 2) => new ModuleExtension.AssetType(data[0]),
            _ => null,
        };
    }

    static void WriteData(ModuleExtension extension, Span<byte> data)
    {
        switch (extension)
        {
            case ModuleExtension.End:
                data.Clear();
                break;
            case ModuleExtension.ProductData product:
                data[..2].Fill(0xFF);
                BinaryPrimitives.WriteUInt16LittleEndian(data[2..], product.ProductId);
                BinaryPrimitives.WriteUInt16LittleEndian(data[4..], product.ProductVersion);
                break;
            case ModuleExtension.DynamicLocation location:
                BinaryPrimitives.WriteUInt32LittleEndian(data, location.Start.Value);
                BinaryPrimitives.WriteUInt32LittleEndian(data[4..], location.DynalibLoad.Value);
                BinaryPrimitives.WriteUInt32LittleEndian(data[8..], location.DynalibStart.Value);
                break;
            case ModuleExtension.Dependency dependency:
                data[0] = (byte)dependency.On.Module.Function;
                data[1] = dependency.On.Module.Index;
                BinaryPrimitives.WriteUInt16LittleEndian(data[2..], dependency.On.Version);
                BinaryPrimitives.WriteUInt32LittleEndian(data[4..], dependency.TargetId);
                break;
            case ModuleExtension.Hash hash:
                WriteSha256(data, hash.Value);
                break;
            case ModuleExtension.Name name:
                StrictUtf8.GetBytes(name.Value, data);
                break;
            case ModuleExtension.AssetDependency asset:
                WriteSha256(data, asset.Sha256);
                StrictUtf8.GetBytes(asset.AssetName, data[34..]);
                break;
            case ModuleExtension.SecurityMode mode:
                data[0] = mode.IsProtected ? (byte)1 : (byte)0;
                mode.Certificate.Span.CopyTo(data[1..]);
                break;
            case ModuleExtension.AssetType type:
                data[0] = type.Kind;
                data[1] = 0;
                break;
            case ModuleExtension.Unknown unknown:
                unknown.Data.Span.CopyTo(data);
                break;
        }
    }

    static bool IsKnown(ushort type) => type is <= 0x03 or (>= 0x10 and <= LastKnownType);

    static FlashAddress ReadAddress(ReadOnlySpan<byte> data) => new(BinaryPrimitives.ReadUInt32LittleEndian(data));

    static bool IsSha256(ReadOnlySpan<byte> data) => data[0] == 0 && data[1] == Sha256Digest.Size;

    static void WriteSha256(Span<byte> data, Sha256Digest value)
    {
        (data[0], data[1]) = (0, Sha256Digest.Size);
        value.CopyTo(data[2..]);
    }

    static string? ReadText(ReadOnlySpan<byte> data) => System.Text.Unicode.Utf8.IsValid(data) ? StrictUtf8.GetString(data) : null;
}
