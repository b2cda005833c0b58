namespace Pogoline.Platforms;

/// <summary>What programming has to watch on a platform.</summary>
public sealed record PlatformTraits
{
    /// <summary>Photon and P1: the bootloader borrows the DCT code of the system parts, so the OTA flag must be written before they change.</summary>
    public bool DctCodeInSystemParts { get; init; }

    /// <summary>Electron: a system part carries a bootloader and installs it when the one on the board is older.</summary>
    public bool EmbedsBootloader { get; init; }

    /// <summary>Which bootloader the system parts of a release carry; empty where they carry none or it is not known.</summary>
    public IReadOnlyList<CarriedBootloader> EmbeddedBootloaders { get; init => field = value ?? []; } = [];

    /// <summary>The Device OS versions that answer USB control requests; null when none does.</summary>
    public DeviceOsRange? ControlRequests { get; init; }

    /// <summary>Bootloaders below this module version do not reach all of the external flash (B Series SoM B523/B524); 0 for none.</summary>
    public ushort WholeExternalFlashFromBootloader { get; init; }

    /// <summary>How far those bootloaders reach, in bytes.</summary>
    public uint ExternalFlashReachOfOldBootloaders { get; init => field = value == 0 ? uint.MaxValue : value; } = uint.MaxValue;

    /// <summary>The DCT offset of the setup-done byte, and the versions that look at it; null when the platform has none.</summary>
    public SetupDoneByte? SetupDone { get; init; }

    /// <summary>The DCT offset of the OTA flag; null when the platform has none.</summary>
    public OtaFlag? OtaFlag { get; init; }

    /// <summary>How often the system starts after DFU mode was left: 2 on Gen 2, whose first start clears the watchdog and resets; else 1.</summary>
    public int StartsAfterDfu { get; init => field = Math.Max(1, value); } = 1;

    /// <summary>When the master boot record puts a new bootloader in place; null where the running system always does.</summary>
    public BootloaderByMbr? BootloaderByMbr { get; init; }
}

/// <summary>
/// The installed bootloader saves what lies at a scratch place, puts the new one there, and has the master boot record copy it; the new one restores
/// the scratch place.
/// </summary>
/// <param name="FromBootloader">The lowest module version of an installed bootloader that does so.</param>
/// <param name="Os">The Device OS versions that hand the file over to it; older ones write the new bootloader themselves.</param>
/// <param name="Scratch">The first address of the scratch place in the internal flash.</param>
public sealed record BootloaderByMbr(ushort FromBootloader, DeviceOsRange Os, FlashAddress Scratch);

/// <summary>The byte that keeps a Gen 3 board out of listening mode.</summary>
/// <param name="Offset">The DCT offset.</param>
/// <param name="Os">The Device OS versions that look at it.</param>
/// <param name="Value">The value that marks setup done.</param>
public sealed record SetupDoneByte(ushort Offset, DeviceOsRange Os, byte Value = 1);

/// <summary>The byte that makes the system take what lies in the OTA region as a finished update.</summary>
/// <param name="Offset">The DCT offset.</param>
/// <param name="Value">The value that sets it.</param>
/// <param name="Os">The Device OS versions that look at it.</param>
public sealed record OtaFlag(ushort Offset, byte Value, DeviceOsRange Os);

/// <summary>A bootloader inside a system part.</summary>
/// <param name="Os">The releases that carry it.</param>
/// <param name="Version">Its module version.</param>
public sealed record CarriedBootloader(DeviceOsRange Os, ushort Version);
