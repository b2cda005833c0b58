using Pogoline.Modules;
using Pogoline.Platforms;

namespace Pogoline.Planning;

/// <summary>A module file and the place on the platform where it belongs.</summary>
/// <param name="Component">The component.</param>
/// <param name="Position">The position of the component that the module's start address names.</param>
/// <param name="Module">The file.</param>
sealed record Placement(Component Component, ComponentPosition Position, FirmwareModule Module)
{
    /// <summary>SHA-256 of the file.</summary>
    public string FileSha256 { get; } = Sha256Digest.Compute(Module.Image.Span).ToString();

    /// <summary>SHA-256 of the bytes that the board holds.</summary>
    public string ContentSha256 => field ??= Module.DeviceBytes.Length == Module.Image.Length
        ? FileSha256 : Sha256Digest.Compute(Module.DeviceBytes.Span).ToString();

    /// <summary>The kind in the name of the file, by which a release orders its system parts.</summary>
    public string FileKind => Position.File ?? Component.Name;

    /// <summary>What the bytes cover on the board.</summary>
    public AddressRange DeviceRange => Module.Range;

    /// <summary>Finds the places of all modules of a goal, and refuses those that have none, before anything is written.</summary>
    /// <exception cref="PogolineException"><see cref="PlanFaults"/>.</exception>
    public static IReadOnlyList<Placement> Of(Platform platform, Goal goal)
    {
        var placed = goal.Modules.Append(goal.App).OfType<FirmwareModule>().Select(m => Of(platform, goal.Release, m)).ToList();
        foreach (var twice in placed.GroupBy(p => p.Component).Where(g => g.Count() > 1))
        {
            throw new PogolineException(PlanFaults.Range, $"{twice.Count()} files are given for the {twice.Key.Name} of {platform.Name}.", "Give one file for each module.");
        }
        return placed;
    }

    static Placement Of(Platform platform, DeviceOsVersion release, FirmwareModule module)
    {
        var what = $"{module.Id} (version {module.Version})";
        if (module.PlatformId != platform.Id)
        {
            var other = PlatformCatalog.Find(module.PlatformId)?.Name ?? $"platform {module.PlatformId}";
            throw new PogolineException(PlanFaults.Platform, $"The {what} is for {other}, the board is {platform.Name}.", "Take the file for this platform.");
        }
        if (!module.CrcOk)
        {
            throw new PogolineException(PlanFaults.Damaged, $"The {what} has a wrong CRC.", "Get the file again from its source.");
        }
        if ((module.Header.Flags & (ModuleFlags.Compressed | ModuleFlags.Combined | ModuleFlags.Encrypted)) != 0)
        {
            throw new PogolineException(PlanFaults.Packed, $"The {what} is flagged {module.Header.Flags}.", "Take the plain module file of the release.");
        }
        if (platform.Find(module.Id) is not { } component)
        {
            throw new PogolineException(PlanFaults.Range, $"{platform.DisplayName} has no {module.Id}.", "Leave the file out.");
        }
        if (component.Versions.Count > 0 && !component.Versions.Contains(module.Version))
        {
            throw new PogolineException(PlanFaults.Ncp, $"The {what} is none that exists for {platform.DisplayName}: only {string.Join(", ", component.Versions)}.", component.Note ?? "Leave the file out.");
        }
        var positions = component.PositionsFor(release).Where(p => component.IdAt(p) == module.Id).ToList();
        if (positions.Find(p => p.Range.Contains(module.Range)) is not { } position)
        {
            var room = positions.Count == 0 ? $"Device OS {release} has none at index {module.Id.Index}" : $"Device OS {release} has it at {positions[0].Range}";
            throw new PogolineException(PlanFaults.Range, $"The {what} lies at {module.Range}; {room}.",
                component.Function == ModuleFunction.UserPart ? $"Build the user firmware for Device OS {release}." : "Take the file of this release.");
        }
        return new(component, position, module);
    }
}
