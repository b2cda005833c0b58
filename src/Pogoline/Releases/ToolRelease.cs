using Pogoline.Platforms;

namespace Pogoline.Releases;

/// <summary>A version of an update tool and the Device OS releases that it carried. The facts are <c>Data/tool-releases.json</c>.</summary>
/// <param name="Tool">The tool: <c>particle-cli</c>.</param>
/// <param name="Version">Its version.</param>
/// <param name="Carries">The kinds of modules that it carried.</param>
/// <param name="Releases">The releases, with the platforms for which it had them.</param>
/// <param name="Note">What is peculiar about it; null for nothing.</param>
public sealed record ToolRelease(string Tool, string Version, IReadOnlyList<ModuleFunction> Carries, IReadOnlyList<PackagedRelease> Releases, string? Note = null)
{
    static readonly Lazy<IReadOnlyList<ToolRelease>> Loaded = new(() => ReleaseJson.Read("tool-releases.json", ReleaseJson.Default.ListToolRelease));
    static readonly Lazy<IReadOnlyList<PackagedRelease>> LoadedPins = new(() => ReleaseJson.Read("pinned-releases.json", ReleaseJson.Default.ListPackagedRelease));

    /// <summary>Every version that is known, the oldest first.</summary>
    public static IReadOnlyList<ToolRelease> All => Loaded.Value;

    /// <summary>The releases that this build updates to, by platform. The facts are <c>Data/pinned-releases.json</c>.</summary>
    public static IReadOnlyList<PackagedRelease> Pinned => LoadedPins.Value;

    /// <summary>The release that this build updates a platform to.</summary>
    /// <exception cref="PogolineException"><see cref="ReleaseFaults.NotForPlatform"/>.</exception>
    public static DeviceOsVersion PinnedFor(Platform platform) => For(Pinned, platform) ?? throw new PogolineException(
        ReleaseFaults.NotForPlatform, $"This build pins no release for {platform.DisplayName}.", "Name a release: pogoline restore --os VERSION.");

    /// <summary>The tool that a text such as <c>particle-cli@2.6.0</c> names.</summary>
    /// <exception cref="PogolineException"><see cref="ReleaseFaults.Tool"/>.</exception>
    public static ToolRelease Require(string text) => All.FirstOrDefault(t => t.ToString() == text) ?? throw new PogolineException(
        ReleaseFaults.Tool, $"What '{text}' carried is not known.", "Take one that 'pogoline releases list --tools' shows, written particle-cli@2.6.0; later ones than 3.11.0 carry no release.");

    /// <summary>The release that it carried for a platform.</summary>
    /// <exception cref="PogolineException"><see cref="ReleaseFaults.NotForPlatform"/>.</exception>
    public DeviceOsVersion ReleaseFor(Platform platform) => For(Releases, platform) ?? throw new PogolineException(
        ReleaseFaults.NotForPlatform, $"{this} carried nothing for {platform.DisplayName}.", "Take another version; 'pogoline releases list --tools' shows what each carried.");

    /// <inheritdoc/>
    public override string ToString() => $"{Tool}@{Version}";

    static DeviceOsVersion? For(IReadOnlyList<PackagedRelease> releases, Platform platform) => releases.FirstOrDefault(r => r.Platforms.Contains(platform.Name))?.Version;
}
