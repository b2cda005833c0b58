using Pogoline.Tests.Releases;

namespace Pogoline.Tests.Cli;

public class IdentifyCommandTests
{
    [Fact]
    public async Task All_boards_are_listed_once_each_and_one_that_is_listed_already_stops_no_other()
    {
        using var folder = new TemporaryFolder();
        var cli = new CommandLine(folder.Path);
        var csv = Path.Combine(folder.Path, "boards.csv");

        var first = await cli.RunAsync("identify", "--all", "--jobs", "2", "--csv", csv, "--lab", "boron@2.2.0*2", "--json");
        var second = await cli.RunAsync("identify", "--all", "--jobs", "2", "--csv", csv, "--lab", "boron@2.2.0*3", "--json");

        Assert.Equal(("passed", 0), (first.Json.GetProperty("outcome").GetString(), first.Exit));
        Assert.All(first.Json.GetProperty("units").EnumerateArray(), unit =>
            Assert.Equal(unit.GetProperty("unit").GetProperty("id").GetString(), unit.GetProperty("identity").GetProperty("deviceId").GetString()));
        Assert.Equal(("refused", (int)ExitCode.Refused), (second.Json.GetProperty("outcome").GetString(), second.Exit));
        Assert.Equal(["identify-duplicate", "identify-duplicate", null], second.Json.GetProperty("units").EnumerateArray()
            .Select(u => u.GetProperty("error") is { ValueKind: System.Text.Json.JsonValueKind.Object } error ? error.GetProperty("code").GetString() : null));
        var listed = File.ReadAllLines(csv).Skip(1).Select(line => line.Split(',')[0]).ToList();
        Assert.Equal(3, listed.Count);
        Assert.Equal(listed.Count, listed.Distinct().Count());
    }
}
