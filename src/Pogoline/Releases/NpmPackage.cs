namespace Pogoline.Releases;

/// <summary>A package of the npm registry that carries releases. The facts are <c>Data/npm-packages.json</c>.</summary>
/// <param name="Package">Name and version as the npm client takes them: <c>particle-cli@2.16.0</c>.</param>
/// <param name="Tinker">Names of the platforms whose Tinker it carries.</param>
/// <param name="Releases">What it carries.</param>
public sealed record NpmPackage(string Package, IReadOnlyList<string> Tinker, IReadOnlyList<PackagedRelease> Releases)
{
    static readonly Lazy<IReadOnlyList<NpmPackage>> Loaded = new(() => ReleaseJson.Read("npm-packages.json", ReleaseJson.Default.ListNpmPackage));

    /// <summary>Every package that is known, in order of preference.</summary>
    public static IReadOnlyList<NpmPackage> All => Loaded.Value;

    /// <summary>The packages that carry a release for a platform, in order of preference.</summary>
    public static IEnumerable<NpmPackage> Carrying(DeviceOsVersion version, string platform) =>
        All.Where(package => package.Releases.Any(r => r.Version == version && r.Platforms.Contains(platform)));

    /// <summary>The preferred package that carries a platform's Tinker; null when none does.</summary>
    public static NpmPackage? WithTinker(string platform) => All.FirstOrDefault(package => package.Tinker.Contains(platform));

    /// <inheritdoc/>
    public override string ToString() => Package;
}

/// <summary>A release inside a package.</summary>
/// <param name="Version">The release.</param>
/// <param name="Platforms">Names of the platforms.</param>
public sealed record PackagedRelease(DeviceOsVersion Version, IReadOnlyList<string> Platforms);
