namespace Pogoline.Lab.Probes;

/// <summary>How a probe differs from a plain one.</summary>
public sealed record ProbeOptions
{
    /// <summary>The serial number; null for one made from the board's device ID. It may be empty, as on clones.</summary>
    public string? Serial { get; init; }

    /// <summary>ST-LINK: the number behind the J of the firmware's version, which decides what it can do.</summary>
    public int StLinkVersion { get; init; } = 37;
}

/// <summary>What went over the data endpoints of a probe.</summary>
/// <param name="PacketsToProbe">Packets from the host.</param>
/// <param name="PacketsToHost">Packets to the host.</param>
/// <param name="BytesToProbe">Bytes from the host.</param>
/// <param name="BytesToHost">Bytes to the host.</param>
public readonly record struct ProbeTraffic(long PacketsToProbe, long PacketsToHost, long BytesToProbe, long BytesToHost);
