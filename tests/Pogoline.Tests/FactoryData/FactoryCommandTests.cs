using System.Text.Json;

namespace Pogoline.Tests.FactoryData;

/// <summary>The command as processes, several at once and killed in the middle: no row is used twice, no value is printed.</summary>
public class FactoryCommandTests
{
    static readonly string Assets152 = Path.Combine(Firmware.Package("2.6.0"), "assets");
    static readonly string Assets220 = Path.Combine(Firmware.Package("2.16.0"), "assets");

    [Fact]
    public async Task Every_board_of_a_run_gets_its_row_and_no_value_is_printed_or_saved()
    {
        using var cli = new CliProcess();
        var table = Table(cli, 5);
        string[] sources = ["--factory-data", table, "--source", Assets220, "--source", Assets152, "--offline"];
        var printed = await cli.RunAsync(["plan", "--os", "2.2.0", "--lab", "boron@1.5.2", "--save", "plan.json", .. sources]);
        Assert.Equal(0, printed.Exit);
        Assert.False(File.Exists(table + ".used"));

        var run = await cli.RunAsync(["restore", "--os", "2.2.0", "--lab", "boron@1.5.2*3", "--ndjson", .. sources]);
        Assert.True(run.Exit == 0, run.Output + run.Errors);
        var saved = await cli.RunAsync(["restore", "--plan", "plan.json", "--lab", "boron@1.5.2", "--json", .. sources]);
        Assert.True(saved.Exit == 0, saved.Output + saved.Errors);
        Assert.Contains("row ", saved.Output, StringComparison.Ordinal);

        var ledger = Ledger(table);
        Assert.Equal([1, 1, 1], ledger.Where(l => l.State == "reserved").GroupBy(l => l.Device).Select(g => g.Count()));
        Assert.Equal(4, ledger.Count(l => l.State == "confirmed"));
        foreach (var text in new[] { printed.Output, printed.Errors, run.Output, run.Errors, saved.Output, saved.Errors, File.ReadAllText(cli.PathOf("plan.json")), File.ReadAllText(table + ".used") })
            Assert.DoesNotContain("SECRET", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_that_is_killed_in_the_middle_of_a_row_does_not_use_it_twice()
    {
        using var cli = new CliProcess();
        var table = Table(cli, 3);
        string[] restore = ["restore", "--os", "2.2.0", "--factory-data", table, "--source", Assets220, "--source", Assets152, "--offline", "--json", "--lab"];
        string first;
        using (var process = cli.Start([.. restore, "boron@1.5.2", "--timing", "datasheet"]))
        {
            // The datasheet's times keep it busy for many seconds after the row was taken.
            using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            while (!File.Exists(table + ".used") || File.ReadAllText(table + ".used").Length == 0) await Task.Delay(20, deadline.Token);
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(deadline.Token);
            first = Assert.Single(Ledger(table)).Device;
        }
        // Another two boards, at once and by processes of their own, then the first again.
        var others = await Task.WhenAll(cli.RunAsync([.. restore, "argon@1.5.2"]), cli.RunAsync([.. restore, "bsom@1.5.2"]));
        Assert.All(others, other => Assert.True(other.Exit == 0, other.Output + other.Errors));
        var again = await cli.RunAsync([.. restore, "boron@1.5.2"]);
        Assert.True(again.Exit == 0, again.Output + again.Errors);
        Assert.Contains("row 1 ", again.Output, StringComparison.Ordinal);

        var ledger = Ledger(table);
        Assert.Equal(3, ledger.Where(l => l.State == "reserved").Select(l => l.Row).Distinct().Count());
        Assert.Equal(3, ledger.Where(l => l.State == "reserved").Select(l => l.Device).Distinct().Count());
        Assert.Equal(first, ledger.Last().Device);
        Assert.Equal("factory-rows-used", (await UnitFaultAsync(cli, [.. restore, "photon@1.5.2"])));
    }

    static async Task<string?> UnitFaultAsync(CliProcess cli, string[] arguments)
    {
        var (_, output, _) = await cli.RunAsync(arguments);
        using var json = JsonDocument.Parse(output);
        return json.RootElement.GetProperty("error").GetProperty("code").GetString();
    }

    static string Table(CliProcess cli, int rows) =>
        cli.Write("units.csv", System.Text.Encoding.ASCII.GetBytes($"claimCode,setupCode\n{string.Concat(Enumerable.Range(1, rows).Select(i => $"SECRET-CLAIM-{i},SECRE{i}\n"))}"));

    static List<(string Row, string Device, string State)> Ledger(string table) => [.. File.ReadAllLines(table + ".used").Select(line =>
    {
        using var json = JsonDocument.Parse(line);
        string Get(string name) => json.RootElement.GetProperty(name).GetString()!;
        return (Get("row"), Get("device"), Get("state"));
    })];
}
