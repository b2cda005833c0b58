namespace Pogoline.Lab.Boot;

/// <summary>What a system checks about a module; the numbers are those it reports.</summary>
[Flags]
public enum ModuleChecks : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The CRC is right.</summary>
    Integrity = 0x02,

    /// <summary>What the module depends on is there.</summary>
    Dependencies = 0x04,

    /// <summary>The module lies inside its bounds.</summary>
    Range = 0x08,

    /// <summary>It was built for this platform.</summary>
    Platform = 0x10,

    /// <summary>What depends on the module stays satisfied.</summary>
    DependenciesFull = 0x40,

    /// <summary>The checks at start and for the list of modules.</summary>
    Boot = Integrity | Dependencies | Range | Platform,
}
