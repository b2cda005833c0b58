using Pogoline.Tests.Releases;

namespace Pogoline.Tests.Cli;

/// <summary>Every <c>swd</c> command on virtual boards, in processes of their own: the board's memories are kept from one to the next.</summary>
public class SwdCommandTests
{
    sealed class Bench(TemporaryFolder folder, string board, string probe)
    {
        readonly CommandLine _cli = new(folder.Path);

        public Task<CommandEnd> RunAsync(params string[] arguments) =>
            _cli.RunAsync([.. arguments, "--lab", $"{board}@2.2.0", "--probe", probe, "--state", Path.Combine(folder.Path, "boards"), "--json"]);

        public async Task PassAsync(params string[] arguments)
        {
            var end = await RunAsync(arguments);
            Assert.True(end.Exit == 0, $"{string.Join(' ', arguments)}: {end.Output}{end.Errors}");
        }

        public async Task RefuseAsync(string code, ExitCode exit, params string[] arguments)
        {
            var end = await RunAsync(arguments);
            Assert.Equal((code, (int)exit), (end.Json.GetProperty("error").GetProperty("code").GetString(), end.Exit));
            Assert.NotEmpty(end.Json.GetProperty("error").GetProperty("remedy").GetString()!);
        }
    }

    [Theory]
    [InlineData("photon", "stlink-v2", "0x080A0000", "0x20000", "0x4000"), InlineData("boron", "jlink", "0xD4000", "0x1000", "0x400")]
    public async Task What_is_read_erased_and_written_by_hand_is_what_verify_finds(string board, string probe, string sector, string length, string notWhole)
    {
        using var folder = new TemporaryFolder();
        var bench = new Bench(folder, board, probe);
        var file = Path.Combine(folder.Path, "sector.bin");
        string[] place = [$"{file}@{sector}"];

        await bench.PassAsync("swd", "read", sector, length, file);
        Assert.Equal(Convert.ToInt32(length, 16), new FileInfo(file).Length);
        Assert.Contains(File.ReadAllBytes(file), b => b != 0xFF);
        await bench.PassAsync(["swd", "verify", .. place]);
        await bench.RefuseAsync("swd-range", ExitCode.Refused, "swd", "erase", sector, notWhole);
        await bench.RefuseAsync("usage", ExitCode.Usage, "swd", "erase");
        await bench.RefuseAsync("usage", ExitCode.Usage, "swd", "read", sector, "0", file);
        await bench.PassAsync(["swd", "verify", .. place]);

        await bench.PassAsync("swd", "erase", sector, length);
        await bench.RefuseAsync("swd-mismatch", ExitCode.Failed, ["swd", "verify", .. place]);
        var flashed = await bench.RunAsync(["flash", "--swd", .. place]);
        Assert.Equal((0, board), (flashed.Exit, flashed.Json.GetProperty("unit").GetProperty("platform").GetString()));
        await bench.PassAsync(["swd", "verify", .. place]);
    }

    [Theory, InlineData("photon", "cmsis-dap-v1"), InlineData("boron", "cmsis-dap-v2")]
    public async Task What_was_not_allowed_is_refused_by_name_and_everything_else_is_done(string board, string probe)
    {
        using var folder = new TemporaryFolder();
        var bench = new Bench(folder, board, probe);

        var info = (await bench.RunAsync("swd", "info")).Json.GetProperty("board");
        Assert.Equal((board, false), (info.GetProperty("platform").GetString(), info.GetProperty("isLocked").GetBoolean()));
        Assert.NotEmpty(info.GetProperty("modules").EnumerateArray());
        Assert.Equal(board == "photon" ? 1 : 0, info.GetProperty("protectedSectors").GetArrayLength());
        await bench.PassAsync("swd", "reset");
        await bench.PassAsync("swd", "reset", "--halt");

        Assert.Contains("not locked", (await bench.RunAsync("swd", "unlock")).Json.GetProperty("text").GetString(), StringComparison.Ordinal);
        await bench.RefuseAsync("swd-not-allowed", ExitCode.Refused, "swd", "protect", "on", "0");
        await bench.RefuseAsync("usage", ExitCode.Usage, "swd", "protect", "on", "none", "--allow-option-bytes");
        await bench.RefuseAsync("swd-range", ExitCode.Refused, "swd", "protect", "on", "99", "--allow-option-bytes");
        if (board == "photon")
        {
            await bench.PassAsync("swd", "protect", "off", "0", "--allow-option-bytes");
            Assert.Equal(0, (await bench.RunAsync("swd", "info")).Json.GetProperty("board").GetProperty("protectedSectors").GetArrayLength());
            await bench.PassAsync("swd", "protect", "on", "0", "--allow-option-bytes");
        }
        else await bench.RefuseAsync("swd-range", ExitCode.Refused, "swd", "protect", "on", "0", "--allow-option-bytes");

        await bench.RefuseAsync("swd-not-allowed", ExitCode.Refused, "swd", "erase", "--all");
        Assert.Equal(board, (await bench.RunAsync("swd", "info")).Json.GetProperty("board").GetProperty("platform").GetString());
        if (board == "photon")
        {
            await bench.RefuseAsync("swd-protected", ExitCode.Refused, "swd", "erase", "0x08000000", "0x4000");
            await bench.RefuseAsync("swd-protected", ExitCode.Refused, "swd", "erase", "--all", "--allow-mass-erase");
        }
        await bench.PassAsync("swd", "erase", "--all", "--allow-mass-erase", "--allow-option-bytes");
        var after = (await bench.RunAsync("swd", "info")).Json.GetProperty("board");
        Assert.False(after.TryGetProperty("platform", out _));
        Assert.Empty(after.GetProperty("modules").EnumerateArray());
        await bench.RefuseAsync("swd-board", ExitCode.Refused, "restore", "--os", "2.2.0", "--swd");
    }

    [Fact]
    public async Task Wiring_is_known_for_every_board_and_probes_are_listed()
    {
        using var folder = new TemporaryFolder();
        var cli = new CommandLine(folder.Path);
        foreach (var (device, what) in new[] { ("photon", "D7 is SWDIO, D6 is SWCLK"), ("e-series", "D7 is SWDIO, D6 is SWCLK"), ("boron", "10-pin"), ("b523", "M.2"), ("tracker-one", "IP67"), ("t523", "Pads") })
            Assert.Contains(what, (await cli.RunAsync("swd", "wiring", device, "--json")).Output, StringComparison.Ordinal);
        var unknown = await cli.RunAsync("swd", "wiring", "toaster", "--json");
        Assert.Equal(("usage", (int)ExitCode.Usage), (unknown.Json.GetProperty("error").GetProperty("code").GetString(), unknown.Exit));
        var probes = await cli.RunAsync("swd", "probes", "--json");
        Assert.Equal((1, 0), (probes.Json.GetProperty("schema").GetInt32(), probes.Exit));
    }

    [Fact]
    public async Task A_machine_that_is_locked_to_a_bundle_changes_no_board_by_hand()
    {
        using var folder = new TemporaryFolder();
        folder.Write("bundle-lock.json", System.Text.Encoding.UTF8.GetBytes($$"""{"schema":1,"sha256":"{{new string('a', 64)}}","keyId":"{{new string('b', 64)}}","release":"2.2.0","platforms":["boron"]}"""));
        var cli = new CommandLine(folder.Path) { Configuration = folder.Path };
        string[] lab = ["--lab", "boron@2.2.0", "--probe", "cmsis-dap-v2", "--json"];
        foreach (string[] command in new string[][]
        {
            ["swd", "erase", "0xD4000", "0x1000"], ["swd", "erase", "--all", "--allow-mass-erase"], ["swd", "unlock", "--allow-unlock"], ["swd", "protect", "on", "0", "--allow-option-bytes"],
            ["flash", "--swd", "data.bin@0x40000"], ["restore", "--os", "1.5.2", "--swd"],
        })
        {
            var end = await cli.RunAsync([.. command, .. lab]);
            Assert.Equal(("machine-locked", (int)ExitCode.Refused), (end.Json.GetProperty("error").GetProperty("code").GetString(), end.Exit));
        }
        Assert.Equal(0, (await cli.RunAsync(["swd", "info", .. lab])).Exit);
    }
}
