using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pogoline.Modules;

/// <summary>A Device OS release and the numbers that its modules carry.</summary>
/// <param name="Os">The release.</param>
/// <param name="System">The module version of all its system parts.</param>
/// <param name="Bootloader">The module version of its bootloader; null where it is not known (pre-releases, before 0.7.0).</param>
/// <param name="UserPart">The module version of user firmware built for it; null where it is not known (pre-releases).</param>
public sealed record DeviceOsNumbers(DeviceOsVersion Os, ushort System, ushort? Bootloader = null, ushort? UserPart = null);

/// <summary>A release found by a module version.</summary>
/// <param name="Numbers">The release.</param>
/// <param name="IsExact">Whether it carries that very number; otherwise it is the closest lower one that is known of the same major.</param>
public sealed record DeviceOsMatch(DeviceOsNumbers Numbers, bool IsExact);

/// <summary>
/// Which module versions belong to which Device OS release: the data of <c>Data/device-os-versions.json</c>, from the vendor's build files
/// (<c>modules/shared/system_module_version.mk</c>, older <c>system/system-versions.md</c>) at every tag.
/// </summary>
public static class DeviceOsVersions
{
    static readonly Lazy<IReadOnlyList<DeviceOsNumbers>> Loaded = new(Load);

    /// <summary>All releases and pre-releases, in version order.</summary>
    public static IReadOnlyList<DeviceOsNumbers> All => Loaded.Value;

    /// <summary>The numbers of a release; null when it is not in the table.</summary>
    public static DeviceOsNumbers? Find(DeviceOsVersion os) => All.FirstOrDefault(numbers => numbers.Os == os);

    /// <summary>
    /// The release of a system module version: exact, else the closest lower one of the same major, which is the number's thousands.
    /// Where several carry one number, the final release stands for its pre-releases, else the last pre-release.
    /// </summary>
    /// <returns>Null when the table has nothing of that major so low.</returns>
    public static DeviceOsMatch? FromSystem(ushort moduleVersion)
    {
        var best = All.Where(numbers => numbers.System <= moduleVersion && numbers.Os.Major == moduleVersion / 1000)
            .OrderByDescending(numbers => numbers.System).ThenBy(numbers => numbers.Os.IsPreRelease).ThenByDescending(numbers => numbers.Os)
            .FirstOrDefault();
        return best is null ? null : new(best, best.System == moduleVersion);
    }

    /// <summary>The releases that carry a bootloader of that module version, in version order; several releases share one.</summary>
    public static IEnumerable<DeviceOsNumbers> WithBootloader(ushort moduleVersion) => All.Where(numbers => numbers.Bootloader == moduleVersion);

    static List<DeviceOsNumbers> Load()
    {
        using var stream = typeof(DeviceOsVersions).Assembly.GetManifestResourceStream("device-os-versions.json")
            ?? throw new InvalidDataException("the resource device-os-versions.json is missing");
        return [.. JsonSerializer.Deserialize(stream, DeviceOsVersionsJson.Default.ListDeviceOsNumbers)!.OrderBy(numbers => numbers.Os)];
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(List<DeviceOsNumbers>))]
sealed partial class DeviceOsVersionsJson : JsonSerializerContext;
