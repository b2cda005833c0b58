using Pogoline.Host;
using Pogoline.Host.Bundles;
using Pogoline.Host.Releases;
using Pogoline.Modules;
using Pogoline.Planning;
using Pogoline.Platforms;
using Pogoline.Programming.Journal;
using Pogoline.Signing;

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
    /// <param name="plan">The plan.</param>
    /// <param name="goal">What it was made for.</param>
    /// <param name="path">Where.</param>
    /// <param name="key">Signs the file; null for none.</param>
    /// <param name="stop">Ends the writing.</param>
    public static async Task SaveAsync(Plan plan, Goal goal, string path, SigningKey? key, CancellationToken stop)
    {
        await KeepAsync(goal.Modules.Concat(goal.Through.SelectMany(p => p.Modules)).Append(goal.App).OfType<FirmwareModule>(), $"plan for {plan.Platform} {plan.Release}", stop);
        var bytes = plan.Save();
        var signature = key is null ? null : DetachedSignature.Of(bytes, key);
        try
        {
            foreach (var (file, content) in new[] { (SignatureOf(path), signature?.Signature), (KeyOf(path), signature?.KeyPem) })
            {
                if (content is { } some) await OutputFile.WriteAllAsync(file, some, Unreadable, stop);
                else File.Delete(file);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PogolineException(Unreadable, $"The plan cannot be written to {path}: {e.Message}", "Give another path with --save.", e);
        }
        await OutputFile.WriteAllAsync(path, bytes, Unreadable, stop);
    }

    /// <summary>Reads a plan, and refuses one that this machine does not accept.</summary>
    /// <param name="path">The file.</param>
    /// <param name="policy">What is accepted.</param>
    /// <param name="source">The bundle in use; what is in an accepted bundle needs no signature of its own. Null for none.</param>
    /// <param name="stop">Ends the reading.</param>
    public static async Task<Plan> LoadAsync(string path, BundlePolicy policy, BundleReleaseSource? source, CancellationToken stop)
    {
        const long largest = 16 * 1024 * 1024;
        try
        {
            if (new FileInfo(path).Length > largest) throw new PogolineException(PlanFaults.BadPlan, $"{path} is larger than any plan.", "Give the file that 'pogoline plan --save' wrote.");
            var bytes = await File.ReadAllBytesAsync(path, stop);
            var signer = await SignerAsync(path, bytes, stop);
            var isInBundle = source is not null && (await source.OpenAsync(stop)).Find(Sha256Digest.Compute(bytes).ToString()) is not null;
            if (policy.Locked is not null && !isInBundle) MachineLock.Default.RequireUnlocked(path);
            if (policy.RequiresSignature && !isInBundle) policy.RequireSigner(path, signer);
            return Plan.Load(bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PogolineException(Unreadable, $"{path} cannot be read: {e.Message}", "Correct the path given with --plan.", e);
        }
    }

    /// <summary>What a saved plan brings a board to, as a goal for a debug probe, which needs no steps.</summary>
    /// <exception cref="PogolineException"><see cref="PlanFaults.BadPlan"/>: it is for another board, or writes factory data.</exception>
    public static async ValueTask<Goal> GoalAsync(Plan plan, Platform platform, ReleaseStore store, CancellationToken stop)
    {
        if (plan.Platform != platform.Name) throw new PogolineException(PlanFaults.BadPlan, $"The plan is refused: it is for {plan.Platform}, the board is {platform.Name}.", "Make a plan for this board.");
        if (plan.Steps.OfType<FactoryStep>().Any()) throw new PogolineException(PlanFaults.BadPlan, "The plan is refused: it writes factory data, which goes over USB only.", "Make a plan without --factory-data.");
        return JournalGoal.Of(plan).ToGoal(await ContentAsync(plan, store, stop));
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
        if (store.Bundle is { } source)
        {
            var bundle = await source.OpenAsync(stop);
            foreach (var sha256 in wanted) if (bundle.Find(sha256) is { } inside) content[sha256] = inside;
            return content;
        }
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

    /// <summary>Whose signature lies beside a plan; null when none does.</summary>
    static async Task<VerifyingKey?> SignerAsync(string path, byte[] plan, CancellationToken stop)
    {
        if (!File.Exists(SignatureOf(path))) return null;
        if (new FileInfo(SignatureOf(path)).Length > DetachedSignature.MaximumLength) throw Wrong(SigningFaults.Wrong, path);
        var signature = new DetachedSignature(await File.ReadAllBytesAsync(SignatureOf(path), stop), KeyStore.ReadFile(KeyOf(path)));
        return signature.TryVerify(plan, out var signer, out var fault) ? signer : throw Wrong(fault, path);
    }

    static PogolineException Wrong(FaultCode fault, string path) =>
        new(fault, $"{SignatureOf(path)} with {KeyOf(path)} is no signature of {path}.", "Get the plan again from whoever made it.");

    static string SignatureOf(string path) => path + DetachedSignature.SignatureSuffix;

    static string KeyOf(string path) => path + DetachedSignature.KeySuffix;

    static CacheKey Key(string sha256) => new("plan", sha256, "all", "module");
}
