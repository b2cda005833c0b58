using Pogoline.Links.Swd.Targets;
using Pogoline.Platforms;

namespace Pogoline.Programming.Swd;

/// <summary>What a job by SWD may do beyond erasing the sectors that it writes, and how it connects.</summary>
public sealed record SwdJobOptions
{
    /// <summary>How to connect.</summary>
    public SwdConnectOptions Connect { get; init; } = new();

    /// <summary>The board; null to tell it by the modules on it.</summary>
    public Platform? Platform { get; init; }

    /// <summary>Whether all of the flash may be erased at once, where that is faster.</summary>
    public bool AllowMassErase { get; init; }

    /// <summary>Whether a locked chip may be opened, which erases it.</summary>
    public bool AllowUnlock { get; init; }

    /// <summary>Whether option bytes may be changed: write protection is taken off for the job and put back.</summary>
    public bool AllowOptionBytes { get; init; }

    /// <summary>Whether UICR may be changed.</summary>
    public bool AllowUicr { get; init; }

    /// <summary>Whether a loader in the target's RAM may be used.</summary>
    public bool UseLoader { get; init; } = true;

    /// <summary>Segments of a base image with MBR and UICR; empty for none.</summary>
    public IReadOnlyList<(FlashAddress At, ReadOnlyMemory<byte> Data)> Base { get; init; } = [];
}
