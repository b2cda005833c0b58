namespace Pogoline.Planning;

/// <summary>A need of an installed module that nothing installed meets.</summary>
/// <param name="Module">Which module needs it.</param>
/// <param name="Need">What it needs.</param>
public sealed record UnmetDependency(InstalledModule Module, ModuleDependency Need)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Module.Id} {Module.Version} needs {Need}";
}

/// <summary>Whether everything that installed modules need is installed: both dependencies of each, by version.</summary>
public static class DependencyClosure
{
    /// <summary>Whether an installed module meets a need.</summary>
    public static bool IsMet(IEnumerable<InstalledModule> installed, ModuleDependency need) =>
        need.IsEmpty || installed.Any(m => m.Id == need.Module && m.Version >= need.Version);

    /// <summary>The needs that are not met.</summary>
    public static IEnumerable<UnmetDependency> Unmet(IReadOnlyCollection<InstalledModule> installed) =>
        from module in installed
        from need in module.Dependencies
        where !IsMet(installed, need)
        select new UnmetDependency(module, need);
}
