namespace Pogoline.Lab.Boot;

/// <summary>The module versions from which the system parts and bootloaders behave in a new way.</summary>
static class SystemVersions
{
    /// <summary>1.2.1: the OTA flag is looked at.</summary>
    public const ushort OtaFlag = 1210;

    /// <summary>1.5.3 pre-releases: B523 and B524 use all 8 MiB of their external flash.</summary>
    public const ushort B5SomWholeFlash = 1513;

    /// <summary>2.0.0: result codes, combined and compressed modules, bootloader updates through the MBR.</summary>
    public const ushort UpdateSlotsForBootloader = 2000;

    /// <summary>2.2.0: the radio stack's version is read from where it is.</summary>
    public const ushort RadioStackVersion = 2200;

    /// <summary>3.0.0: the Tracker's NCP can be updated; a combined image that does not fit has another code.</summary>
    public const ushort V3 = 3000;

    /// <summary>3.1.0: user part of 256 KiB, and the order in which the two positions are tried.</summary>
    public const ushort LargeUserPart = 3102;

    /// <summary>4.0.0: the setup-done byte is ignored.</summary>
    public const ushort NoSetupDone = 4000;

    /// <summary>5.5.0: assets move the OTA region of boards with 4 MiB.</summary>
    public const ushort Assets = 5500;

    /// <summary>6.2.0: the system part starts at 0x28000.</summary>
    public const ushort LowSystemPart = 6200;

    /// <summary>Bootloader of 1.4.2: drops headers.</summary>
    public const ushort BootloaderDropsHeader = 501;

    /// <summary>Bootloader of 2.0.0: knows the whole external flash, bootloader slots and inflating.</summary>
    public const ushort BootloaderWithMbr = 1001;

    /// <summary>Bootloader of 3.1.0: knows the user part of 256 KiB.</summary>
    public const ushort BootloaderLargeUserPart = 1100;

    /// <summary>Bootloader of 6.2.0: the system part starts at 0x28000.</summary>
    public const ushort BootloaderLowSystemPart = 3100;
}
