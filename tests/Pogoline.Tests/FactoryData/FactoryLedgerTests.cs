using System.Text;
using Pogoline.FactoryData;
using Pogoline.Host.FactoryData;
using Pogoline.Tests.Releases;

namespace Pogoline.Tests.FactoryData;

public sealed class FactoryLedgerTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    string Used => Path.Combine(_folder.Path, "a.csv.used");

    [Fact]
    public async Task Every_device_gets_its_own_row_and_the_same_one_again()
    {
        var table = Table(3);
        Assert.Equal(1, (await ReserveAsync(table, "e1")).Number);
        Assert.Equal(2, (await ReserveAsync(table, "e2")).Number);
        var again = await ReserveAsync(table, "e1");
        Assert.Equal(1, again.Number);
        await new FactoryLedger(table, TimeProvider.System).ConfirmAsync(again, "e1", default);
        Assert.Equal(1, (await ReserveAsync(table, "e1")).Number);
        Assert.Equal(3, (await ReserveAsync(table, "e3")).Number);
        Assert.Equal(FactoryFaults.Exhausted, (await Assert.ThrowsAsync<PogolineException>(() => ReserveAsync(table, "e4"))).Code);
        Assert.Equal(2, (await ReserveAsync(table, "e2")).Number);
    }

    [Fact]
    public async Task Stations_that_take_rows_at_once_never_take_the_same()
    {
        const int stations = 8, each = 25;
        var table = Table(stations * each);
        var rows = await Task.WhenAll(Enumerable.Range(0, stations).Select(station => Task.Run(async () =>
        {
            var taken = new List<int>();
            for (var i = 0; i < each; i++) taken.Add((await ReserveAsync(table, $"s{station}-{i}")).Number);
            return taken;
        })));
        Assert.Equal(Enumerable.Range(1, stations * each), rows.SelectMany(r => r).Order());
    }

    [Fact]
    public async Task A_line_that_was_cut_off_at_any_byte_was_never_given_out()
    {
        var table = Table(3);
        await ReserveAsync(table, "e1");
        var one = await File.ReadAllBytesAsync(Used);
        await ReserveAsync(table, "e2");
        var two = await File.ReadAllBytesAsync(Used);
        for (var length = one.Length; length < two.Length; length++)
        {
            await File.WriteAllBytesAsync(Used, two[..length]);
            Assert.Equal(2, (await ReserveAsync(table, "e9")).Number);
            Assert.Equal(1, (await ReserveAsync(table, "e1")).Number);
            Assert.Equal(2, (await File.ReadAllLinesAsync(Used)).Length);
        }
        // What a file system leaves of a write that never arrived.
        await File.WriteAllBytesAsync(Used, [.. one, .. new byte[200]]);
        Assert.Equal(2, (await ReserveAsync(table, "e9")).Number);
    }

    [Fact]
    public async Task Rows_may_be_appended_to_the_table_and_their_order_changed()
    {
        await ReserveAsync(Table(2), "e1");
        var longer = Write("claimCode\nnew-one\ncode-2\ncode-1\n");
        Assert.Equal("new-one", Text(await ReserveAsync(longer, "e2")));
        Assert.Equal("code-1", Text(await ReserveAsync(longer, "e1")));
    }

    [Fact]
    public async Task A_device_whose_row_was_taken_out_of_the_table_gets_no_other()
    {
        await ReserveAsync(Table(2), "e1");
        var fault = await Assert.ThrowsAsync<PogolineException>(() => ReserveAsync(Write("claimCode\ncode-2\n"), "e1"));
        Assert.Equal(FactoryFaults.Ledger, fault.Code);
    }

    [Fact]
    public async Task A_record_that_was_damaged_or_edited_gives_nothing_out()
    {
        var table = Table(3);
        await ReserveAsync(table, "e1");
        await ReserveAsync(table, "e2");
        var lines = await File.ReadAllLinesAsync(Used);
        foreach (var spoilt in new[]
        {
            ["garbage", lines[1]], [lines[0], lines[0]], [lines[0], lines[1].Replace("\"e2\"", "\"e1\"", StringComparison.Ordinal)],
            [lines[0], lines[0].Replace("\"e1\"", "\"e2\"", StringComparison.Ordinal)], [lines[0].Replace("reserved", "confirmed", StringComparison.Ordinal)], new[] { "{}" },
        })
        {
            await File.WriteAllTextAsync(Used, string.Join('\n', spoilt) + "\n");
            Assert.Equal(FactoryFaults.Ledger, (await Assert.ThrowsAsync<PogolineException>(() => ReserveAsync(table, "e3"))).Code);
        }
    }

    [Fact]
    public async Task The_record_holds_no_value_and_is_for_its_owner_alone()
    {
        await ReserveAsync(Table(1), "e1");
        Assert.DoesNotContain("code-1", await File.ReadAllTextAsync(Used), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Used));
    }

    static Task<FactoryRow> ReserveAsync(FactoryTable table, string device) => new FactoryLedger(table, TimeProvider.System).ReserveAsync(device, default).AsTask();

    static string Text(FactoryRow row) => Encoding.ASCII.GetString(row.For(Pogoline.Platforms.PlatformCatalog.Require("boron"))[0].Bytes.Span).TrimEnd('\0');

    FactoryTable Table(int rows) => Write($"claimCode\n{string.Concat(Enumerable.Range(1, rows).Select(i => $"code-{i}\n"))}");

    FactoryTable Write(string text) => FactoryTable.Read(_folder.Write("a.csv", Encoding.UTF8.GetBytes(text)));

    public void Dispose() => _folder.Dispose();
}
