using Pogoline.Cli.Output;
using Pogoline.Programming.Identify;
using Pogoline.Tests.Releases;

namespace Pogoline.Tests.Serial;

public sealed class IdentityCsvTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    string File => Path.Combine(_folder.Path, "boards.csv");

    [Fact]
    public void Boards_are_appended_below_one_header()
    {
        IdentityCsv.Append(File, [Board("1"), Board("2")]);
        IdentityCsv.Append(File, [Board("3") with { SerialNumber = "a,\"b\"" }]);
        Assert.Equal(
            ["deviceId,serialNumber,iccid,imei,mac,platform,release", "1,s1,,,,boron,2.2.0", "2,s2,,,,boron,2.2.0", "3,\"a,\"\"b\"\"\",,,,boron,2.2.0", ""],
            System.IO.File.ReadAllText(File).Split("\r\n"));
        Assert.Throws<PogolineException>(() => IdentityCsv.Append(File, [Board("4") with { SerialNumber = "a,\"b\"" }]));
    }

    [Fact]
    public void A_board_or_a_number_that_is_listed_already_is_refused_and_nothing_is_written()
    {
        IdentityCsv.Append(File, [Board("1") with { Iccid = "890" }]);
        var before = System.IO.File.ReadAllText(File);
        Assert.Equal(IdentityCsv.Duplicate, Assert.Throws<PogolineException>(() => IdentityCsv.Append(File, [Board("2"), Board("1")])).Code);
        var fault = Assert.Throws<PogolineException>(() => IdentityCsv.Append(File, [Board("3") with { Iccid = "890" }]));
        Assert.Contains("line 2", fault.Message, StringComparison.Ordinal);
        Assert.Equal(IdentityCsv.Duplicate, Assert.Throws<PogolineException>(() => IdentityCsv.Append(File, [Board("4"), Board("4")])).Code);
        Assert.Equal(before, System.IO.File.ReadAllText(File));
    }

    [Fact]
    public void A_file_of_another_kind_is_not_touched()
    {
        System.IO.File.WriteAllText(File, "dear diary");
        Assert.Equal(IdentityCsv.BadFile, Assert.Throws<PogolineException>(() => IdentityCsv.Append(File, [Board("1")])).Code);
        Assert.Equal("dear diary", System.IO.File.ReadAllText(File));
    }

    public void Dispose() => _folder.Dispose();

    static UnitIdentity Board(string id) => new() { Platform = "boron", DeviceId = id, SerialNumber = $"s{id}", Release = "2.2.0", Mode = DeviceMode.Normal, Port = "1-1" };
}
