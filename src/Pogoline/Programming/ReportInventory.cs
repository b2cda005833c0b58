using Pogoline.Modules;
using Pogoline.Planning;
using Pogoline.Platforms;

namespace Pogoline.Programming;

/// <summary>What a running system says of its modules, as an inventory: versions and integrity, but no content.</summary>
static class ReportInventory
{
    public static Inventory Of(Platform platform, SystemReport report)
    {
        var system = report.Modules.FirstOrDefault(m => m.Module.Function == ModuleFunction.SystemPart) is { } part ? DeviceOsVersions.FromSystem(part.Version)?.Numbers.Os : null;
        return new()
        {
            Platform = platform,
            Modules = [.. report.Modules.DistinctBy(m => m.Module).Select(m => Describe(platform, system, m))],
            IsKnown = true,
            IsReported = true,
            SystemRuns = true,
        };
    }

    static InstalledModule Describe(Platform platform, DeviceOsVersion? system, ReportedModule module)
    {
        // A report does not say where a module lies; the system has one place for each.
        var start = platform.Find(module.Module) is { } component
            ? component.Positions.Where(p => component.IdAt(p) == module.Module && (system is null || p.Os.Contains(system))).Select(p => p.Start).FirstOrDefault()
            : default;
        return new()
        {
            Id = module.Module,
            Version = module.Version,
            Range = new(start, start),
            First = module.Dependencies is [var first, ..] ? first : default,
            Second = module.Dependencies is [_, var second, ..] ? second : default,
            Intact = module.IntegrityOk,
        };
    }
}
