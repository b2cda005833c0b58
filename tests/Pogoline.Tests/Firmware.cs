using System.Collections.Concurrent;

namespace Pogoline.Tests;

/// <summary>
/// Real release files: the npm packages of <c>particle-cli</c> carry them. 2.6.0 has Device OS 1.5.2, 2.16.0 has 2.2.0,
/// 3.9.0 has 4.0.2 for Gen 3 and 2.3.1 for Gen 2.
/// </summary>
static class Firmware
{
    static readonly ConcurrentDictionary<string, Lazy<string>> Packages = new();

    /// <summary>The versions of the package that tests use.</summary>
    public static IReadOnlyList<string> Versions { get; } = ["2.6.0", "2.16.0", "3.9.0"];

    /// <summary>The folder of the unpacked package <c>particle-cli@version</c>.</summary>
    public static string Package(string version) =>
        Packages.GetOrAdd(version, v => new(() => Path.Combine(NpmCache.Unpack($"particle-cli@{v}"), "package"))).Value;

    /// <summary>The path of a firmware file of the package by its name, such as <c>boron-bootloader@1.5.2.bin</c>.</summary>
    public static string File(string version, string name) =>
        Files(version).FirstOrDefault(path => Path.GetFileName(path) == name)
        ?? throw new FileNotFoundException($"particle-cli@{version} has no {name}");

    /// <summary>The paths of every <c>.bin</c> file of the package, in ordinal order.</summary>
    public static IReadOnlyList<string> Files(string version) =>
        [.. Directory.EnumerateFiles(Path.Combine(Package(version), "assets"), "*.bin", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    /// <summary>The content of a firmware file of the package.</summary>
    public static byte[] Read(string version, string name) => System.IO.File.ReadAllBytes(File(version, name));
}
