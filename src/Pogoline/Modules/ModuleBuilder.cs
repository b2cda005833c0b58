namespace Pogoline.Modules;

/// <summary>Makes a module image from its parts; the end address, sizes, flag of prefix extensions, hash and CRC follow from them.</summary>
public sealed record ModuleBuilder
{
    /// <summary>The header; its end address is computed.</summary>
    public required ModuleHeader Header { get; init; }

    /// <summary>What lies before the header; empty when the header comes first.</summary>
    public ReadOnlyMemory<byte> VectorTable { get; init; }

    /// <summary>Extensions behind the header; an END is added where it is missing.</summary>
    public IReadOnlyList<ModuleExtension> PrefixExtensions { get; init; } = [];

    /// <summary>Code and data.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>
    /// Extensions of the suffix. <see cref="ModuleExtension.ProductData"/> comes last and then holds the product fields; otherwise an END is
    /// added where it is missing, and the product fields follow.
    /// </summary>
    public IReadOnlyList<ModuleExtension> SuffixExtensions { get; init; } = [];

    /// <summary>The product fields; null for a suffix without them (SoftDevice, NCP), which cannot have extensions.</summary>
    public (ushort Id, ushort Version)? Product { get; init; } = (ModuleSuffix.NoProduct, ModuleSuffix.NoProduct);

    /// <summary>What the SHA-256 covers; <see cref="HashRule.None"/> is not possible.</summary>
    public HashRule HashRule { get; init; } = HashRule.WholeFile;

    /// <summary>The image with hash and CRC.</summary>
    /// <exception cref="ArgumentException">A part is too long, or the parts exclude each other.</exception>
    public byte[] Build()
    {
        if (HashRule == HashRule.None) throw new ArgumentException("a module has a hash: choose what it covers");
        var prefixExtensions = PrefixExtensions is [] or [.., ModuleExtension.End] ? PrefixExtensions : [.. PrefixExtensions, new ModuleExtension.End()];
        var suffixExtensions = SuffixExtensions is [] or [.., ModuleExtension.End or ModuleExtension.ProductData]
            ? SuffixExtensions
            : [.. SuffixExtensions, new ModuleExtension.End()];
        var (productId, productVersion) = Product ?? default;
        var hasProduct = Product is not null;
        if (suffixExtensions is [.., ModuleExtension.ProductData last]) (productId, productVersion, hasProduct) = (last.ProductId, last.ProductVersion, true);
        if (suffixExtensions.SkipLast(1).OfType<ModuleExtension.ProductData>().Any()) throw new ArgumentException("product data comes last");
        if (suffixExtensions.Count > 0 && !hasProduct) throw new ArgumentException("a suffix with extensions has product fields");

        var prefixSize = ModuleHeader.Size + prefixExtensions.Sum(ExtensionCodec.LengthOf);
        var rawProduct = hasProduct && suffixExtensions is not [.., ModuleExtension.ProductData] ? 4 : 0;
        var suffixSize = ModuleSuffix.MinimumSize + rawProduct + suffixExtensions.Sum(ExtensionCodec.LengthOf);
        if (suffixSize >= ushort.MaxValue) throw new ArgumentException($"the suffix has {suffixSize} bytes; 65534 is the most");
        var length = (long)VectorTable.Length + prefixSize + Payload.Length + suffixSize + ModuleHeader.CrcSize;
        if (length > FirmwareModule.MaximumLength) throw new ArgumentException($"the module has {length} bytes; {FirmwareModule.MaximumLength} is the most");

        var image = new byte[length];
        var header = Header with
        {
            End = Header.Start + (uint)(length - ModuleHeader.CrcSize),
            Flags = prefixExtensions.Count > 0 ? Header.Flags | ModuleFlags.PrefixExtensions : Header.Flags & ~ModuleFlags.PrefixExtensions,
        };
        VectorTable.Span.CopyTo(image);
        header.Write(image.AsSpan(VectorTable.Length));
        var at = VectorTable.Length + ModuleHeader.Size;
        foreach (var extension in prefixExtensions) at += ExtensionCodec.Write(extension, image.AsSpan(at));
        var payload = at..(at + Payload.Length);
        Payload.Span.CopyTo(image.AsSpan(at));
        at += Payload.Length;
        foreach (var extension in suffixExtensions) at += ExtensionCodec.Write(extension, image.AsSpan(at));
        new ModuleSuffix { Size = (ushort)suffixSize, ProductId = productId, ProductVersion = productVersion }
            .Write(image.AsSpan(0, image.Length - ModuleHeader.CrcSize));
        ModuleChecksum.Seal(image, payload, HashRule);
        return image;
    }
}
