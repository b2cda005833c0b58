namespace Pogoline.Lab.Board;

/// <summary>What may differ between boards from the same line.</summary>
public sealed record FactoryOptions
{
    /// <summary>Tells boards of a platform apart; decides the device ID.</summary>
    public int Number { get; init; } = 1;

    /// <summary>The version of the network co-processor's firmware; null for what the line programs.</summary>
    public ushort? NcpVersion { get; init; }
}
