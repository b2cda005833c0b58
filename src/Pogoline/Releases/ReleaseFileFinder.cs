using Pogoline.Modules;
using Pogoline.Platforms;

namespace Pogoline.Releases;

/// <summary>
/// Finds the files of a release among many: by what names and folders claim, and where they claim nothing (the bare names of a
/// device-restore archive) by what the system part beside them is.
/// </summary>
public static class ReleaseFileFinder
{
    /// <summary>The files of a release for a platform, one for each component; null when the set has none.</summary>
    /// <exception cref="PogolineException">A file cannot be read, or two different files claim to be the same.</exception>
    public static async ValueTask<ReleaseFiles?> FindAsync(IFileSet set, DeviceOsVersion version, Platform platform, CancellationToken stop)
    {
        var names = set.Paths.Select(path => ReleaseFileName.TryParse(path, out var name) ? name : null).OfType<ReleaseFileName>().ToList();
        var found = new List<ReleaseFileName>();
        var folders = new HashSet<string>();
        foreach (var folder in names.Where(n => !n.IsExtra && CouldBe(n, version, platform)).GroupBy(n => n.Folder))
        {
            var claiming = folder.Where(n => n.Platform is not null && n.Release is not null).ToList();
            var bare = folder.Except(claiming).ToList();
            if (bare.Count > 0 && !await IsOfAsync(set, bare, version, platform, stop).ConfigureAwait(false)) bare.Clear();
            if (bare.Count > 0) folders.Add(folder.Key);
            found.AddRange(claiming);
            found.AddRange(bare);
        }
        if (found.Count == 0) return null;
        found.AddRange(names.Where(n => n.IsExtra && CouldBe(n, version, platform)
            && (n.Platform is not null || folders.Contains(n.Folder)) && (n.Kind == "ncp" || n.OwnVersion is null || n.OwnVersion <= version)));

        var files = new List<RawReleaseFile>();
        foreach (var kind in found.GroupBy(n => n.Kind))
        {
            files.Add(await BestAsync(set, [.. kind], version, stop).ConfigureAwait(false));
        }
        return new(version, platform, set.Name, files);
    }

    /// <summary>The file of a kind that has no release of its own, such as <c>tinker</c>, for a platform; null when the set has none.</summary>
    public static async ValueTask<RawReleaseFile?> FindExtraAsync(
        IFileSet set, string kind, DeviceOsVersion version, Platform platform, CancellationToken stop)
    {
        var names = set.Paths.Select(path => ReleaseFileName.TryParse(path, out var name) ? name : null).OfType<ReleaseFileName>()
            .Where(n => n.Kind == kind && n.Platform == platform && (n.OwnVersion is null || n.OwnVersion <= version)).ToList();
        return names.Count == 0 ? null : await BestAsync(set, names, version, stop).ConfigureAwait(false);
    }

    /// <summary>Whether a file of that path can belong to a release for a platform, by what its name and folders claim.</summary>
    public static bool CouldBe(string path, DeviceOsVersion version, Platform platform) =>
        ReleaseFileName.TryParse(path, out var name) && CouldBe(name, version, platform);

    static bool CouldBe(ReleaseFileName name, DeviceOsVersion version, Platform platform) =>
        (name.Platform is null || name.Platform == platform) && (name.Release is null || name.Release == version);

    static async ValueTask<bool> IsOfAsync(
        IFileSet set, List<ReleaseFileName> bare, DeviceOsVersion version, Platform platform, CancellationToken stop)
    {
        var witness = bare.Where(n => n.Kind.StartsWith("system-part", StringComparison.Ordinal)).MinBy(n => (n.Build, n.Path));
        if (witness is null) return false;
        var read = ModuleReader.Read(await set.ReadAsync(witness.Path, stop).ConfigureAwait(false));
        return read.Modules is [var module] && (witness.Platform is not null || module.Header.PlatformId == platform.Id)
            && (witness.Release is not null || DeviceOsVersions.Find(version)?.System == module.Header.Version);
    }

    static async ValueTask<RawReleaseFile> BestAsync(
        IFileSet set, IReadOnlyList<ReleaseFileName> names, DeviceOsVersion version, CancellationToken stop)
    {
        var ordered = names.OrderBy(n => n.Build).ThenByDescending(n => n.Release == version).ThenByDescending(n => n.OwnVersion)
            .ThenBy(n => n.Path, StringComparer.Ordinal).ToList();
        var best = ordered[0];
        var content = await set.ReadAsync(best.Path, stop).ConfigureAwait(false);
        foreach (var rival in ordered.Skip(1).TakeWhile(n => !n.IsExtra && n.Build == best.Build))
        {
            var other = await set.ReadAsync(rival.Path, stop).ConfigureAwait(false);
            if (!other.Span.SequenceEqual(content.Span)) throw new PogolineException(
                ReleaseFaults.Ambiguous, $"{set.Name} has two different files for the {best.Kind}: {best.Path} and {rival.Path}.",
                "Remove the one that is not the release's.");
        }
        return new(best, content);
    }
}
