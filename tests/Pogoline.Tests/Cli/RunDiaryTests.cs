using System.IO.Compression;
using System.Text.Json;
using Pogoline.Tests.Releases;

namespace Pogoline.Tests.Cli;

public class RunDiaryTests
{
    [Fact]
    public async Task A_run_leaves_a_log_of_numbered_lines_and_a_report_without_secrets()
    {
        using var folder = new TemporaryFolder();
        var (log, report) = (Path.Combine(folder.Path, "run.jsonl"), Path.Combine(folder.Path, "run.zip"));
        var end = await new CommandLine(folder.Path).RunAsync("restore", "--os", "2.2.0", "--lab", "boron@1.5.2*3", "--jobs", "2", "--json",
            "--source", Path.Combine(folder.Path, "token=hunter2"), "--log", log, "--report", report);
        Assert.Equal("source-missing", end.Json.GetProperty("error").GetProperty("code").GetString());

        end = await new CommandLine(folder.Path).RunAsync("restore", "--os", "2.2.0", "--lab", "boron@1.5.2*3", "--jobs", "2", "--json", "--log", log, "--report", report);
        Assert.Equal(0, end.Exit);

        var lines = File.ReadAllLines(log).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal([1001, 1003, 1002], lines.Take(3).Select(l => l.GetProperty("event").GetInt32()));
        Assert.Equal(3, lines.Count(l => l.GetProperty("event").GetInt32() == 5003 && l.GetProperty("outcome").GetString() == "Passed"));
        Assert.DoesNotContain("hunter2", File.ReadAllText(log), StringComparison.Ordinal);
        using var zip = ZipFile.OpenRead(report);
        using var environment = await JsonDocument.ParseAsync(zip.GetEntry("environment.json")!.Open());
        Assert.Equal(0, environment.RootElement.GetProperty("exit").GetInt32());
        Assert.True(zip.GetEntry("log.jsonl")!.Length > 1000);
    }

    [Fact]
    public async Task A_log_or_report_that_cannot_be_written_is_an_error_of_the_machine()
    {
        using var folder = new TemporaryFolder();
        var nowhere = Path.Combine(folder.Path, "no", "such", "folder");
        foreach (var (option, code) in new[] { ("--log", "log-file"), ("--report", "report-file") })
        {
            var end = await new CommandLine(folder.Path).RunAsync("platforms", option, nowhere);
            Assert.Equal((int)ExitCode.Machine, end.Exit);
            Assert.Contains(code, end.Errors, StringComparison.Ordinal);
        }
    }
}
