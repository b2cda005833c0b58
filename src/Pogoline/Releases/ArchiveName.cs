using System.Text.RegularExpressions;
using Pogoline.Platforms;

namespace Pogoline.Releases;

/// <summary>What the path of a release archive says of its content.</summary>
public static partial class ArchiveName
{
    /// <summary>
    /// The folders that stand for what the path claims: <c>2.2.0/boron</c> for <c>particle_device-os@2.2.0+boron.binaries.zip</c> and for
    /// <c>…/2.2.0/boron.zip</c>, <c>2.2.0</c> for <c>particle_device-os@2.2.0.zip</c>; empty when it claims nothing.
    /// </summary>
    public static string Folder(string path)
    {
        var segments = path.Replace('\\', '/').Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (segments.Length == 0) return "";
        if (Published().Match(segments[^1]) is { Success: true } match)
            return match.Groups["platform"].Success ? $"{match.Groups["version"]}/{match.Groups["platform"]}" : match.Groups["version"].Value;
        var stem = segments[^1].EndsWith(".zip", StringComparison.OrdinalIgnoreCase) ? segments[^1][..^4] : segments[^1];
        return segments.Length > 1 && PlatformCatalog.Find(stem) is not null && DeviceOsVersion.TryParse(segments[^2], out _) ? $"{segments[^2]}/{stem}" : "";
    }

    /// <summary>Whether an archive of that path claims to hold a release for a platform, alone or among others.</summary>
    public static bool Claims(string path, DeviceOsVersion version, Platform platform)
    {
        var claim = Folder(path);
        return claim.Length > 0 && (claim == version.ToString() || claim.Equals($"{version}/{platform.Name}", StringComparison.OrdinalIgnoreCase));
    }

    [GeneratedRegex(@"^particle_device-os@(?<version>[0-9][0-9a-z.\-]*?)(\+(?<platform>[a-z0-9]+))?(\.binaries)?\.zip$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Published();
}
