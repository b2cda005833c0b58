namespace Pogoline.Modules;

/// <summary>A further field of a module header or suffix (Device OS 5 and later): type, length, data.</summary>
/// <param name="Type">The type number.</param>
public abstract record ModuleExtension(ushort Type)
{
    /// <summary>Bytes of type and length together.</summary>
    public const int HeaderSize = 4;

    /// <summary>No more extensions.</summary>
    /// <param name="Padding">Zero bytes that fill up to an alignment; they count in its length.</param>
    public sealed record End(ushort Padding = 0) : ModuleExtension(0x00);

    /// <summary>The product fields as an extension, the last one of a suffix.</summary>
    /// <param name="ProductId">The product; 0xFFFF for none.</param>
    /// <param name="ProductVersion">Its firmware version; 0xFFFF for none.</param>
    public sealed record ProductData(ushort ProductId, ushort ProductVersion) : ModuleExtension(0x01);

    /// <summary>Where an image that grows downwards begins, and where its function table is.</summary>
    /// <param name="Start">The module's first address.</param>
    /// <param name="DynalibLoad">Where the function table is loaded from.</param>
    /// <param name="DynalibStart">Where the function table is used.</param>
    public sealed record DynamicLocation(FlashAddress Start, FlashAddress DynalibLoad, FlashAddress DynalibStart) : ModuleExtension(0x02);

    /// <summary>A dependency beyond the two of the header.</summary>
    /// <param name="On">Which module, from which version on.</param>
    /// <param name="TargetId">The processor it is on.</param>
    public sealed record Dependency(ModuleDependency On, uint TargetId) : ModuleExtension(0x03);

    /// <summary>The SHA-256 of the content, such as that of an asset.</summary>
    /// <param name="Value">The hash.</param>
    public sealed record Hash(Sha256Digest Value) : ModuleExtension(0x10);

    /// <summary>The name of the content, such as that of an asset.</summary>
    /// <param name="Value">The name.</param>
    public sealed record Name(string Value) : ModuleExtension(0x11);

    /// <summary>An asset that user firmware needs.</summary>
    /// <param name="Sha256">The hash of the raw asset.</param>
    /// <param name="AssetName">Its name.</param>
    public sealed record AssetDependency(Sha256Digest Sha256, string AssetName) : ModuleExtension(0x12);

    /// <summary>Whether the bootloader protects the device.</summary>
    /// <param name="IsProtected">Mode 1; mode 0 is not protected.</param>
    /// <param name="Certificate">The certificate that goes with it; may be empty.</param>
    public sealed record SecurityMode(bool IsProtected, ReadOnlyMemory<byte> Certificate) : ModuleExtension(0x13)
    {
        /// <inheritdoc/>
        public bool Equals(SecurityMode? other) =>
            other is not null && IsProtected == other.IsProtected && Certificate.Span.SequenceEqual(other.Certificate.Span);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Type, IsProtected, Certificate.Length);
    }

    /// <summary>What kind of asset it is.</summary>
    /// <param name="Kind">0 ordinary, 1 environment variables of an application, 2 a snapshot of environment variables.</param>
    public sealed record AssetType(byte Kind) : ModuleExtension(0x14);

    /// <summary>A type that this build does not know, or a known one whose data is not of its form; kept as it is.</summary>
    /// <param name="Type">The type number.</param>
    /// <param name="Data">What follows type and length.</param>
    public sealed record Unknown(ushort Type, ReadOnlyMemory<byte> Data) : ModuleExtension(Type)
    {
        /// <inheritdoc/>
        public bool Equals(Unknown? other) => other is not null && Type == other.Type && Data.Span.SequenceEqual(other.Data.Span);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Type, Data.Length);
    }
}
