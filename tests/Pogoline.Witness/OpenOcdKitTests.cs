using Pogoline.Hex;
using Pogoline.Lab.Boot;
using Pogoline.Lab.Probes;
using Pogoline.Tests;
using Pogoline.Tests.Hex;
using Pogoline.Tests.Lab;

namespace Pogoline.Witness;

/// <summary>A kit as a manufacturer gets it: unzipped, its own script run by OpenOCD, and nothing of Pogoline near.</summary>
public sealed class OpenOcdKitTests
{
    const string From = "1.5.2", To = "2.2.0", Probe = "1-2";

    [WitnessTheory(Need.Mock | Need.OpenOcd | Need.Unzip)]
    [InlineData("boron", "jlink", ProbeKind.JLink)]
    [InlineData("photon", "stlink", ProbeKind.StLinkV2)]
    public async Task The_script_of_a_kit_puts_the_release_on_a_board_which_starts_and_reports_it(string board, string name, ProbeKind probe)
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Dfu, probe, null, $"{board}@{From}");
        var hex = lab.Put("image.hex", HexWriter.ToBytes(HexBoards.Build(board, To).Memory));
        var (zip, kit) = (Path.Combine(lab.Scratch, "kit.zip"), Path.Combine(lab.Scratch, "kit"));
        (await Runner.RunAsync("env", [.. PogolineProgram.Words, "hex", "kit", hex, "--probe", name, "-o", zip])).Require();
        (await Runner.RunAsync("unzip", ["-q", zip, "-d", kit])).Require();
        (await Runner.RunAsync("sh", ["-c", $"cd {kit} && sha256sum --quiet -c SHA256SUMS"])).Require();

        var outcome = await Runner.MockAsync(lab, Probe, Path.Combine(kit, "openocd", "program.sh"));

        Assert.True(outcome.Exit == 0, outcome.Output + outcome.Errors);
        Assert.Contains("PROGRAMMED AND VERIFIED", outcome.Output + outcome.Errors, StringComparison.Ordinal);
        AssertRuns(lab, board);
    }

    static void AssertRuns(RunningLab lab, string board)
    {
        var report = (lab.Boards[0].ReadInventory() ?? []).Where(entry => entry.IntegrityOk).Select(entry => (entry.Header.Module, entry.Header.Version)).ToList();
        Assert.All(Boards.Files(board, To, tinker: false), path =>
        {
            Assert.True(ModuleImage.TryRead(File.ReadAllBytes(path), lab.Boards[0].Hardware.Platform.Generation, out var image));
            if (image.Header.Module.Function != ModuleFunction.Ncp) Assert.Contains((image.Header.Module, image.Header.Version), report);
        });
        Assert.False(lab.Boards[0].IsSafeMode);
    }
}
