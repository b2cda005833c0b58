using Pogoline.Modules;

namespace Pogoline.Planning;

/// <summary>What a board is to hold afterwards.</summary>
public sealed record Goal
{
    /// <summary>The release.</summary>
    public required DeviceOsVersion Release { get; init; }

    /// <summary>The release's modules for the platform: bootloader, SoftDevice, system parts; also NCP firmware, where it is to be brought up.</summary>
    public required IReadOnlyList<FirmwareModule> Modules { get; init; }

    /// <summary>The user firmware; null to keep what is there.</summary>
    public FirmwareModule? App { get; init; }

    /// <summary>
    /// Whether only these files are meant, by hand: they are written whatever is there, and what lacks something afterwards is said, not refused.
    /// </summary>
    public bool IsByHand { get; init; }

    /// <summary>Whether a board that is in DFU mode stays there, for the next files.</summary>
    public bool StaysInDfu { get; init; }

    /// <summary>Whether the user firmware on the board must stay: then one that is missing or broken is an error.</summary>
    public bool MustKeepApp { get; init; }

    /// <summary>Releases to pass through on the way, in order; see <see cref="SteppingStones"/>.</summary>
    public IReadOnlyList<PassedRelease> Through { get; init; } = [];

    /// <summary>The fields of factory data that are written; their values belong to the job.</summary>
    public IReadOnlyList<string> FactoryFields { get; init; } = [];

    /// <summary>Whether an older release than the board has is meant: its exact version was named, or the user allowed it.</summary>
    public bool MayDowngrade { get; init; }
}

/// <summary>A release on the way, with its modules.</summary>
/// <param name="Passage">Which, and why.</param>
/// <param name="Modules">All its modules; a plan takes of them what it needs to run.</param>
public sealed record PassedRelease(Passage Passage, IReadOnlyList<FirmwareModule> Modules);
