using Pogoline.Modules;
using Pogoline.Planning;
using Pogoline.Platforms;

namespace Pogoline.Cli.Commands;

/// <summary>The modules in the files that <c>flash</c> is given, also inside of archives.</summary>
sealed record FlashFiles(IReadOnlyList<(string Name, FirmwareModule Module)> Modules)
{
    const long Largest = 256L * 1024 * 1024;

    /// <exception cref="PogolineException">A file cannot be read, or holds no whole module.</exception>
    public static async Task<FlashFiles> ReadAsync(IReadOnlyList<string> paths, CancellationToken stop)
    {
        var modules = new List<(string, FirmwareModule)>();
        foreach (var path in paths)
        {
            try
            {
                if (new FileInfo(path).Length > Largest) throw new PogolineException(ModuleFaults.Unreadable, $"{path} is larger than any firmware.", "Give the file you mean.");
                var content = await File.ReadAllBytesAsync(path, stop);
                if (content.AsSpan().StartsWith("PK"u8)) modules.AddRange(ReadArchive(path, content));
                else modules.Add((path, ModuleReader.Require(content, path)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new PogolineException(ModuleFaults.Unreadable, $"{path} cannot be read: {e.Message}", "Correct the path.", e);
            }
        }
        return new(modules);
    }

    /// <summary>What of them is for a platform; of a single file that is for another one, the plan says so.</summary>
    public IReadOnlyList<FirmwareModule> For(Platform platform) =>
        Modules.Any(m => m.Module.PlatformId == platform.Id) ? [.. Modules.Where(m => m.Module.PlatformId == platform.Id).Select(m => m.Module)] : [.. Modules.Select(m => m.Module)];

    /// <summary>The name of the file with that content.</summary>
    public string NameOf(string sha256) => Modules.First(m => Sha256Digest.Compute(m.Module.Image.Span).ToString() == sha256).Name;

    static List<(string, FirmwareModule)> ReadArchive(string path, byte[] content)
    {
        if (!SafeArchive.TryRead(content, out var files, out var problem)) throw new PogolineException(problem.Code, $"{path}: {problem.Message}", problem.Remedy);
        if (FirmwareBundle.IsBundle(files))
        {
            if (!FirmwareBundle.TryAssemble(files, out var bundle, out problem)) throw new PogolineException(problem.Code, $"{path}: {problem.Message}", problem.Remedy);
            return bundle.Assets.Count == 0 ? [(bundle.ApplicationName, bundle.Application)]
                : throw new PogolineException(PlanFaults.FileMode, $"{path} brings {bundle.Assets.Count} assets with its user firmware, which no wired route takes yet.", "Flash the user firmware alone, or send the bundle over the air.");
        }
        List<(string, FirmwareModule)> modules = [.. files.Where(f => f.Name.EndsWith(".bin", StringComparison.OrdinalIgnoreCase)).Select(f => (f.Name, ModuleReader.Require(f.Content, $"{path}!{f.Name}")))];
        return modules.Count > 0 ? modules : throw new PogolineException(ModuleFaults.NoHeader, $"{path} holds no .bin file.", "Check that the archive is the one you mean.");
    }
}
