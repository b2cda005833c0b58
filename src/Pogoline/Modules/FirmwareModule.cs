using Pogoline.Platforms;

namespace Pogoline.Modules;

/// <summary>One module as it was found in a file: what it says of itself, and what checking it showed. Bytes are slices of the file.</summary>
public sealed class FirmwareModule
{
    /// <summary>No device has room for a longer module, in bytes.</summary>
    public const int MaximumLength = 16 * 1024 * 1024;

    readonly int _prefixSize;

    internal FirmwareModule(ModuleHeader header, int headerOffset, int prefixSize, ReadOnlyMemory<byte> image)
    {
        (Header, HeaderOffset, _prefixSize, Image) = (header, headerOffset, prefixSize, image);
        Dependencies = (header.Dependency1.IsEmpty, header.Dependency2.IsEmpty) switch
        {
            (true, true) => [],
            (false, true) => [header.Dependency1],
            (true, false) => [header.Dependency2],
            _ => [header.Dependency1, header.Dependency2],
        };
    }

    /// <summary>The header.</summary>
    public ModuleHeader Header { get; }

    /// <summary>Where the header lies in <see cref="Image"/>: behind the vector table, or at 0.</summary>
    public int HeaderOffset { get; }

    /// <summary>Whether the file ends before the module does; then only the header is known.</summary>
    public bool IsTruncated => Image.Length < Header.ImageLength;

    /// <summary>The suffix; null when the module is truncated or its suffix cannot be read.</summary>
    public ModuleSuffix? Suffix { get; internal init; }

    /// <summary>The module from its first byte to its CRC, without padding or what else follows in the file.</summary>
    public ReadOnlyMemory<byte> Image { get; }

    /// <summary>The bytes between header (with its extensions) and suffix; for an asset the asset itself.</summary>
    public ReadOnlyMemory<byte> Payload => Image[PayloadRange];

    /// <summary>The stored CRC-32; 0 when the module is truncated.</summary>
    public uint StoredCrc32 { get; internal init; }

    /// <summary>The CRC-32 that the bytes have; 0 when the module is truncated.</summary>
    public uint ActualCrc32 { get; internal init; }

    /// <summary>Whether the CRC-32 is right.</summary>
    public bool CrcOk { get; internal init; }

    /// <summary>Which bytes the stored SHA-256 was found to cover.</summary>
    public HashRule HashRule { get; internal init; }

    /// <summary>The stored SHA-256; null when there is no readable suffix.</summary>
    public Sha256Digest? Sha256 => Suffix?.Sha256;

    /// <summary>The extensions behind the header, with their END.</summary>
    public IReadOnlyList<ModuleExtension> PrefixExtensions { get; internal init; } = [];

    /// <summary>The extensions in the suffix, with their END or product data.</summary>
    public IReadOnlyList<ModuleExtension> SuffixExtensions { get; internal init; } = [];

    /// <summary>The extensions of header and suffix.</summary>
    public IEnumerable<ModuleExtension> Extensions => PrefixExtensions.Concat(SuffixExtensions);

    /// <summary>What is wrong with it; empty when all is well.</summary>
    public IReadOnlyList<ModuleProblem> Problems { get; internal init; } = [];

    /// <summary>Whether it must not be written.</summary>
    public bool HasErrors => Problems.Any(problem => problem.IsError);

    /// <summary>Function and index.</summary>
    public ModuleId Id => Header.Id;

    /// <summary>The module version.</summary>
    public ushort Version => Header.Version;

    /// <summary>The platform id.</summary>
    public ushort PlatformId => Header.PlatformId;

    /// <summary>The platform; null when this build does not know it.</summary>
    public Platform? Platform => ModuleRules.KnownPlatforms.GetValueOrDefault(Header.PlatformId);

    /// <summary>How the image is packed.</summary>
    public ModuleFlags Flags => Header.Flags;

    /// <summary>The dependencies of the header that are not empty, in its order. The first may be empty while the second is not.</summary>
    public IReadOnlyList<ModuleDependency> Dependencies { get; }

    /// <summary>
    /// The bytes that a device stores at <see cref="Range"/>: the image, without its header where a flag drops it. A compressed or combined module
    /// is never stored as it is; restore it with <see cref="CompressedModule"/> and <see cref="CombinedModule"/> first.
    /// </summary>
    public ReadOnlyMemory<byte> DeviceBytes => Image[DroppedLength(Header, HeaderOffset + _prefixSize)..];

    /// <summary>The addresses that <see cref="DeviceBytes"/> occupies, with the CRC.</summary>
    public AddressRange Range => AddressRange.Of(Header.Start, (uint)DeviceBytes.Length);

    /// <inheritdoc/>
    public override string ToString() => $"{Platform?.Name ?? $"platform {PlatformId}"} {Id} v{Version}";

    internal Range PayloadRange => PayloadOf(Image.Length, HeaderOffset + _prefixSize, Suffix?.Size ?? 0);

    internal ReadOnlyMemory<byte> Prefix => Image.Slice(HeaderOffset, _prefixSize);

    internal static int DroppedLength(ModuleHeader header, int prefixEnd) => header.Flags.HasFlag(ModuleFlags.DropModuleInfo) ? prefixEnd : 0;

    internal static Range PayloadOf(int length, int prefixEnd, int suffixSize) =>
        Math.Min(prefixEnd, length)..Math.Max(prefixEnd, length - suffixSize - ModuleHeader.CrcSize);
}
