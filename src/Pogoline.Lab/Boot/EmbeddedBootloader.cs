namespace Pogoline.Lab.Boot;

/// <summary>The bootloader that the Electron's system part with index 3 carries: a whole module somewhere in it.</summary>
public static class EmbeddedBootloader
{
    static ReadOnlySpan<byte> Start => [0x00, 0x00, 0x00, 0x08];

    /// <summary>Finds it by its header; false when the part carries none.</summary>
    public static bool TryFind(ReadOnlyMemory<byte> part, int platformId, out ReadOnlyMemory<byte> image, out ModuleHeader header)
    {
        var vectors = ModuleImage.VectorTableSize(2);
        image = default;
        header = default;
        for (var from = vectors; from < part.Length; from++)
        {
            var next = part.Span[from..].IndexOf(Start);
            if (next < 0) return false;
            from += next;
            if (!ModuleHeader.TryRead(part.Span[from..], out header) || header.Module != new ModuleId(ModuleFunction.Bootloader, 0)
                || header.PlatformId != platformId || !ModuleImage.CrcIsRight(part.Span[(from - vectors)..], header)) continue;
            image = part.Slice(from - vectors, (int)header.ImageLength);
            return true;
        }
        return false;
    }
}
