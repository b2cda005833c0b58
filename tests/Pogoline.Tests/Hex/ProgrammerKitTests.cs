using System.Security.Cryptography;
using System.Text;
using Pogoline.Hex;
using Pogoline.Hex.Kit;

namespace Pogoline.Tests.Hex;

public class ProgrammerKitTests
{
    [Theory]
    [InlineData("photon", "2.2.0", "0 0 9 off", "0 0 0 on", "0 5 8 on"), InlineData("electron", "2.2.0", "0 0 8 off", "0 0 0 on", "0 5 7 on")]
    public void Gen_2_is_never_erased_whole_and_protected_again(string board, string os, params string[] protections)
    {
        var kit = Make(board, os);
        var script = Text(kit, "openocd/program.cfg");
        Assert.Contains($"flash write_image erase ../{board}-{os}.hex", script, StringComparison.Ordinal);
        Assert.All(protections, p => Assert.Contains($"flash protect {p}", script, StringComparison.Ordinal));
        Assert.All(kit.Files.Where(f => f.Path.EndsWith(".cfg", StringComparison.Ordinal) || f.Path.Contains("program", StringComparison.Ordinal) || f.Path.EndsWith(".bat", StringComparison.Ordinal)),
            file => Assert.DoesNotMatch("mass_erase|chiperase|erasechip|^erase$", Encoding.UTF8.GetString(file.Content.Span)));
        Assert.Contains(kit.Files, f => f.Path == "stm32cubeprogrammer/program.sh");
        Assert.DoesNotContain(kit.Files, f => f.Path.StartsWith("nrfjprog", StringComparison.Ordinal));
    }

    [Fact]
    public void Gen_3_is_erased_whole_only_when_the_image_brings_everything_back()
    {
        Assert.Contains("nrf5 mass_erase", Text(Make("boron", "2.2.0"), "openocd/program.cfg"), StringComparison.Ordinal);
        Assert.Contains("--chiperase", Text(Make("boron", "2.2.0"), "nrfjprog/program.sh"), StringComparison.Ordinal);

        var without = Make("boron", "2.2.0", withMbr: false);
        Assert.DoesNotContain("mass_erase", Text(without, "openocd/program.cfg"), StringComparison.Ordinal);
        Assert.Contains("--sectoranduicrerase", Text(without, "nrfjprog/program.sh"), StringComparison.Ordinal);
        Assert.Contains("Do not erase the whole chip", Text(without, "INSTRUCTIONS.txt"), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_probe_has_an_interface_of_its_own_and_every_program_says_what_was_run()
    {
        foreach (var probe in ProgrammerData.Probes)
        {
            var kit = Make("photon", "2.3.1", probe: probe);
            Assert.Contains(probe.OpenOcdInterface, Text(kit, "openocd/interface.cfg"), StringComparison.Ordinal);
            Assert.Equal(2, Text(kit, "INSTRUCTIONS.txt").Split("was not run by the makers").Length - 1);
        }
    }

    [Fact]
    public void The_same_image_gives_the_same_zip_and_its_checksums_are_right()
    {
        var kit = Make("argon", "4.0.2");
        Assert.Equal(kit.ToZip(), Make("argon", "4.0.2").ToZip());
        var sums = Text(kit, "SHA256SUMS").TrimEnd().Split('\n').Select(line => line.Split("  ")).ToDictionary(p => p[1], p => p[0]);
        Assert.Equal(kit.Files.Select(f => f.Path).Where(p => p != "SHA256SUMS"), sums.Keys.Order(StringComparer.Ordinal));
        Assert.All(kit.Files.Where(f => f.Path != "SHA256SUMS"), f => Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(f.Content.Span)), sums[f.Path]));
    }

    [Fact]
    public void A_file_that_was_cut_off_makes_no_kit()
    {
        var cut = HexWriter.ToBytes(HexBoards.Build("photon", "2.2.0").Memory)[..^":00000001FF\n".Length];
        Assert.Equal(HexFaults.End, Assert.Throws<PogolineException>(() => RestoreImage.Of(HexReader.Read(cut), "cut.hex")).Code);
    }

    static ProgrammerKit Make(string board, string os, bool withMbr = true, ProbeKind? probe = null)
    {
        var hex = HexWriter.ToBytes(HexBoards.Build(board, os, withMbr: withMbr).Memory);
        return ProgrammerKit.Make(RestoreImage.Of(HexReader.Read(hex), board), hex, probe ?? ProgrammerData.Probes[0]);
    }

    static string Text(ProgrammerKit kit, string path) => Encoding.UTF8.GetString(kit.Files.Single(f => f.Path == path).Content.Span);
}
