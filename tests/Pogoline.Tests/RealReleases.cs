using System.Collections.Concurrent;
using Pogoline.Modules;
using Pogoline.Platforms;

namespace Pogoline.Tests;

/// <summary>The modules of the releases that the npm packages carry, by platform and version.</summary>
static class RealReleases
{
    static readonly Dictionary<string, string> PackageOf = new() { ["1.5.2"] = "2.6.0", ["2.2.0"] = "2.16.0", ["2.3.1"] = "3.9.0", ["4.0.2"] = "3.9.0" };

    static readonly ConcurrentDictionary<(string, string), IReadOnlyList<FirmwareModule>> Loaded = new();

    /// <summary>Every pair of platform and release that there is.</summary>
    public static IEnumerable<(string Platform, string Os)> All =>
        from platform in PlatformCatalog.Supported
        from os in PackageOf.Keys
        where os switch { "2.3.1" => platform.Generation == 2, "4.0.2" => platform.Generation == 3, "1.5.2" => platform.Name != "tracker", _ => true }
        select (platform.Name, os);

    /// <summary>Bootloader, SoftDevice and system parts.</summary>
    public static IReadOnlyList<FirmwareModule> Of(string platform, string os) => Loaded.GetOrAdd((platform, os), key =>
        [.. Firmware.Files(PackageOf[key.Item2])
            .Where(path => Path.GetFileName(path).StartsWith($"{key.Item1}-", StringComparison.Ordinal) && Path.GetFileName(path).Contains($"@{key.Item2}", StringComparison.Ordinal))
            .Select(path => ModuleReader.Require(File.ReadAllBytes(path), path))]);

    /// <summary>Tinker for the 128 K position.</summary>
    public static FirmwareModule Tinker(string platform) => ModuleReader.Require(Firmware.Read("3.9.0", platform switch
    {
        "photon" or "p1" => $"tinker-0.4.5-{platform}.bin",
        "electron" => "electron_tinker.bin",
        "bsom" => "tinker-1.1.0-rc.1-bsom.bin",
        "b5som" => "tinker-1.5.0-b5som.bin",
        "tracker" => "tracker-tinker@1.5.4-rc.1.bin",
        _ => $"tinker-0.8.0-rc.27-{platform}.bin",
    }), platform);
}
