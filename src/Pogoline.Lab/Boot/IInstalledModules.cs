namespace Pogoline.Lab.Boot;

/// <summary>The modules of a board as its running system finds them.</summary>
public interface IInstalledModules
{
    /// <summary>The module version of the running system.</summary>
    ushort SystemVersion { get; }

    /// <summary>The headers of the system parts in place.</summary>
    IEnumerable<ModuleHeader> SystemParts { get; }

    /// <summary>The version of a module, when this system knows it and finds it in its place; its CRC is not looked at.</summary>
    bool TryFindVersion(ModuleId module, out ushort version);
}
