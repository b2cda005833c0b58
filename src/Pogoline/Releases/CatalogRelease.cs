namespace Pogoline.Releases;

/// <summary>A release that exists.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Platforms">Names of the platforms that files of it were seen for.</param>
/// <param name="Assumed">Names of the platforms that it most likely exists for: the version table has it and the platform existed then.</param>
public sealed record CatalogRelease(DeviceOsVersion Version, IReadOnlyList<string>? Platforms = null, IReadOnlyList<string>? Assumed = null)
{
    /// <summary>Names of the platforms that files of it were seen for.</summary>
    public IReadOnlyList<string> Platforms { get; init; } = Platforms ?? [];

    /// <summary>Names of the platforms that it most likely exists for.</summary>
    public IReadOnlyList<string> Assumed { get; init; } = Assumed ?? [];

    /// <summary>Whether it exists for the platform, seen or assumed.</summary>
    public bool Has(string platform) => Platforms.Contains(platform) || Assumed.Contains(platform);
}
