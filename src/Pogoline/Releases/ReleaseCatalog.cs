using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Pogoline.Platforms;

namespace Pogoline.Releases;

/// <summary>Which Device OS releases exist, for which platforms, and of which line they are. The facts are <c>Data/releases.json</c>.</summary>
public sealed class ReleaseCatalog
{
    static readonly Lazy<ReleaseCatalog> Loaded = new(() => new(ReleaseJson.Read("releases.json", ReleaseJson.Default.CatalogData)));

    readonly CatalogData _data;

    /// <summary>A catalog of the given releases and lines, without component rules.</summary>
    public ReleaseCatalog(IEnumerable<CatalogRelease> releases, IEnumerable<ReleaseLine> lines)
        : this(new([.. lines], [], [], [.. releases]))
    {
    }

    internal ReleaseCatalog(CatalogData data)
    {
        _data = data;
        Releases = [.. data.Releases.OrderBy(r => r.Version)];
    }

    /// <summary>Everything this build knows.</summary>
    public static ReleaseCatalog Default => Loaded.Value;

    /// <summary>All releases, the oldest first.</summary>
    public IReadOnlyList<CatalogRelease> Releases { get; }

    /// <summary>The lines, the oldest first.</summary>
    public IReadOnlyList<ReleaseLine> Lines => _data.Lines;

    /// <summary>Published files whose header names another platform.</summary>
    public IReadOnlyList<ForeignImage> ForeignImages => _data.ForeignImages;

    /// <summary>The release of that version; null when none is known.</summary>
    public CatalogRelease? Find(DeviceOsVersion version) => Releases.FirstOrDefault(r => r.Version == version);

    /// <summary>The releases of a platform, the oldest first.</summary>
    public IEnumerable<CatalogRelease> For(Platform platform) => Releases.Where(r => r.Has(platform.Name));

    /// <summary>The line of a version; one without promise when it is of none that is known.</summary>
    public ReleaseLine LineOf(DeviceOsVersion version) =>
        Lines.FirstOrDefault(line => line.Os.Contains(version))
        ?? new($"{version.Major}.x", DeviceOsRange.Parse($"{version.Major}.x"), ReleaseLineKind.Unclassified);

    /// <summary>The newest release of the line for a platform, pre-releases left out; null when there is none.</summary>
    public CatalogRelease? NewestOf(ReleaseLine line, Platform platform) =>
        For(platform).LastOrDefault(r => !r.Version.IsPreRelease && line.Os.Contains(r.Version));

    /// <summary>What the vendor recommends: the newest release of the platform's newest LTS line; null when it has no LTS release.</summary>
    public CatalogRelease? Recommended(Platform platform) =>
        For(platform).LastOrDefault(r => !r.Version.IsPreRelease && LineOf(r.Version).Kind == ReleaseLineKind.LongTermSupport);

    /// <summary>The rule that decides whether a release has a file for the component; null when nothing special holds.</summary>
    public ComponentRule? RuleFor(Component component, DeviceOsVersion release, Platform platform) =>
        _data.Components.FirstOrDefault(rule => rule.Covers(component.Name, release, platform.Name));

    /// <summary>Whether a release has a file for the component.</summary>
    public ComponentPresence PresenceOf(Component component, DeviceOsVersion release, Platform platform) =>
        RuleFor(component, release, platform)?.Presence
        ?? (component.Function is ModuleFunction.Ncp or ModuleFunction.UserPart ? ComponentPresence.Optional
            : component.PositionsFor(release).Any() ? ComponentPresence.Required
            : ComponentPresence.Absent);
}

sealed record CatalogData(
    IReadOnlyList<ReleaseLine> Lines, IReadOnlyList<ComponentRule> Components, IReadOnlyList<ForeignImage> ForeignImages,
    IReadOnlyList<CatalogRelease> Releases);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, ReadCommentHandling = JsonCommentHandling.Skip,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(CatalogData))]
[JsonSerializable(typeof(List<NpmPackage>))]
[JsonSerializable(typeof(List<ToolRelease>))]
[JsonSerializable(typeof(List<PackagedRelease>))]
sealed partial class ReleaseJson : JsonSerializerContext
{
    public static T Read<T>(string resource, JsonTypeInfo<T> type)
    {
        using var stream = typeof(ReleaseJson).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidDataException($"the resource {resource} is missing");
        return JsonSerializer.Deserialize(stream, type) ?? throw new InvalidDataException($"the resource {resource} is empty");
    }
}
