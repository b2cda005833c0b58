namespace Pogoline.Lab.Boot;

/// <summary>A module in the list that a running system gives.</summary>
/// <param name="Row">The row of the bounds table.</param>
/// <param name="Header">The header; for the radio stack and the NCP only the version means something.</param>
/// <param name="Passed">The checks that passed, out of <see cref="ModuleChecks.Boot"/>.</param>
public sealed record InventoryEntry(ModuleBounds Row, ModuleHeader Header, ModuleChecks Passed)
{
    /// <summary>Whether the CRC was found right.</summary>
    public bool IntegrityOk => (Passed & ModuleChecks.Integrity) != 0;

    /// <summary>Whether what the module depends on is there.</summary>
    public bool DependenciesOk => (Passed & ModuleChecks.Dependencies) != 0;
}

/// <summary>The list of modules that a running system gives to a host and to the cloud.</summary>
public static class Inventory
{
    /// <summary>
    /// One entry per row of the bounds table, in its order. What no row admits is listed all the same with no check passed, when its
    /// function is known; erased flash is left out. From 3.1.0 on only one user part is listed, and only with a right CRC.
    /// </summary>
    /// <param name="modules">The modules of the running system.</param>
    /// <param name="withFactory">Whether the factory image is asked for as well; it is listed when its CRC is right.</param>
    public static IReadOnlyList<InventoryEntry> Take(FlashModules modules, bool withFactory = false)
    {
        var list = new List<InventoryEntry>();
        var oneUserPart = modules.Map.Bounds.Count(row => IsUserPart(row)) > 1;
        var userPartSeen = false;
        foreach (var row in modules.Map.Bounds)
        {
            if (row.IsFactory && !withFactory || IsUserPart(row) && oneUserPart && userPartSeen) continue;
            if (Read(modules, row) is not { } entry) continue;
            if ((row.IsFactory || IsUserPart(row) && oneUserPart) && !entry.IntegrityOk) continue;
            userPartSeen |= IsUserPart(row);
            list.Add(entry);
        }
        return list;
    }

    static bool IsUserPart(ModuleBounds row) => row.Module.Function == ModuleFunction.UserPart && !row.IsFactory;

    static InventoryEntry? Read(FlashModules modules, ModuleBounds row)
    {
        switch (row.Place)
        {
            case ModulePlace.RadioStack:
                return new(row, new() { Module = row.Module, Version = modules.RadioStackVersion }, ModuleChecks.Boot);
            case ModulePlace.Ncp:
                modules.TryFindVersion(row.Module, out var version);
                return new(row, new() { Module = row.Module, Version = version }, ModuleChecks.Boot);
            default:
                return modules.TryRead(row, out var module) && Enum.IsDefined(module.Header.Module.Function)
                    && module.Header.Module.Function != ModuleFunction.None
                        ? new(row, module.Header, modules.Check(row, module)) : null;
        }
    }
}
