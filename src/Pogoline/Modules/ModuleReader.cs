using System.Buffers;

namespace Pogoline.Modules;

/// <summary>
/// Reads firmware files. Nothing in a file makes it throw, hang, or take more memory than a small multiple of the file; what is wrong is in the result.
/// </summary>
public static class ModuleReader
{
    /// <summary>Members of a combined file that a device accepts.</summary>
    public const int MaximumCombined = 2;

    // Reading on a little shows what the file is; it is refused all the same.
    const int MaximumRead = 8;

    /// <summary>Finds and checks every module of a file. The result keeps slices of it: do not change it while the result is used.</summary>
    public static ModuleReadResult Read(ReadOnlyMemory<byte> file)
    {
        if (file.IsEmpty) return new([], [ModuleProblems.Empty()]);
        var modules = new List<FirmwareModule>(1);
        var problems = new List<ModuleProblem>();
        var rest = file;
        bool isCombined;
        do
        {
            var match = HeaderSearch.Find(rest.Span);
            if (match.Kind == HeaderMatchKind.None)
            {
                problems.Add(modules.Count == 0 ? ModuleProblems.NoHeader(file.Length) : ModuleProblems.MemberMissing(modules.Count));
                return new(modules, problems);
            }
            var module = match.Kind == HeaderMatchKind.Truncated ? ReadTruncated(rest, match) : ReadWhole(rest[..(int)match.Header.ImageLength], match);
            modules.Add(module);
            rest = rest[module.Image.Length..];
            isCombined = module.Flags.HasFlag(ModuleFlags.Combined);
        }
        while (isCombined && !rest.IsEmpty && modules.Count < MaximumRead);
        if (isCombined && rest.IsEmpty) problems.Add(ModuleProblems.MemberMissing(modules.Count));
        if (modules.Count > MaximumCombined) problems.Add(ModuleProblems.TooManyMembers(modules.Count, !rest.IsEmpty));
        else if (!rest.IsEmpty) problems.Add(ModuleProblems.Tail(rest.Span));
        return new(modules, problems);
    }

    /// <summary>Reads a file that must hold good modules.</summary>
    /// <param name="file">The content.</param>
    /// <param name="name">The file's name, for the message.</param>
    /// <exception cref="PogolineException">With the first error of the file; see <see cref="ModuleFaults"/>.</exception>
    public static IReadOnlyList<FirmwareModule> RequireAll(ReadOnlyMemory<byte> file, string name)
    {
        var result = Read(file);
        return result.FirstError is { } error ? throw error.ToException(name) : result.Modules;
    }

    /// <summary>Reads a file that must hold exactly one good module.</summary>
    /// <param name="file">The content.</param>
    /// <param name="name">The file's name, for the message.</param>
    /// <exception cref="PogolineException">With the first error of the file; see <see cref="ModuleFaults"/>.</exception>
    public static FirmwareModule Require(ReadOnlyMemory<byte> file, string name) => RequireAll(file, name) is [var only]
        ? only
        : throw new PogolineException(ModuleFaults.Several, $"{name}: It holds several modules, and one is wanted.", "Split the combined file first.");

    static FirmwareModule ReadTruncated(ReadOnlyMemory<byte> rest, HeaderMatch match) => new(match.Header, match.Offset, ModuleHeader.Size, rest)
    {
        Problems = [ModuleProblems.Truncated(match, rest.Length)],
    };

    static FirmwareModule ReadWhole(ReadOnlyMemory<byte> image, HeaderMatch match)
    {
        var header = match.Header;
        var problems = new List<ModuleProblem>();
        var prefixSize = ModuleHeader.Size;
        IReadOnlyList<ModuleExtension> prefixExtensions = [];
        var end = image.Length - ModuleHeader.CrcSize;
        var prefixEnd = match.Offset + ModuleHeader.Size;
        if (header.Flags.HasFlag(ModuleFlags.PrefixExtensions) && end - ModuleSuffix.MinimumSize > prefixEnd)
        {
            prefixExtensions = ExtensionCodec.ReadAll(image[prefixEnd..(end - ModuleSuffix.MinimumSize)], out var size, out var fault);
            (prefixSize, prefixEnd) = (prefixSize + size, prefixEnd + size);
            if (fault is not null || prefixExtensions is not [.., ModuleExtension.End]) problems.Add(ModuleProblems.Extension("header", fault));
        }

        ModuleSuffix? suffix = null;
        var hashRule = HashRule.None;
        IReadOnlyList<ModuleExtension> suffixExtensions = [];
        if (end > prefixEnd && ModuleSuffix.TryRead(image.Span[prefixEnd..end], out var found) == OperationStatus.Done)
        {
            suffix = found;
            if (found.HasExtensions)
            {
                suffixExtensions = ExtensionCodec.ReadAll(image[(end - found.Size)..(end - ModuleSuffix.MinimumSize)], out _, out var fault);
                if (fault is not null) problems.Add(ModuleProblems.Extension("suffix", fault));
            }
            var payload = FirmwareModule.PayloadOf(image.Length, prefixEnd, found.Size);
            hashRule = ModuleChecksum.Match(image.Span, header, payload, found.Sha256);
            if (hashRule == HashRule.None) problems.Add(ModuleProblems.Hash(found.Sha256));
        }
        else
        {
            problems.Add(ModuleProblems.Suffix(image.Span));
        }
        // The CRC comes after the hash: hashing is slow enough to hide fetching the bytes into the cache, and the CRC then finds them there.
        var (stored, actual) = (ModuleChecksum.StoredCrc(image.Span), ModuleChecksum.ActualCrc(image.Span));
        if (stored != actual) problems.Insert(0, ModuleProblems.Crc(stored, actual, image.Length));
        ModuleRules.Examine(header, match.Offset, image.Length - FirmwareModule.DroppedLength(header, prefixEnd), problems);
        return new(header, match.Offset, prefixSize, image)
        {
            Suffix = suffix,
            StoredCrc32 = stored,
            ActualCrc32 = actual,
            CrcOk = stored == actual,
            HashRule = hashRule,
            PrefixExtensions = prefixExtensions,
            SuffixExtensions = suffixExtensions,
            Problems = problems,
        };
    }
}
