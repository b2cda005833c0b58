using Pogoline.Platforms;

namespace Pogoline.Releases.Bundles;

/// <summary>What a manifest must be like. Paths follow from what a file is, so that no name has to be trusted.</summary>
static class BundleRules
{
    public const string NoticePath = "NOTICE.txt";

    public static string ModulePath(DeviceOsVersion release, string platform, string fileName) => $"{release}/{platform}/{fileName}";

    public static string AppPath(string platform) => $"apps/{platform}.bin";

    public static string PlanPath(string platform) => $"plans/{platform}.json";

    /// <summary>The first rule that is broken, as the end of a sentence; null when all hold.</summary>
    public static string? Broken(BundleManifest manifest)
    {
        if (manifest.Schema != 1) return $"its format is {manifest.Schema}, this build reads 1";
        if (manifest.Platforms.Count == 0) return "it names no platform";
        if (!IsStrictlyOrdered(manifest.Platforms)) return "its platforms are not in order, or one is there twice";
        if (manifest.Platforms.FirstOrDefault(name => PlatformCatalog.Find(name)?.Name != name) is { } unknown) return $"it names the unknown platform '{Printable(unknown)}'";
        if (!Uri.TryCreate(manifest.ReleaseNotes, UriKind.Absolute, out var notes) || notes.Scheme != "https") return "its link to the release notes is none";
        if (!IsStrictlyOrdered([.. manifest.Files.Select(f => f.Path)])) return "its files are not in order, or one is there twice";
        if (manifest.Files.FirstOrDefault(f => !IsRight(f, manifest)) is { } wrong) return $"its entry '{Printable(wrong.Path)}' is not what a bundle holds";
        foreach (var platform in manifest.Platforms)
        {
            if (!manifest.For(platform, BundleFileKind.Module).Any()) return $"it has no modules for {platform}";
            if (!manifest.For(platform, BundleFileKind.Plan).Any()) return $"it has no plan for {platform}";
        }
        return manifest.Files.Any(f => f.Kind == BundleFileKind.Notice) ? null : $"it has no {NoticePath}";
    }

    static bool IsRight(BundleFile file, BundleManifest manifest)
    {
        if (file.Sha256 is not { Length: 64 } || !file.Sha256.All(char.IsAsciiHexDigitLower) || file.Bytes is <= 0 or > ArchiveLimits.MaxFileBytes) return false;
        if (file.Kind == BundleFileKind.Notice) return file is { Path: NoticePath, Platform: null };
        if (file.Platform is not { } platform || !manifest.Platforms.Contains(platform)) return false;
        return file.Kind switch
        {
            BundleFileKind.App => file.Path == AppPath(platform),
            BundleFileKind.Plan => file.Path == PlanPath(platform),
            _ => ReleaseFileName.TryParse(file.Path, out var name) && file.Path == ModulePath(manifest.Release, platform, name.FileName)
                && name.Platform?.Name == platform && (name.Release is null || name.Release == manifest.Release),
        };
    }

    static bool IsStrictlyOrdered(IReadOnlyList<string> names) => names.Zip(names.Skip(1), string.CompareOrdinal).All(order => order < 0);

    internal static string Printable(string text) => string.Concat(text.Take(120).Select(c => char.IsControl(c) ? '?' : c));
}
