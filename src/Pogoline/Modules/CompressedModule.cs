using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;

namespace Pogoline.Modules;

/// <summary>
/// Compressed modules: header, eight bytes that describe the data, a raw deflate stream, suffix. The stream holds the complete original file, or
/// only its payload when the device drops header and suffix anyway.
/// </summary>
public static class CompressedModule
{
    const int DataHeaderSize = 8;

    // Deflate cannot do better than 258 bytes in two bits, so a larger claim is false and no memory is taken for it.
    const int BestDeflateRatio = 1032;

    /// <summary>Compresses a module, as Device OS 2.0.0 and later on Gen 3 can take it over the air or by control requests, never by DFU.</summary>
    /// <exception cref="ArgumentException">The module has errors, or is compressed or combined already.</exception>
    public static byte[] Compress(FirmwareModule module, CompressionLevel level = CompressionLevel.SmallestSize)
    {
        if (module.HasErrors) throw new ArgumentException("only a module without errors can be compressed", nameof(module));
        if ((module.Flags & (ModuleFlags.Compressed | ModuleFlags.Combined)) != 0) throw new ArgumentException("it is compressed or combined already", nameof(module));
        var original = module.Flags.HasFlag(ModuleFlags.DropModuleInfo) ? module.Payload : module.Image;
        var deflated = Deflate(original, level);
        var prefix = module.Prefix;
        var suffixSize = module.Suffix!.Value.Size;
        var image = new byte[prefix.Length + DataHeaderSize + deflated.Length + suffixSize + ModuleHeader.CrcSize];
        prefix.Span.CopyTo(image);
        (module.Header with
        {
            End = module.Header.Start + (uint)(image.Length - ModuleHeader.CrcSize),
            Flags = module.Flags | ModuleFlags.Compressed,
        }).Write(image);
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(prefix.Length), DataHeaderSize);
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(prefix.Length + 4), (uint)original.Length);
        deflated.Span.CopyTo(image.AsSpan(prefix.Length + DataHeaderSize));
        module.Image.Span[^(suffixSize + ModuleHeader.CrcSize)..].CopyTo(image.AsSpan(^(suffixSize + ModuleHeader.CrcSize)));
        ModuleChecksum.Seal(image, default, HashRule.WholeFile);
        return image;
    }

    /// <summary>Restores the image that was compressed. The flag of a combined file, if set, is not carried over.</summary>
    /// <param name="module">A module with <see cref="ModuleFlags.Compressed"/>.</param>
    /// <param name="image">The original image.</param>
    /// <param name="problem">Why it cannot be restored.</param>
    /// <param name="limit">The longest image to accept, in bytes.</param>
    public static bool TryDecompress(
        FirmwareModule module, [NotNullWhen(true)] out byte[]? image, [NotNullWhen(false)] out ModuleProblem? problem,
        int limit = FirmwareModule.MaximumLength)
    {
        image = null;
        problem = TryInflate(module, limit, out var original);
        if (problem is not null) return false;
        image = module.Flags.HasFlag(ModuleFlags.DropModuleInfo) ? Wrap(module, original) : original;
        return true;
    }

    static ModuleProblem? TryInflate(FirmwareModule module, int limit, out byte[] original)
    {
        original = [];
        var data = module.Payload.Span;
        if (!module.Flags.HasFlag(ModuleFlags.Compressed) || module.HasErrors) return Bad("The module is not compressed, or has errors.");
        if (data.Length < DataHeaderSize) return Bad("The header of the compressed data is missing.");
        var headerSize = BinaryPrimitives.ReadUInt16LittleEndian(data);
        var (method, windowBits) = (data[2], data[3]);
        var size = BinaryPrimitives.ReadUInt32LittleEndian(data[4..]);
        if (headerSize < DataHeaderSize || headerSize > data.Length) return Bad($"The header of the compressed data says it has {headerSize} bytes.");
        if (method != 0) return Bad($"The compression method {method} is not known; 0 is deflate.");
        if (windowBits is not (0 or (>= 8 and <= 15))) return Bad($"The window of 2^{windowBits} bytes does not exist in deflate.");
        if (size > limit) return Bad($"The original is said to have {size} bytes; {limit} is the most.");
        var deflated = module.Payload[headerSize..];
        if (size > (long)deflated.Length * BestDeflateRatio) return Bad($"{deflated.Length} bytes cannot hold the {size} that they are said to.");
        original = new byte[size];
        try
        {
            using var stream = new DeflateStream(deflated.AsStream(), CompressionMode.Decompress);
            var read = stream.ReadAtLeast(original, original.Length, throwOnEndOfStream: false);
            if (read < original.Length) return Bad($"The data ends after {read} of {size} bytes.");
            return stream.ReadByte() < 0 ? null : Bad($"The data goes on behind the {size} bytes that it is said to have.");
        }
        catch (InvalidDataException e)
        {
            return Bad($"The compressed data is damaged: {e.Message}");
        }
    }

    static byte[] Wrap(FirmwareModule module, byte[] payload)
    {
        var prefix = module.Prefix.Span;
        var suffix = module.Image.Span[^(module.Suffix!.Value.Size + ModuleHeader.CrcSize)..];
        var image = new byte[prefix.Length + payload.Length + suffix.Length];
        prefix.CopyTo(image);
        var header = module.Header with
        {
            End = module.Header.Start + (uint)(image.Length - ModuleHeader.CrcSize),
            Flags = module.Flags & ~(ModuleFlags.Compressed | ModuleFlags.Combined),
        };
        header.Write(image);
        payload.CopyTo(image.AsSpan(prefix.Length));
        suffix.CopyTo(image.AsSpan(prefix.Length + payload.Length));
        ModuleChecksum.Seal(image, prefix.Length..(prefix.Length + payload.Length), ModuleChecksum.UsualRule(header));
        return image;
    }

    static ReadOnlyMemory<byte> Deflate(ReadOnlyMemory<byte> data, CompressionLevel level)
    {
        var deflated = new MemoryStream();
        using (var stream = new DeflateStream(deflated, level, leaveOpen: true)) stream.Write(data.Span);
        return deflated.GetBuffer().AsMemory(0, (int)deflated.Length);
    }

    static ModuleProblem Bad(string message) => ModuleProblems.Error(ModuleFaults.Compressed, message, "Fetch the file again, or use the uncompressed one.");
}
