using System.Diagnostics;
using System.Globalization;
using Pogoline.Tests.Releases;

namespace Pogoline.Tests.Cli;

/// <summary><c>restore --swd</c> with plans, journals, and several boards.</summary>
public class SwdJobCommandTests
{
    static string[] Lab(TemporaryFolder folder, string boards, string? probe = "cmsis-dap-v2") =>
        ["--lab", boards, "--state", Path.Combine(folder.Path, "boards"), .. probe is null ? (string[])[] : ["--probe", probe]];

    static string Code(CommandEnd end) => end.Json.GetProperty("error").GetProperty("code").GetString()!;

    [Fact]
    public async Task A_dry_run_is_a_plan_that_can_be_run_by_a_probe_only()
    {
        using var folder = new TemporaryFolder();
        var cli = new CommandLine(folder.Path);
        var plan = await cli.RunAsync(["restore", "--os", "2.2.0", "--swd", "--dry-run", "--json", .. Lab(folder, "boron@1.5.2")]);
        Assert.Equal(["swdWrite", "swdReset"], plan.Json.GetProperty("steps").EnumerateArray().Select(s => s.GetProperty("step").GetString()));
        var file = folder.Write("board.plan.json", System.Text.Encoding.UTF8.GetBytes(plan.Output));
        Assert.Equal("plan-invalid", Code(await cli.RunAsync("restore", "--plan", file, "--json", "--lab", "boron@1.5.2")));
        Assert.Equal("plan-invalid", Code(await cli.RunAsync("restore", "--plan", file, "--swd", "--probe", "jlink", "--json", "--lab", "argon@1.5.2")));

        var done = await cli.RunAsync(["restore", "--swd", "--plan", file, "--json", .. Lab(folder, "boron@1.5.2")]);

        Assert.Equal(("passed", "2.2.0"), (done.Json.GetProperty("outcome").GetString(), done.Json.GetProperty("release").GetString()));
        var again = await cli.RunAsync(["restore", "--swd", "--plan", file, "--dry-run", "--json", .. Lab(folder, "boron@1.5.2")]);
        Assert.Equal(["swdReset"], again.Json.GetProperty("steps").EnumerateArray().Select(s => s.GetProperty("step").GetString()));
    }

    [Theory, InlineData("boron", "TERM"), InlineData("photon", "KILL")]
    public async Task A_restore_that_is_ended_half_way_is_brought_to_passed_by_resume_through_the_same_probe(string board, string signal)
    {
        using var folder = new TemporaryFolder();
        var cli = new CommandLine(folder.Path);
        var lines = new List<string>();
        using (var process = Process.Start(cli.Start(["restore", "--os", "2.2.0", "--swd", "--allow-option-bytes", "--timing", "datasheet", "--ndjson", .. Lab(folder, $"{board}@1.5.2")]))!)
        {
            var errors = process.StandardError.ReadToEndAsync();
            while (await process.StandardOutput.ReadLineAsync() is { } line)
            {
                lines.Add(line);
                if (lines.Count(l => l.Contains("\"write\"", StringComparison.OrdinalIgnoreCase)) == 10)
                {
                    using var kill = Process.Start("kill", ["-s", signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
                    await kill.WaitForExitAsync();
                    break;
                }
            }
            lines.AddRange((await process.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries));
            await process.WaitForExitAsync();
            if (signal == "TERM")
            {
                Assert.True((int)ExitCode.Cancelled == process.ExitCode, $"{process.ExitCode}: {lines.LastOrDefault()}{await errors}");
                Assert.Contains("sectors are written", lines[^1], StringComparison.Ordinal);
                Assert.Contains("pogoline resume ", lines[^1], StringComparison.Ordinal);
            }
        }
        var other = await cli.RunAsync("resume", "--last", "--lab", board == "boron" ? "argon@1.5.2" : "electron@1.5.2", "--json");
        Assert.Contains(Code(other), new[] { "journal-other-unit", "swd-board" });

        var end = await cli.RunAsync(["resume", "--last", "--json", .. Lab(folder, $"{board}@1.5.2", probe: null)]);

        Assert.True(end.Exit == 0, end.Output + end.Errors);
        Assert.Equal("passed", end.Json.GetProperty("outcome").GetString());
        Assert.Equal("journal-finished", Code(await cli.RunAsync(["resume", "--last", "--json", .. Lab(folder, $"{board}@1.5.2", probe: null)])));
        var check = await cli.RunAsync(["restore", "--os", "2.2.0", "--swd", "--json", .. Lab(folder, $"{board}@1.5.2")]);
        Assert.All(check.Json.GetProperty("modules").EnumerateArray(), module => Assert.NotEqual("written", module.GetProperty("action").GetString()));
    }

    [Fact]
    public async Task Many_boards_are_restored_at_once_each_with_its_journal()
    {
        using var folder = new TemporaryFolder();
        var cli = new CommandLine(folder.Path);
        var end = await cli.RunAsync(["restore", "--os", "2.2.0", "--swd", "--all", "--jobs", "2", "--json", .. Lab(folder, "boron@1.5.2*3", "jlink")]);
        Assert.True(end.Exit == 0, end.Output + end.Errors);
        var units = end.Json.GetProperty("units").EnumerateArray().ToList();
        Assert.Equal(3, units.Select(u => u.GetProperty("unit").GetProperty("id").GetString()).Distinct().Count());
        Assert.Equal(3, units.Select(u => u.GetProperty("journal").GetString()).Distinct().Count());
        var watch = await cli.RunAsync(["restore", "--os", "2.2.0", "--swd", "--watch", "--json", .. Lab(folder, "boron@1.5.2", "jlink")]);
        Assert.Equal(("usage", (int)ExitCode.Usage), (Code(watch), watch.Exit));
    }
}
