using System.Diagnostics;
using Pogoline.Host.Journals;
using Pogoline.Platforms;
using Pogoline.Tests.Releases;

namespace Pogoline.Tests.Cli;

/// <summary>
/// Restores whose process is killed; <c>KilledJobTests</c> breaks off every step, <c>perf/kills</c> 200 at random moments. The virtual boards lose their
/// power with the process, so the journeys are those in which none writes its bootloader in place.
/// </summary>
public class ResumeCommandTests
{
    public static TheoryData<string, string, int> Moments => new() { { "photon", "2.3.1", 40 }, { "boron", "4.0.2", 2 }, { "boron", "4.0.2", 150 } };

    [Theory, MemberData(nameof(Moments))]
    public async Task A_restore_that_is_killed_is_brought_to_passed_by_resume(string board, string os, int events)
    {
        using var folder = new TemporaryFolder();
        var cli = new CommandLine(folder.Path);
        var journals = new JournalFolder(Path.Combine(folder.Path, "jobs"), TimeProvider.System);
        string[] lab = ["--lab", $"{board}@2.2.0", "--state", Path.Combine(folder.Path, "boards")];
        using (var process = Process.Start(cli.Start(["restore", "--os", os, .. lab, "--ndjson"]))!)
        {
            for (var line = 0; line < events && await process.StandardOutput.ReadLineAsync() is not null; line++)
            {
            }
            process.Kill();
            await process.WaitForExitAsync();
        }
        // The job runs ahead of its reader: it may have ended when the kill comes. Then its journal says so, and there is nothing to go on with.
        var hadEnded = journals.Read(journals.Last()!).IsDone;

        // A Photon with one system part of two shows no USB until somebody holds MODE, as the remedy says.
        if (board == "photon") lab = [.. lab, "--lab-mode", "dfu"];
        var end = await cli.RunAsync(["resume", "--last", .. lab, "--json"]);

        if (hadEnded) Assert.Equal(("journal-finished", (int)ExitCode.Refused), (end.Json.GetProperty("error").GetProperty("code").GetString(), end.Exit));
        else Assert.Equal("passed", end.Json.GetProperty("outcome").GetString());
        Assert.True(journals.Read(journals.Last()!).IsDone);
        var flash = File.ReadAllBytes(Directory.GetFiles(Path.Combine(folder.Path, "boards"), "internal.bin", SearchOption.AllDirectories).Single());
        var first = PlatformCatalog.Require(board).StorageOf(StorageKind.InternalFlash).Start;
        Assert.All(RealReleases.Of(board, os), module =>
            Assert.True(flash.AsSpan((int)(module.Range.Start - first), module.DeviceBytes.Length).SequenceEqual(module.DeviceBytes.Span), $"{module} is not in the flash"));
    }

    [Fact]
    public async Task A_job_is_gone_on_with_on_its_own_board_only()
    {
        using var folder = new TemporaryFolder();
        var cli = new CommandLine(folder.Path);
        var faults = folder.Write("faults.json", """{"schema":1,"faults":[{"fault":"powerCut","at":"byte","number":100000}]}"""u8);
        var failed = await cli.RunAsync("restore", "--os", "2.2.0", "--lab", "boron@1.5.2", "--state", Path.Combine(folder.Path, "boards"), "--lab-faults", faults, "--json");
        Assert.Equal("failed", failed.Json.GetProperty("outcome").GetString());
        Assert.Contains("pogoline resume ", failed.Json.GetProperty("error").GetProperty("remedy").GetString(), StringComparison.Ordinal);
        var job = failed.Json.GetProperty("journal").GetString()!;

        var other = await cli.RunAsync("resume", job, "--lab", "argon@1.5.2", "--json");
        Assert.Equal("journal-other-unit", other.Json.GetProperty("error").GetProperty("code").GetString());
        var missing = await cli.RunAsync("resume", "../passwd", "--lab", "boron@1.5.2", "--json");
        Assert.Equal("journal-missing", missing.Json.GetProperty("error").GetProperty("code").GetString());
        var resumed = await cli.RunAsync("resume", job, "--lab", "boron@1.5.2", "--state", Path.Combine(folder.Path, "boards"), "--json");
        Assert.Equal(("passed", job), (resumed.Json.GetProperty("outcome").GetString(), resumed.Json.GetProperty("journal").GetString()));
        var again = await cli.RunAsync("resume", "--last", "--lab", "boron@1.5.2", "--json");
        Assert.Equal(("journal-finished", (int)ExitCode.Refused), (again.Json.GetProperty("error").GetProperty("code").GetString(), again.Exit));
        Assert.Contains(resumed.Json.GetProperty("notes").EnumerateArray(), note => note.GetString()!.Contains("were right already", StringComparison.Ordinal));
    }

    [Theory, InlineData("photon", "2.3.1"), InlineData("boron", "4.0.2")]
    public async Task What_a_backup_holds_can_be_put_back(string board, string os)
    {
        using var folder = new TemporaryFolder();
        var cli = new CommandLine(folder.Path);
        string[] lab = ["--lab", $"{board}@2.2.0", "--state", Path.Combine(folder.Path, "boards"), "--json"];
        var file = Path.Combine(folder.Path, "before.zip");
        Assert.Equal(0, (await cli.RunAsync(["backup", "-o", file, .. lab])).Exit);
        var before = Flash(folder);
        Assert.Equal("passed", (await cli.RunAsync(["restore", "--os", os, .. lab])).Json.GetProperty("outcome").GetString());
        Assert.NotEqual(before, Flash(folder));

        var back = await cli.RunAsync(["restore", "--from-backup", file, .. lab]);

        Assert.Equal("passed", back.Json.GetProperty("outcome").GetString());
        Assert.Equal("2.2.0", back.Json.GetProperty("release").GetString());
    }

    [Fact]
    public async Task A_backup_is_never_overwritten_and_neither_a_damaged_one_nor_one_of_another_board_is_put_back()
    {
        using var folder = new TemporaryFolder();
        var cli = new CommandLine(folder.Path);
        string[] lab = ["--lab", "photon@2.2.0", "--json"];
        var file = Path.Combine(folder.Path, "before.zip");
        Assert.Equal(0, (await cli.RunAsync(["backup", "-o", file, .. lab])).Exit);

        Assert.Equal("backup-file", (await cli.RunAsync(["backup", "-o", file, .. lab])).Json.GetProperty("error").GetProperty("code").GetString());
        var wrong = await cli.RunAsync("restore", "--from-backup", file, "--lab", "electron", "--json");
        Assert.Equal("backup-unfit", wrong.Json.GetProperty("error").GetProperty("code").GetString());
        var damaged = File.ReadAllBytes(file);
        damaged[damaged.Length / 2] ^= 1;
        File.WriteAllBytes(file, damaged);
        Assert.Equal((int)ExitCode.BadInput, (await cli.RunAsync(["restore", "--from-backup", file, .. lab])).Exit);
    }

    static string Flash(TemporaryFolder folder) =>
        Pogoline.Modules.Sha256Digest.Compute(File.ReadAllBytes(Directory.GetFiles(Path.Combine(folder.Path, "boards"), "internal.bin", SearchOption.AllDirectories).Single())).ToString();
}
