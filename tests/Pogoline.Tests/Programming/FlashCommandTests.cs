using System.Diagnostics;
using System.Text.Json;
using Pogoline.Modules;
using Pogoline.Platforms;

namespace Pogoline.Tests.Programming;

public class FlashCommandTests
{
    static readonly string[] Sources = [.. new[] { "2.6.0", "2.16.0", "3.9.0" }.SelectMany(package => new[] { "--source", Path.GetDirectoryName(Firmware.Files(package).First(f => f.Contains("system-part1@", StringComparison.Ordinal)))! })];

    [Fact]
    public async Task Update_as_a_tool_goes_down_only_when_that_is_allowed()
    {
        var refused = await RunAsync("update", "--as", "particle-cli@2.6.0", "--lab", "photon@2.2.0");
        Assert.Equal((3, "refused", "plan-downgrade"), (refused.Exit, Text(refused.Output, "outcome"), Code(refused.Output)));
        var down = await RunAsync("update", "--as", "particle-cli@2.6.0", "--allow-downgrade", "--lab", "photon@2.2.0");
        Assert.Equal((0, "passed", "1.5.2"), (down.Exit, Text(down.Output, "outcome"), Text(down.Output, "release")));
        var none = await RunAsync("update", "--as", "particle-cli@2.6.0", "--lab", "tracker@2.2.0");
        Assert.Equal("release-not-for-platform", Code(none.Output));
    }

    [Theory, InlineData("electron@1.5.2", "2.3.1"), InlineData("argon@2.2.0", "4.0.2")]
    public async Task Update_takes_the_pinned_release_and_leaves_NCP_and_user_firmware(string board, string release)
    {
        var (exit, output) = await RunAsync("update", "--lab", board);
        Assert.Equal((0, release), (exit, Text(output, "release")));
        Assert.All(output.GetProperty("modules").EnumerateArray().Where(m => Text(m, "function") is "ncp" or "userPart"), m => Assert.Equal("kept", Text(m, "action")));
    }

    [Fact]
    public async Task Flash_takes_a_file_by_each_route_and_says_how_it_was_checked()
    {
        var file = Firmware.File("2.16.0", "electron-bootloader@2.2.0+lto.bin");
        foreach (var (flag, route) in new[] { ("--serial", "serial"), ("--control", "control"), ("--usb", "dfu") })
        {
            var (exit, output) = await RunAsync("flash", file, flag, "--lab", "electron@2.2.0");
            Assert.Equal(0, exit);
            var module = output.GetProperty("modules").EnumerateArray().Single();
            Assert.Equal((route, "written", "report"), (Text(module, "route"), Text(module, "action"), Text(module, "verified")));
        }
    }

    [Fact]
    public async Task Flash_refuses_what_a_mode_cannot_take_and_names_the_one_that_can()
    {
        var folder = Directory.CreateTempSubdirectory();
        var ncp = Path.Combine(folder.FullName, "ncp.bin");
        await File.WriteAllBytesAsync(ncp, Ncp("argon", 5));
        var (exit, output) = await RunAsync("flash", ncp, "--usb", "--lab", "argon@2.2.0");
        Assert.Equal((3, "plan-file-mode"), (exit, Code(output)));
        Assert.Contains("listening mode", output.GetProperty("error").GetProperty("remedy").GetString(), StringComparison.Ordinal);
        var wrong = await RunAsync("flash", Firmware.File("2.16.0", "photon-system-part1@2.2.0.bin"), "--lab", "boron@2.2.0");
        Assert.Equal((3, "plan-platform"), (wrong.Exit, Code(wrong.Output)));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_dry_run_of_flash_prints_the_lines_of_dfu_util()
    {
        var (exit, output) = await RunAsync("flash", Firmware.File("2.16.0", "boron-system-part1@2.2.0.bin"), "--usb", "--dry-run", "--lab", "boron@1.5.2");
        Assert.Equal(0, exit);
        Assert.Contains(output.GetProperty("commands").EnumerateArray(), line => line.GetString()!.Contains("-a 0 -s 0x00030000:leave -D ", StringComparison.Ordinal));
    }

    [Theory, InlineData("--app", "x.bin", "--tinker"), InlineData("--tinker", "--keep-app")]
    public async Task Restore_takes_one_word_on_the_user_firmware(params string[] options)
    {
        using var process = Process.Start(PogolineProgram.Start(["restore", "--os", "2.2.0", "--lab", "boron@1.5.2", .. options]))!;
        await process.WaitForExitAsync();
        Assert.Equal((int)ExitCode.Usage, process.ExitCode);
    }

    static byte[] Ncp(string board, ushort version) => new ModuleBuilder
    {
        Header = new() { Version = version, PlatformId = (ushort)PlatformCatalog.Require(board).Id, Id = new(ModuleFunction.Ncp, 0), McuTarget = 0x21 },
        Payload = new byte[4096],
    }.Build();

    static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    static string? Code(JsonElement result) => result.GetProperty("error").GetProperty("code").GetString();

    static async Task<(int Exit, JsonElement Output)> RunAsync(string command, params string[] arguments)
    {
        using var process = Process.Start(PogolineProgram.Start([command, .. arguments, "--json", "--offline", .. Sources]))!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(output.StartsWith('{'), $"{output}{await errors}");
        using var parsed = JsonDocument.Parse(output);
        return (process.ExitCode, parsed.RootElement.Clone());
    }
}
