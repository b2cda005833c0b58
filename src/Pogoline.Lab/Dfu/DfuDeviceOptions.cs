using Pogoline.Platforms;

namespace Pogoline.Lab.Dfu;

/// <summary>What a bootloader in DFU mode knows of its board.</summary>
public sealed record DfuDeviceOptions
{
    /// <summary>The board.</summary>
    public required Platform Platform { get; init; }

    /// <summary>24 lower-case hex digits: the serial number string.</summary>
    public required string DeviceId { get; init; }

    /// <summary>The Device OS release that the bootloader came with: it decides strings and a few behaviours.</summary>
    public required DeviceOsVersion BootloaderRelease { get; init; }

    /// <summary>
    /// Bytes of the external flash that the bootloader knows of; null for the whole chip. A B523/B524 bootloader below
    /// <see cref="PlatformTraits.WholeExternalFlashFromBootloader"/> knows of the first
    /// <see cref="PlatformTraits.ExternalFlashReachOfOldBootloaders"/>.
    /// </summary>
    public uint? ExternalFlashReach { get; init; }

    /// <summary>
    /// Whether the code that serves the DCT is there. Photon and P1 borrow it from the system parts; without it reads give zeros and
    /// writes fail.
    /// </summary>
    public Func<bool> DctUsable { get; init; } = () => true;
}
