namespace Pogoline.Modules;

/// <summary>Which bytes the SHA-256 of a module covers.</summary>
public enum HashRule
{
    /// <summary>The stored hash matches no rule, or there is none.</summary>
    None,

    /// <summary>Everything before the hash: vector table, header, body, product fields. The normal rule.</summary>
    WholeFile,

    /// <summary>Only the body between header and suffix: SoftDevice images, some NCP images.</summary>
    Payload,
}
