using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Pogoline.Platforms;

namespace Pogoline.Releases;

/// <summary>How a file was built, best first.</summary>
public enum ReleaseBuild
{
    /// <summary>A release build, link-time optimised or not.</summary>
    Release,

    /// <summary>A build with debugging output.</summary>
    Debug,
}

/// <summary>
/// What the name and the folders of a release file claim. Known forms: <c>boron-bootloader@2.2.0.bin</c> with <c>+lto</c>, <c>+debug</c> or
/// <c>+lto.debug</c>; <c>system-part1-0.7.0-photon.bin</c>; <c>photon_tinker.bin</c>; <c>tracker-esp32-ncp@0.0.7.bin</c>; and bare names such
/// as <c>bootloader.bin</c>, whose release and platform the folders may tell (<c>2.2.0/boron/bootloader.bin</c>).
/// </summary>
public sealed partial record ReleaseFileName
{
    /// <summary>The path inside its source, with <c>/</c>.</summary>
    public required string Path { get; init; }

    /// <summary>What it is, as files call it: <c>bootloader</c>, <c>system-part1</c>, <c>softdevice</c>, <c>ncp</c>, <c>tinker</c>, <c>tracker-edge</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The platform that it claims; null when it claims none.</summary>
    public Platform? Platform { get; init; }

    /// <summary>Whether the platform stands in the file's own name and not only in a folder's.</summary>
    public bool NamesPlatform { get; init; }

    /// <summary>The Device OS release that it claims; null when it claims none. NCP and user firmware claim one only by their folders.</summary>
    public DeviceOsVersion? Release { get; init; }

    /// <summary>The version of its own that NCP and user firmware have; null when the name has none.</summary>
    public DeviceOsVersion? OwnVersion { get; init; }

    /// <summary>How it was built.</summary>
    public ReleaseBuild Build { get; init; }

    /// <summary>Whether a release can do without it and it has a version of its own.</summary>
    public bool IsExtra => Kind is "ncp" or "tinker" or "tracker-edge";

    /// <summary>The file's name without its folders.</summary>
    public string FileName => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>The folders, without the last <c>/</c>.</summary>
    public string Folder => Path.LastIndexOf('/') is var slash and >= 0 ? Path[..slash] : "";

    /// <summary>Reads a path; false when it is not the name of a release file.</summary>
    public static bool TryParse(string path, [NotNullWhen(true)] out ReleaseFileName? name)
    {
        name = null;
        if (path.Length > 1024) return false;
        path = path.Replace('\\', '/');
        var segments = path.Split('/');
        var match = Modern().Match(segments[^1]);
        if (!match.Success) match = Old().Match(segments[^1]);
        if (!match.Success) match = App().Match(segments[^1]);
        if (!match.Success) match = Bare().Match(segments[^1]);
        if (!match.Success) return false;

        var folders = segments.AsSpan(0, segments.Length - 1).ToArray();
        var kind = match.Groups["kind"].Value.ToLowerInvariant();
        if (kind.EndsWith("ncp", StringComparison.Ordinal) || kind == "ncp-firmware") kind = "ncp";
        var named = match.Groups["platform"] is { Success: true } p ? p.Value : null;
        var platform = named is null ? folders.Select(PlatformCatalog.Find).LastOrDefault(found => found is not null) : PlatformCatalog.Find(named);
        if (named is not null && platform is null) return false;
        DeviceOsVersion? version = null;
        if (match.Groups["version"] is { Success: true } v && !DeviceOsVersion.TryParse(v.Value, out version)) return false;
        var release = folders.Select(f => DeviceOsVersion.TryParse(f, out var found) ? found : null).LastOrDefault(found => found is not null);
        var isExtra = kind is "ncp" or "tinker" or "tracker-edge";
        name = new()
        {
            Path = path,
            Kind = kind,
            Platform = platform,
            NamesPlatform = named is not null,
            Release = isExtra ? release : version ?? release,
            OwnVersion = isExtra ? version : null,
            Build = match.Groups["build"].Value.Contains("debug", StringComparison.OrdinalIgnoreCase)
                || folders.Contains("debug", StringComparer.OrdinalIgnoreCase) ? ReleaseBuild.Debug : ReleaseBuild.Release,
        };
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Path;

    [GeneratedRegex(@"^(?<platform>[a-z0-9]+)-(?<kind>bootloader|system-part[1-9]|softdevice|tinker|ncp-firmware|esp32-ncp)@(?<version>[0-9][0-9a-z.\-]*?)(?<build>\+lto|\+debug|\+lto\.debug)?\.bin$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Modern();

    [GeneratedRegex(@"^(?<kind>bootloader|system-part[1-9]|softdevice|tinker)-v?(?<version>[0-9]+\.[0-9]+\.[0-9]+(-[0-9a-z.\-]+)?)-(?<platform>[a-z0-9]+)\.bin$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Old();

    [GeneratedRegex(@"^(?<platform>[a-z0-9]+)_(?<kind>tinker)(-(?<version>[0-9][0-9a-z.\-]*))?\.bin$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex App();

    [GeneratedRegex(@"^(?<kind>bootloader|system-part[1-9]|softdevice|tinker|tracker-edge)(?<build>\+lto|\+debug|\+lto\.debug)?\.bin$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Bare();
}
