namespace Pogoline.Lab.Board;

/// <summary>With which Device OS release a bootloader version came: the last one where several had it, but for 1005, which 3.0.0 had too.</summary>
static class BootloaderReleases
{
    static readonly (ushort Version, DeviceOsVersion Release)[] Table =
    [
        (0, new(1, 0, 0)), (201, new(1, 0, 1)), (301, new(1, 1, 1)), (311, new(1, 2, 1)), (401, new(1, 3, 1)), (500, new(1, 4, 1)),
        (501, new(1, 5, 1)), (502, new(1, 5, 2)), (1001, new(2, 0, 0, "rc.1")), (1003, new(2, 0, 0)), (1005, new(2, 1, 0)),
        (1006, new(2, 3, 1)), (1100, new(3, 3, 1)), (1101, new(4, 0, 2)), (1200, new(4, 2, 0)), (2000, new(5, 0, 0)), (2001, new(5, 1, 0)),
        (2002, new(5, 2, 0)), (2100, new(5, 3, 0)), (2101, new(5, 3, 1)), (2102, new(5, 3, 2)), (2200, new(5, 4, 0)), (2210, new(5, 4, 1)),
        (2300, new(5, 5, 0)), (2400, new(5, 6, 0)), (2500, new(5, 7, 0)), (2600, new(5, 8, 0)), (2601, new(5, 8, 2)), (2700, new(5, 9, 0)),
        (3000, new(6, 1, 0)), (3001, new(6, 1, 1)), (3100, new(6, 2, 0)),
    ];

    /// <summary>The release of the newest bootloader that is not newer than this one.</summary>
    public static DeviceOsVersion Of(ushort bootloaderVersion) => Table.Last(entry => entry.Version <= bootloaderVersion).Release;
}
