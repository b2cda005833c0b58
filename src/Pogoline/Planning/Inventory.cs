using Pogoline.Modules;
using Pogoline.Platforms;

namespace Pogoline.Planning;

/// <summary>What is known of a board before anything is changed.</summary>
public sealed record Inventory
{
    /// <summary>Its platform.</summary>
    public required Platform Platform { get; init; }

    /// <summary>The modules found, at most one of a function and index.</summary>
    public IReadOnlyList<InstalledModule> Modules { get; init; } = [];

    /// <summary>Whether the board was looked at; if not, nothing can be skipped and nothing relied on.</summary>
    public bool IsKnown { get; init; }

    /// <summary>Whether only the running system's word is known: versions and integrity, but no content.</summary>
    public bool IsReported { get; init; }

    /// <summary>Whether setup is marked done on the board; null when that was not looked at, or the board has no such mark.</summary>
    public bool? IsSetUp { get; init; }

    /// <summary>
    /// Whether the bootloader reaches the device configuration as the board is now; null when that was not tried. On Photon and P1 it does
    /// so with code of the system parts only.
    /// </summary>
    public bool? ConfigurationWorks { get; init; }

    /// <summary>Whether a system answered before the board went to DFU mode.</summary>
    public bool SystemRuns { get; init; }

    /// <summary>The release of the system parts; null when there are none, or they are no release's.</summary>
    public DeviceOsVersion? System =>
        Modules.FirstOrDefault(m => m.Id.Function == ModuleFunction.SystemPart) is { } part ? DeviceOsVersions.FromSystem(part.Version)?.Numbers.Os : null;

    /// <summary>The module of that function and index; null when there is none.</summary>
    public InstalledModule? Find(ModuleId id) => Modules.FirstOrDefault(m => m.Id == id);

    /// <summary>A board of which nothing is known but its platform.</summary>
    public static Inventory Unknown(Platform platform) => new() { Platform = platform };

    /// <summary>A running board that holds exactly these module files.</summary>
    public static Inventory Holding(Platform platform, IEnumerable<FirmwareModule> modules)
    {
        List<InstalledModule> held = [.. modules.Select(m => Describe(m) with { ContentSha256 = Sha256Digest.Compute(m.DeviceBytes.Span).ToString() })];
        var inventory = new Inventory { Platform = platform, Modules = held, IsKnown = true, SystemRuns = true };
        // A system that carries a bootloader has installed it, if nothing newer was there; one that runs has the NCP that it needs.
        var embedded = inventory.System is { } os ? platform.Traits.EmbeddedBootloaders.FirstOrDefault(b => b.Os.Contains(os)) : null;
        if (embedded is not null && !held.Exists(m => m.Id.Function == ModuleFunction.Bootloader)) held.Add(new() { Id = new(ModuleFunction.Bootloader, 0), Version = embedded.Version });
        held.AddRange([.. DependencyClosure.Unmet(held).Select(u => u.Need).Where(need => need.Module.Function == ModuleFunction.Ncp).DistinctBy(need => need.Module)
            .Select(need => new InstalledModule { Id = need.Module, Version = need.Version, Intact = true })]);
        return inventory;
    }

    /// <summary>A module file as it will lie on a board; its content is not hashed.</summary>
    public static InstalledModule Describe(FirmwareModule module) => new()
    {
        Id = module.Id,
        Version = module.Version,
        Range = new(module.Header.Start, module.Header.End),
        First = module.Header.Dependency1,
        Second = module.Header.Dependency2,
        Intact = module.CrcOk,
    };
}
