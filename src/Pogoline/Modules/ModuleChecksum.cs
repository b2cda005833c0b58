using System.Buffers.Binary;

namespace Pogoline.Modules;

/// <summary>The two checksums of a module image: CRC-32 at its end, SHA-256 in its suffix.</summary>
static class ModuleChecksum
{
    // The hash and what lies behind it: 32 bytes, suffix size, CRC.
    const int HashFromEnd = 38;

    /// <summary>The CRC as stored: most significant byte first, unlike everything else in a module.</summary>
    public static uint StoredCrc(ReadOnlySpan<byte> image) => BinaryPrimitives.ReadUInt32BigEndian(image[^ModuleHeader.CrcSize..]);

    /// <summary>The CRC over everything before it.</summary>
    public static uint ActualCrc(ReadOnlySpan<byte> image) => Crc32.Compute(image[..^ModuleHeader.CrcSize]);

    /// <summary>Whether stored and actual CRC agree.</summary>
    public static bool IsCrcRight(ReadOnlySpan<byte> image) => image.Length > ModuleHeader.CrcSize && StoredCrc(image) == ActualCrc(image);

    /// <summary>
    /// Which rule the stored hash follows. The likelier rule is tried first, and the second one only for functions that are known to have both,
    /// because hashing is what checking a module costs.
    /// </summary>
    public static HashRule Match(ReadOnlySpan<byte> image, ModuleHeader header, Range payload, Sha256Digest stored)
    {
        var first = UsualRule(header);
        if (Compute(image, payload, first) == stored) return first;
        var hasBothRules = header.Id.Function is ModuleFunction.RadioStack or ModuleFunction.Ncp;
        var second = first == HashRule.Payload ? HashRule.WholeFile : HashRule.Payload;
        return hasBothRules && Compute(image, payload, second) == stored ? second : HashRule.None;
    }

    /// <summary>The rule that the vendor's build follows for such a module.</summary>
    public static HashRule UsualRule(ModuleHeader header) =>
        header.Id.Function == ModuleFunction.RadioStack && header.Flags.HasFlag(ModuleFlags.DropModuleInfo)
        && !header.Flags.HasFlag(ModuleFlags.Compressed) ? HashRule.Payload : HashRule.WholeFile;

    /// <summary>Writes hash and CRC of an image whose other bytes are final.</summary>
    public static void Seal(Span<byte> image, Range payload, HashRule rule)
    {
        Compute(image, payload, rule).CopyTo(image[^HashFromEnd..]);
        BinaryPrimitives.WriteUInt32BigEndian(image[^ModuleHeader.CrcSize..], ActualCrc(image));
    }

    static Sha256Digest Compute(ReadOnlySpan<byte> image, Range payload, HashRule rule) =>
        Sha256Digest.Compute(rule == HashRule.Payload ? image[payload] : image[..^HashFromEnd]);
}
