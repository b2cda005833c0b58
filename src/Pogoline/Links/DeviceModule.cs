namespace Pogoline.Links;

/// <summary>Where a running system finds a module.</summary>
public enum ModuleStore
{
    /// <summary>In its place, from which it runs.</summary>
    Main,

    /// <summary>As the factory image.</summary>
    Factory,

    /// <summary>As a backup.</summary>
    Backup,

    /// <summary>In the OTA region.</summary>
    Scratchpad,
}

/// <summary>A module as a running system reports it, by control request or on its console.</summary>
public sealed record DeviceModule
{
    /// <summary>Function and index.</summary>
    public required ModuleId Id { get; init; }

    /// <summary>The module version.</summary>
    public required ushort Version { get; init; }

    /// <summary>Where it lies.</summary>
    public ModuleStore Store { get; init; }

    /// <summary>The bytes of room that the system gives it, or of the module itself where it reports only that; 0 when it says neither.</summary>
    public uint Size { get; init; }

    /// <summary>The checks that the system made and that failed.</summary>
    public ModuleChecks Failed { get; init; }

    /// <summary>What it depends on.</summary>
    public IReadOnlyList<ModuleDependency> Dependencies { get; init; } = [];

    /// <summary>SHA-256 of user firmware in lower-case hex; null when the system does not say.</summary>
    public string? Sha256 { get; init; }
}

/// <summary>The checks of a running system on its modules; the values are those of its reports.</summary>
[Flags]
public enum ModuleChecks
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The CRC.</summary>
    Integrity = 2,

    /// <summary>What the module depends on is there.</summary>
    Dependencies = 4,

    /// <summary>It lies where such a module belongs.</summary>
    Range = 8,

    /// <summary>It is for this kind of board.</summary>
    Platform = 16,
}
