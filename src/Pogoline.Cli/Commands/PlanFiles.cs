using Pogoline.Host;
using Pogoline.Host.Releases;
using Pogoline.Modules;
using Pogoline.Planning;
using Pogoline.Platforms;

namespace Pogoline.Cli.Commands;

/// <summary>Saved plans: a file that names content by hash, and the content in the cache.</summary>
static class PlanFiles
{
    static readonly FaultCode Unreadable = new("plan-file", ExitCode.BadInput, "The path is misspelt, or permission is missing.");

    /// <summary>Keeps the files of a goal in the cache, for those who know their hashes later.</summary>
    public static async Task KeepAsync(IEnumerable<FirmwareModule> modules, string whatFor, CancellationToken stop)
    {
        var cache = new ContentCache(HostPaths.Cache);
        foreach (var module in modules) await cache.WriteAsync(Key(Sha256Digest.Compute(module.Image.Span).ToString()), module.Image, whatFor, stop);
    }

    /// <summary>Writes the plan, and keeps every file that it names in the cache.</summary>
    public static async Task SaveAsync(Plan plan, Goal goal, string path, CancellationToken stop)
    {
        await KeepAsync(goal.Modules.Concat(goal.Through.SelectMany(p => p.Modules)).Append(goal.App).OfType<FirmwareModule>(), $"plan for {plan.Platform} {plan.Release}", stop);
        try
        {
            await File.WriteAllBytesAsync(path, plan.Save(), stop);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PogolineException(Unreadable, $"The plan cannot be written to {path}: {e.Message}", "Give another path with --save.", e);
        }
    }

    public static async Task<Plan> LoadAsync(string path, CancellationToken stop)
    {
        const long largest = 16 * 1024 * 1024;
        try
        {
            if (new FileInfo(path).Length > largest) throw new PogolineException(PlanFaults.BadPlan, $"{path} is larger than any plan.", "Give the file that 'pogoline plan --save' wrote.");
            return Plan.Load(await File.ReadAllBytesAsync(path, stop));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PogolineException(Unreadable, $"{path} cannot be read: {e.Message}", "Correct the path given with --plan.", e);
        }
    }

    /// <summary>The content that a plan names, from the cache, else from the release itself.</summary>
    public static Task<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>> ContentAsync(Plan plan, ReleaseStore store, CancellationToken stop) =>
        ContentAsync([.. plan.Modules.Concat(plan.Through.SelectMany(p => p.Modules)).Select(m => m.Sha256).OfType<string>().Distinct()],
            plan.Through.Select(p => p.Release).Append(plan.Release), PlatformCatalog.Require(plan.Platform), store, stop);

    /// <summary>Files by their hashes, from the cache, else from releases.</summary>
    public static async Task<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>> ContentAsync(List<string> wanted, IEnumerable<DeviceOsVersion> releases,
        Platform platform, ReleaseStore store, CancellationToken stop)
    {
        var cache = new ContentCache(HostPaths.Cache);
        var content = new Dictionary<string, ReadOnlyMemory<byte>>();
        foreach (var sha256 in wanted)
        {
            var cached = await cache.ReadAsync(Key(sha256), stop);
            if (cached.Status == CacheStatus.Hit) content[sha256] = cached.Content;
        }
        foreach (var release in releases)
        {
            if (wanted.TrueForAll(content.ContainsKey)) break;
            foreach (var file in (await store.GetAsync(release, platform, stop)).Files) content.TryAdd(file.Sha256, file.Module.Image);
        }
        return content;
    }

    static CacheKey Key(string sha256) => new("plan", sha256, "all", "module");
}
