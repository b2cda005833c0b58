namespace Pogoline.Planning;

/// <summary>A module as it lies on a board, or as it will.</summary>
public sealed record InstalledModule
{
    /// <summary>Function and index.</summary>
    public required ModuleId Id { get; init; }

    /// <summary>The module version.</summary>
    public required ushort Version { get; init; }

    /// <summary>Start to header end: the CRC lies at the end. Empty for a module that the board knows by version only (NCP).</summary>
    public AddressRange Range { get; init; }

    /// <summary>The first dependency; may be empty.</summary>
    public ModuleDependency First { get; init; }

    /// <summary>The second dependency; may be empty.</summary>
    public ModuleDependency Second { get; init; }

    /// <summary>Whether its CRC was found right; null when it was not looked at.</summary>
    public bool? Intact { get; init; }

    /// <summary>SHA-256 of the bytes on the board in lower-case hex; null when they were not read.</summary>
    public string? ContentSha256 { get; init; }

    /// <summary>The dependencies that are none empty.</summary>
    public IEnumerable<ModuleDependency> Dependencies => new[] { First, Second }.Where(d => !d.IsEmpty);
}
