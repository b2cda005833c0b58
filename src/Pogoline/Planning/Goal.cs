using Pogoline.Modules;

namespace Pogoline.Planning;

/// <summary>What a board is to hold afterwards.</summary>
public sealed record Goal
{
    /// <summary>The release.</summary>
    public required DeviceOsVersion Release { get; init; }

    /// <summary>The release's modules for the platform: bootloader, SoftDevice, system parts.</summary>
    public required IReadOnlyList<FirmwareModule> Modules { get; init; }

    /// <summary>The user firmware; null to keep what is there.</summary>
    public FirmwareModule? App { get; init; }

    /// <summary>Whether an older release than the board has is meant: its exact version was named, or the user allowed it.</summary>
    public bool MayDowngrade { get; init; }
}
