using System.Buffers;

namespace Pogoline.Modules;

/// <summary>
/// Finds the header of a module, because nothing in a file says where it is: behind the vector table, whose length differs by processor.
/// </summary>
static class HeaderSearch
{
    // The rule of binary-version-reader, so that both find the same header: the usual places, then every fourth byte of the first 8 KiB.
    const int LastOffset = 8 * 1024;
    const int PerfectScore = 7;

    // With two blemishes or more, chance is as likely as a module: the CRC must decide.
    const int CredibleScore = 6;

    // Start of file; the vector tables of Gen 3, Gen 2, Bluz and Core.
    static ReadOnlySpan<int> UsualOffsets => [0, 0x200, 0x184, 0xC0, 0x10C];

    /// <summary>Finds the header of the module that the bytes begin with; a file may go on behind it.</summary>
    public static HeaderMatch Find(ReadOnlySpan<byte> file)
    {
        var best = new HeaderMatch(HeaderMatchKind.None, 0, default);
        var bestScore = 0;
        foreach (var offset in UsualOffsets)
        {
            if (Consider(file, offset, ref best, ref bestScore)) return best;
        }
        var last = Math.Min(LastOffset, file.Length - ModuleSuffix.MinimumSize - ModuleHeader.Size - ModuleHeader.CrcSize);
        for (var offset = 4; offset <= last; offset += 4)
        {
            if (Consider(file, offset, ref best, ref bestScore)) return best;
        }
        if (bestScore >= CredibleScore || (bestScore > 0 && ModuleChecksum.IsCrcRight(file[..(int)best.Header.ImageLength]))) return best;
        return FindTruncated(file);
    }

    static bool Consider(ReadOnlySpan<byte> file, int offset, ref HeaderMatch best, ref int bestScore)
    {
        var score = Score(file, offset, out var header);
        if (score > bestScore) (bestScore, best) = (score, new(HeaderMatchKind.Whole, offset, header));
        return score == PerfectScore;
    }

    static int Score(ReadOnlySpan<byte> file, int offset, out ModuleHeader header)
    {
        header = default;
        if (file.Length < offset + ModuleHeader.Size) return 0;
        if (ModuleHeader.TryRead(file[offset..], out header) != OperationStatus.Done || header.ImageLength > file.Length) return 0;
        if (header.ImageLength < offset + ModuleHeader.Size + ModuleHeader.CrcSize) return 0;
        return 1 + Blemishless(header) + (header.ImageLength == file.Length ? 1 : 0);
    }

    static int Blemishless(ModuleHeader header)
    {
        var score = 0;
        if (ModuleRules.KnownPlatforms.ContainsKey(header.PlatformId)) score++;
        if (Enum.IsDefined(header.Id.Function)) score++;
        if (Enum.IsDefined(header.Dependency1.Module.Function)) score++;
        if (Enum.IsDefined(header.Dependency2.Module.Function)) score++;
        if ((header.Flags & ~ModuleFlags.All) == 0) score++;
        return score;
    }

    // A header without blemish in a usual place that says that the module goes on behind the end of the file.
    static HeaderMatch FindTruncated(ReadOnlySpan<byte> file)
    {
        foreach (var offset in UsualOffsets)
        {
            if (file.Length < offset + ModuleHeader.Size) continue;
            if (ModuleHeader.TryRead(file[offset..], out var header) == OperationStatus.Done && Blemishless(header) == 5
                && header.ImageLength > file.Length && header.ImageLength <= FirmwareModule.MaximumLength)
            {
                return new(HeaderMatchKind.Truncated, offset, header);
            }
        }
        return new(HeaderMatchKind.None, 0, default);
    }
}

/// <summary>How much of a module was found.</summary>
enum HeaderMatchKind
{
    /// <summary>No header.</summary>
    None,

    /// <summary>A header whose module ends within the file.</summary>
    Whole,

    /// <summary>A header whose module ends behind the file.</summary>
    Truncated,
}

/// <summary>A header and where it was found.</summary>
readonly record struct HeaderMatch(HeaderMatchKind Kind, int Offset, ModuleHeader Header);
