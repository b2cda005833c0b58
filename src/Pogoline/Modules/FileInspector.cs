namespace Pogoline.Modules;

/// <summary>Makes the inspect report of files: firmware images, bundles, and archives of images.</summary>
public static class FileInspector
{
    static ReadOnlySpan<byte> ZipSignature => "PK"u8;

    /// <summary>Inspects a file; an archive yields an entry for each image in it, and one for itself when something is wrong with it.</summary>
    /// <param name="path">The path, for the report.</param>
    /// <param name="content">The bytes of the file.</param>
    public static IReadOnlyList<InspectedFile> Inspect(string path, ReadOnlyMemory<byte> content) =>
        IsArchive(path, content.Span) ? InspectArchive(path, content) : [InspectImage(path, content)];

    /// <summary>The entry of a file that could not be read.</summary>
    public static InspectedFile Unreadable(string path, string reason) =>
        new(path, [], [Describe(ModuleProblems.Error(ModuleFaults.Unreadable, reason, "Check the path and its permissions."))]);

    static bool IsArchive(string path, ReadOnlySpan<byte> content) =>
        path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) || (content.StartsWith(ZipSignature) && content.Length > 4 && content[2] is 3 or 5);

    static List<InspectedFile> InspectArchive(string path, ReadOnlyMemory<byte> content)
    {
        if (!SafeArchive.TryRead(content, out var files, out var problem)) return [new(path, [], [Describe(problem)])];
        var result = new List<InspectedFile>();
        if (FirmwareBundle.IsBundle(files))
        {
            if (!FirmwareBundle.TryAssemble(files, out _, out problem)) result.Add(new(path, [], [Describe(problem)]));
            files = [.. files.Where(file => !file.Name.Contains('/'))];
        }
        var images = files.Where(file => file.Name.EndsWith(".bin", StringComparison.OrdinalIgnoreCase)).ToList();
        if (images.Count == 0) result.Add(new(path, [], [Describe(ModuleProblems.Error(ModuleFaults.NoHeader, "The archive holds no .bin file.", "Check that the archive is the one you mean."))]));
        result.AddRange(images.Select(file => InspectImage($"{path}!{file.Name}", file.Content)));
        return result;
    }

    static InspectedFile InspectImage(string path, ReadOnlyMemory<byte> content)
    {
        var read = ModuleReader.Read(content);
        return new(path, [.. read.Modules.Select(Describe)], [.. read.Problems.Select(Describe)]);
    }

    static InspectedModule Describe(FirmwareModule module) => new()
    {
        Platform = module.Id.Function == ModuleFunction.Asset ? null : module.Platform?.Name,
        PlatformId = module.PlatformId,
        Function = module.Id.Function,
        Index = module.Id.Index,
        Version = module.Version,
        Release = module.Id.Function == ModuleFunction.SystemPart && DeviceOsVersions.FromSystem(module.Version) is { IsExact: true } match
            ? match.Numbers.Os
            : null,
        Start = module.Header.Start,
        End = module.Header.End,
        Flags = [.. Names(module.Flags)],
        HeaderOffset = module.HeaderOffset,
        Crc = module.CrcOk ? "ok" : "bad",
        Crc32 = module.IsTruncated ? null : $"{module.StoredCrc32:x8}",
        Sha256 = module.Sha256?.ToString(),
        ProductId = module.Suffix?.ProductId is { } id and not ModuleSuffix.NoProduct ? id : null,
        ProductVersion = module.Suffix?.ProductVersion is { } version and not ModuleSuffix.NoProduct ? version : null,
        Dependencies = [.. module.Dependencies.Select(d => new InspectedDependency(d.Module.Function, d.Module.Index, d.Version))],
        Problems = [.. module.Problems.Concat(InsideProblems(module)).Select(Describe)],
    };

    // A compressed module is as good as what comes out of it.
    static IEnumerable<ModuleProblem> InsideProblems(FirmwareModule module)
    {
        if (!module.Flags.HasFlag(ModuleFlags.Compressed) || module.HasErrors) return [];
        if (!CompressedModule.TryDecompress(module, out var image, out var problem)) return [problem];
        return ModuleReader.Read(image).AllProblems.Select(inside => inside with { Message = $"Decompressed: {inside.Message}" });
    }

    static IEnumerable<string> Names(ModuleFlags flags)
    {
        if (flags.HasFlag(ModuleFlags.DropModuleInfo)) yield return "dropModuleInfo";
        if (flags.HasFlag(ModuleFlags.Compressed)) yield return "compressed";
        if (flags.HasFlag(ModuleFlags.Combined)) yield return "combined";
        if (flags.HasFlag(ModuleFlags.Encrypted)) yield return "encrypted";
        if (flags.HasFlag(ModuleFlags.PrefixExtensions)) yield return "prefixExtensions";
        if ((flags & ~ModuleFlags.All) is var unknown and not 0) yield return $"0x{(byte)unknown:x2}";
    }

    static InspectedProblem Describe(ModuleProblem problem) => new(
        problem.Code.Name,
        problem.Severity switch { ProblemSeverity.Error => "error", ProblemSeverity.Warning => "warning", _ => "note" },
        problem.Message, problem.Remedy);
}
