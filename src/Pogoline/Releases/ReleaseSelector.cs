using Pogoline.Platforms;

namespace Pogoline.Releases;

/// <summary>Finds the release that a request means for a platform. Pure: the same catalog gives the same answer.</summary>
public static class ReleaseSelector
{
    /// <summary>Chooses the newest release that the request admits; a pre-release only when the request names one.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="platform">For which board.</param>
    /// <param name="catalog">The releases that exist.</param>
    /// <param name="available">The versions whose files are at hand, to choose among those only; null for no such limit.</param>
    /// <exception cref="PogolineException">
    /// No release answers it: <see cref="ReleaseFaults.Unknown"/>, <see cref="ReleaseFaults.NotForPlatform"/>, or with
    /// <paramref name="available"/> <see cref="ReleaseFaults.Unavailable"/>.
    /// </exception>
    public static ReleaseChoice Choose(
        ReleaseRequest request, Platform platform, ReleaseCatalog catalog, IReadOnlySet<DeviceOsVersion>? available = null)
    {
        var admitted = catalog.Releases.Where(r => Admits(request, r.Version, catalog)).ToList();
        var candidates = admitted.Where(r => r.Has(platform.Name)).ToList();
        if (candidates.Count == 0) throw Nothing(request, platform, catalog, admitted.Count > 0);
        var newest = candidates[^1];
        var chosen = available is null ? newest : candidates.LastOrDefault(r => available.Contains(r.Version));
        if (chosen is null) throw NotAtHand(request, platform, newest.Version);
        var line = catalog.LineOf(chosen.Version);
        return new(chosen.Version, line, Reason(request, platform, chosen, newest, line), Advice(platform, catalog, chosen.Version, line));
    }

    static bool Admits(ReleaseRequest request, DeviceOsVersion version, ReleaseCatalog catalog) =>
        request.Range.Contains(version)
        && (!version.IsPreRelease || request.Range.NamesPreRelease)
        && (!request.IsLts || catalog.LineOf(version).Kind == ReleaseLineKind.LongTermSupport);

    static string Reason(ReleaseRequest request, Platform platform, CatalogRelease chosen, CatalogRelease newest, ReleaseLine line)
    {
        var reason = request.Range.IsExact(out _) ? $"{chosen.Version} is the release asked for"
            : request.IsLts ? $"{chosen.Version} is the newest release of the newest LTS line ({line.Name}) for {platform.DisplayName}"
            : request == ReleaseRequest.Latest ? $"{chosen.Version} is the newest stable release for {platform.DisplayName}"
            : $"{chosen.Version} is the newest release for {platform.DisplayName} in '{request}'";
        if (chosen != newest) reason += $" among those at hand; {newest.Version} is newer but its files are not";
        if (!chosen.Platforms.Contains(platform.Name)) reason += "; that it was published for this platform is assumed from the version table";
        return reason + ".";
    }

    static string? Advice(Platform platform, ReleaseCatalog catalog, DeviceOsVersion version, ReleaseLine line)
    {
        var newest = catalog.NewestOf(line, platform)?.Version;
        var recommended = catalog.Recommended(platform)?.Version;
        if (version == recommended) return null;
        if (newest is not null && version < newest && line.Kind == ReleaseLineKind.LongTermSupport)
            return $"{version} is not the newest of the {line} ({newest}); take that unless you need this one.";
        if (line.Kind == ReleaseLineKind.LongTermSupport && version == newest) return null;
        var opening = version.IsPreRelease ? $"{version} is a pre-release"
            : newest is not null && version < newest ? $"{version} is not the newest of the {line} ({newest})"
            : line.Kind == ReleaseLineKind.Unclassified ? $"{version} is of the {line}, and what the vendor promises for it is not known to this build"
            : $"{version} is of the {line}";
        return recommended is null ? newest is not null && version < newest ? $"{opening}; take that unless you need this one." : null
            : $"{opening}; the vendor recommends {recommended} of the {catalog.LineOf(recommended)} for {platform.DisplayName} unless you need this one.";
    }

    static PogolineException Nothing(ReleaseRequest request, Platform platform, ReleaseCatalog catalog, bool elsewhere)
    {
        var newest = catalog.Lines.Select(line => catalog.NewestOf(line, platform)?.Version).OfType<DeviceOsVersion>().ToList();
        var what = newest.Count == 0 ? $"No release for {platform.DisplayName} is known to this build."
            : $"The newest release of each line for {platform.DisplayName}: {string.Join(", ", newest)}.";
        var remedy = newest.Count == 0 ? "Choose another platform." : "Ask for one of those; 'pogoline releases list' shows all.";
        return elsewhere
            ? new(ReleaseFaults.NotForPlatform, $"Device OS {request} does not exist for {platform.DisplayName}. {what}", remedy)
            : new(ReleaseFaults.Unknown, $"No Device OS release answers '{request}'. {what}", remedy);
    }

    static PogolineException NotAtHand(ReleaseRequest request, Platform platform, DeviceOsVersion newest) => new(
        ReleaseFaults.Unavailable,
        $"'{request}' means {newest} for {platform.DisplayName}, but its files are not at hand, nor those of another release that would do.",
        "Name a folder or archive that has them with --source, or fetch them with 'pogoline releases fetch'.");
}
