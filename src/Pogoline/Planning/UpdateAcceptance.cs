using Pogoline.Modules;
using Pogoline.Platforms;

namespace Pogoline.Planning;

/// <summary>Why a running system refuses a module; the numbers are those of Device OS 2.0.0 and later.</summary>
public enum UpdateRefusal
{
    /// <summary>It does not refuse.</summary>
    None = 0,

    /// <summary>The system has no place for such a module, or it ends outside of it.</summary>
    NotFound = -1300,

    /// <summary>What the module needs is not installed, or an installed system part would lose what it needs.</summary>
    Dependencies = -1340,

    /// <summary>It is larger than the OTA region.</summary>
    TooLarge = -1351,

    /// <summary>The installed bootloader cannot read the place where the running system would store it (B523/B524).</summary>
    OutOfReach = -1,
}

/// <summary>
/// Which module a running system takes over serial, control requests or the air, and so which orders lead from one release to another.
/// What DFU writes is judged by none of this.
/// </summary>
/// <remarks>The checks are weaker than what a system needs to run: a bootloader as second dependency is not looked at.</remarks>
public static class UpdateAcceptance
{
    /// <summary>What the running system answers to a module.</summary>
    /// <param name="platform">The board's platform.</param>
    /// <param name="installed">What is installed, the running system among it.</param>
    /// <param name="module">What is sent.</param>
    public static UpdateRefusal Check(Platform platform, IReadOnlyCollection<InstalledModule> installed, InstalledModule module)
    {
        var system = RunningSystem(installed);
        if (system is null || BoundsOf(platform, system, module.Id) is not { } bounds || module.Range.End < bounds.Start || module.Range.End > bounds.End)
        {
            return UpdateRefusal.NotFound;
        }
        if (module.Range.Length + sizeof(uint) > OtaRegionSize(platform)) return UpdateRefusal.TooLarge;
        if (!DependenciesMet(installed, module) || !OthersStaySatisfied(installed, module)) return UpdateRefusal.Dependencies;
        return module.Id.Function != ModuleFunction.Bootloader && OutOfReach(platform, installed, system) ? UpdateRefusal.OutOfReach : UpdateRefusal.None;
    }

    /// <summary>Every order in which a running system takes all modules; empty when there is none.</summary>
    /// <param name="platform">The board's platform.</param>
    /// <param name="installed">What is installed at first.</param>
    /// <param name="modules">What is to be sent; at most 6, for every order is tried.</param>
    /// <param name="throughout">Whether all dependencies of all installed modules must be met after every step.</param>
    public static IReadOnlyList<IReadOnlyList<InstalledModule>> Orders(
        Platform platform, IReadOnlyCollection<InstalledModule> installed, IReadOnlyCollection<InstalledModule> modules, bool throughout)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(modules.Count, 6);
        if (modules.Count == 0) return [[]];
        var orders = new List<IReadOnlyList<InstalledModule>>();
        foreach (var module in modules)
        {
            if (Check(platform, installed, module) != UpdateRefusal.None) continue;
            var after = Replace(installed, module);
            if (throughout && DependencyClosure.Unmet(after).Any()) continue;
            var others = modules.Where(m => m != module).ToList();
            orders.AddRange(Orders(platform, after, others, throughout).Select(rest => (IReadOnlyList<InstalledModule>)[module, .. rest]));
        }
        return orders;
    }

    internal static List<InstalledModule> Replace(IReadOnlyCollection<InstalledModule> installed, InstalledModule module) =>
        [.. installed.Where(m => m.Id != module.Id), module];

    internal static DeviceOsVersion? RunningSystem(IEnumerable<InstalledModule> installed) =>
        installed.FirstOrDefault(m => m.Id.Function == ModuleFunction.SystemPart) is { } part ? DeviceOsVersions.FromSystem(part.Version)?.Numbers.Os : null;

    static AddressRange? BoundsOf(Platform platform, DeviceOsVersion system, ModuleId id) =>
        platform.Find(id) is { } component
            ? component.PositionsFor(system).Where(p => component.IdAt(p) == id).Select(p => (AddressRange?)p.Range).FirstOrDefault()
            : null;

    static bool DependenciesMet(IReadOnlyCollection<InstalledModule> installed, InstalledModule module)
    {
        if (module.Id.Function == ModuleFunction.UserPart || module.First.IsEmpty) return true;
        var second = module.Second.IsEmpty || module.Second.Module.Function == ModuleFunction.Bootloader;
        return DependencyClosure.IsMet(installed, module.First) && (second || DependencyClosure.IsMet(installed, module.Second));
    }

    static bool OthersStaySatisfied(IReadOnlyCollection<InstalledModule> installed, InstalledModule module) =>
        module.Id.Function != ModuleFunction.SystemPart || installed
            .Where(other => other.Id.Function == ModuleFunction.SystemPart && other.Id != module.Id)
            .SelectMany(other => other.Dependencies)
            .Where(need => need.Module == module.Id)
            .All(need => module.Version >= need.Version);

    static uint OtaRegionSize(Platform platform) =>
        platform.Areas.Where(a => a.Name == AreaNames.Ota).Select(a => a.Length).DefaultIfEmpty().Max();

    static bool OutOfReach(Platform platform, IReadOnlyCollection<InstalledModule> installed, DeviceOsVersion system) =>
        platform.FindArea(AreaNames.Ota, system) is { } ota && ota.Range.End.Value > platform.Traits.ExternalFlashReachOfOldBootloaders
        && installed.Any(m => m.Id.Function == ModuleFunction.Bootloader && m.Version < platform.Traits.WholeExternalFlashFromBootloader);
}
