namespace Pogoline.Lab.Boot;

/// <summary>The text by which a system part calls itself, by its module version.</summary>
static class SystemReleases
{
    static readonly (ushort Version, string Release)[] Table =
    [
        (11, "0.4.9"), (13, "0.5.0"), (15, "0.5.1"), (17, "0.5.2"), (21, "0.5.3"), (22, "0.5.4"), (23, "0.5.5"), (102, "0.6.0"), (105, "0.6.1"),
        (108, "0.6.2"), (109, "0.6.3"), (110, "0.6.4"), (207, "0.7.0"), (326, "0.8.0-rc.27"), (403, "0.9.0"), (1000, "1.0.0"), (1002, "1.0.1"),
        (1102, "1.1.0"), (1104, "1.1.1"), (1213, "1.2.1"), (1321, "1.3.1"), (1401, "1.4.0"), (1403, "1.4.1"), (1404, "1.4.2"), (1405, "1.4.3"),
        (1406, "1.4.4"), (1502, "1.5.0"), (1511, "1.5.1"), (1512, "1.5.2"), (1514, "1.5.4-rc.1"), (2008, "2.0.0"), (2011, "2.0.1"),
        (2021, "2.0.2"), (2101, "2.1.0"), (2202, "2.2.0"), (2301, "2.3.0"), (2302, "2.3.1"), (3005, "3.0.0"), (3103, "3.1.0"), (3201, "3.2.0"),
        (3301, "3.3.0"), (3302, "3.3.1"), (4003, "4.0.0"), (4005, "4.0.1"), (4006, "4.0.2"), (4100, "4.1.0"), (4200, "4.2.0"), (5002, "5.0.0"),
        (5003, "5.0.1"), (5004, "5.1.0"), (5200, "5.2.0"), (5300, "5.3.0"), (5301, "5.3.1"), (5302, "5.3.2"), (5400, "5.4.0"), (5410, "5.4.1"),
        (5501, "5.5.0"), (5600, "5.6.0"), (5700, "5.7.0"), (5800, "5.8.0"), (5802, "5.8.2"), (5901, "5.9.0"), (6000, "6.0.0"), (6100, "6.1.0"),
        (6101, "6.1.1"), (6200, "6.2.0"),
    ];

    /// <summary>The release of a module version; of one that the table lacks, the newest that is not newer.</summary>
    public static string Of(ushort version) => Table.Last(entry => entry.Version <= Math.Max(version, Table[0].Version)).Release;

    /// <summary>The module version of a release; null when the table lacks it.</summary>
    public static ushort? Find(string release) =>
        Table.Where(entry => entry.Release == release).Select(entry => (ushort?)entry.Version).FirstOrDefault();
}
