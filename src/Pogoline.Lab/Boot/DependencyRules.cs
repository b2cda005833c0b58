namespace Pogoline.Lab.Boot;

/// <summary>What a system makes of the two dependencies of a module.</summary>
static class DependencyRules
{
    /// <summary>
    /// At start and in the list of modules both dependencies count; the second one is not looked at when the first is empty.
    /// </summary>
    public static bool AreMet(ModuleHeader module, IInstalledModules installed) =>
        module.Dependency.IsEmpty
        || IsMet(module.Dependency, installed) && (module.Dependency2.IsEmpty || IsMet(module.Dependency2, installed));

    /// <summary>For an update a user part's dependencies do not count, nor a bootloader as the second dependency of anything.</summary>
    public static bool AreMetForUpdate(ModuleHeader module, IInstalledModules installed) =>
        module.Module.Function == ModuleFunction.UserPart
        || AreMet(module.Dependency2.Module.Function == ModuleFunction.Bootloader ? module with { Dependency2 = default } : module, installed);

    /// <summary>Whether every other system part in place that depends on a new system part is satisfied by it.</summary>
    public static bool LeavesOthersMet(ModuleHeader module, IInstalledModules installed) =>
        module.Module.Function != ModuleFunction.SystemPart
        || installed.SystemParts.Where(other => other.Module != module.Module).SelectMany(other => other.Dependencies)
            .All(dependency => dependency.Module != module.Module || module.Version >= dependency.Version);

    // Systems before 2.1.0 read through address 0 when they do not know the module, with any result; refusing is the safe reading.
    static bool IsMet(ModuleDependency dependency, IInstalledModules installed) =>
        installed.TryFindVersion(dependency.Module, out var version) && version >= dependency.Version;
}
