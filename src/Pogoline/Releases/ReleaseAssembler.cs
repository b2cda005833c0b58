using System.Security.Cryptography;
using Pogoline.Modules;
using Pogoline.Platforms;

namespace Pogoline.Releases;

/// <summary>Turns the files of a source into a release: every file is what it claims to be, and no needed one is missing.</summary>
/// <param name="catalog">What releases consist of.</param>
public sealed class ReleaseAssembler(ReleaseCatalog catalog)
{
    /// <summary>Checks all files and puts them together.</summary>
    /// <exception cref="PogolineException">
    /// A file is not what it claims (<see cref="ReleaseFaults.FileMismatch"/>), or one is missing (<see cref="ReleaseFaults.Incomplete"/>).
    /// </exception>
    public Release Assemble(ReleaseFiles files)
    {
        var notes = new List<string>(files.Notes);
        var modules = files.Files.Select(file => Check(file, files.Version, files.Platform, files.Source)).ToList();
        var parts = new List<ReleaseFile>();
        foreach (var component in files.Platform.Components)
        {
            // A Tracker archive may have both Tinker and tracker-edge; Tinker is the one that every platform has.
            var part = modules.Where(file => file.Component.Name == component.Name)
                .OrderBy(file => file.Name.StartsWith("tracker-edge", StringComparison.OrdinalIgnoreCase)).FirstOrDefault();
            if (part is not null) parts.Add(part);
            else NoteMissing(component, files, notes);
        }
        notes.AddRange(parts.Where(part => part.Note is not null).Select(part => $"{part.Name}: {part.Note}"));
        return new(files.Version, files.Platform, parts, notes);
    }

    /// <summary>Checks one file against its name, the platform and the release.</summary>
    /// <exception cref="PogolineException">It is not what it claims (<see cref="ReleaseFaults.FileMismatch"/>).</exception>
    public ReleaseFile Check(RawReleaseFile file, DeviceOsVersion version, Platform platform, string source)
    {
        var component = ComponentOf(file.Name, version, platform);
        var read = ModuleReader.Read(file.Content);
        // A released file has the hash that it was built with; elsewhere a wrong one is only a warning, because no device looks at it.
        if ((read.FirstError ?? read.AllProblems.FirstOrDefault(problem => problem.Code == ModuleFaults.Hash)) is { } broken)
            throw Mismatch(file, version, platform, broken.Message);
        if (read.Modules is not [var module]) throw Mismatch(file, version, platform, $"it holds {read.Modules.Count} modules, not one");
        var note = CheckPlatform(file, module, component, version, platform);
        if (module.Header.Id.Function != component.Function || component.Positions.All(p => component.IdAt(p) != module.Header.Id))
            throw Mismatch(file, version, platform, $"it is a {module.Header.Id}");
        if (ExpectedVersion(component, version) is { } expected && module.Header.Version != expected)
            throw Mismatch(file, version, platform, $"its module version is {module.Header.Version}, that of {version} is {expected}");
        return new(file.Name.FileName, component, module, file.Source ?? source, Convert.ToHexStringLower(SHA256.HashData(file.Content.Span)), note);
    }

    static Component ComponentOf(ReleaseFileName name, DeviceOsVersion version, Platform platform)
    {
        var wanted = name.Kind is "tinker" or "tracker-edge" ? "user-part" : name.Kind;
        return platform.Components.FirstOrDefault(c => c.PositionsFor(version).Any(p => (p.File ?? c.Name) == wanted)) ?? throw new PogolineException(
            ReleaseFaults.FileMismatch, $"{name} claims to be the {wanted} of {platform.DisplayName} {version}, which has none.",
            "Remove the file, or correct its name.");
    }

    static ushort? ExpectedVersion(Component component, DeviceOsVersion version) => component.Function switch
    {
        ModuleFunction.SystemPart => DeviceOsVersions.Find(version)?.System,
        ModuleFunction.Bootloader => DeviceOsVersions.Find(version)?.Bootloader,
        _ => null,
    };

    string? CheckPlatform(RawReleaseFile file, FirmwareModule module, Component component, DeviceOsVersion version, Platform platform)
    {
        if (module.Header.PlatformId == platform.Id) return null;
        if (!file.Name.NamesPlatform && module.Payload.Length > 0)
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(module.Payload.Span));
            var known = catalog.ForeignImages.FirstOrDefault(image => image.Component == component.Name && image.Platform == platform.Name
                && image.HeaderPlatform == module.Header.PlatformId && image.PayloadSha256 == hash);
            if (known is not null) return known.Note;
        }
        var actual = PlatformCatalog.Find(module.Header.PlatformId)?.DisplayName ?? "an unknown platform";
        throw Mismatch(file, version, platform, $"it is for {actual} (platform id {module.Header.PlatformId})");
    }

    void NoteMissing(Component component, ReleaseFiles files, List<string> notes)
    {
        var rule = catalog.RuleFor(component, files.Version, files.Platform);
        switch (catalog.PresenceOf(component, files.Version, files.Platform))
        {
            case ComponentPresence.Required: throw new PogolineException(
                ReleaseFaults.Incomplete,
                $"{files.Source} has Device OS {files.Version} for {files.Platform.DisplayName} without its {FileKind(component, files.Version)}.",
                "Add the missing file, or name a source that has the whole release.");
            case ComponentPresence.Optional when rule is not null: notes.Add($"No {component.Name}: {rule.Reason}."); break;
        }
    }

    static string FileKind(Component component, DeviceOsVersion version) =>
        component.PositionsFor(version).FirstOrDefault()?.File ?? component.Name;

    static PogolineException Mismatch(RawReleaseFile file, DeviceOsVersion version, Platform platform, string why) => new(
        ReleaseFaults.FileMismatch, $"{file.Name} is not the {file.Name.Kind} of Device OS {version} for {platform.DisplayName}: {why.TrimEnd('.')}.",
        "Get the file again from where it was published; do not rename firmware files.");
}
