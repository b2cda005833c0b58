using Pogoline.Lab.Board;
using Pogoline.Platforms;

namespace Pogoline.Tests.Lab.Board;

public class LabSpecTests
{
    [Theory]
    [InlineData("boron", "boron@2.2.0")]
    [InlineData("boron@1.5.2", "boron@1.5.2")]
    [InlineData("argon@v2.2.0*4", "argon@2.2.0*4")]
    [InlineData("photon*256", "photon@2.2.0*256")]
    public void A_text_names_board_release_and_number(string text, string meaning) => Assert.Equal(meaning, LabSpec.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("@2.2.0")]
    [InlineData("boron@")]
    [InlineData("boron@2.2")]
    [InlineData("boron*0")]
    [InlineData("boron*257")]
    [InlineData("boron*-1")]
    [InlineData("boron*")]
    [InlineData("boron*99999999999")]
    public void Anything_else_is_a_fault_that_says_how_to_write_it(string text)
    {
        var fault = Assert.Throws<PogolineException>(() => LabSpec.Parse(text));
        Assert.Equal(LabFaults.Spec, fault.Code);
        Assert.Contains("BOARD[@OS][*N]", fault.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_board_is_named() =>
        Assert.Equal(PlatformFaults.Unknown, Assert.Throws<PogolineException>(() => LabSpec.Parse("boronn@2.2.0")).Code);

    [Fact]
    public async Task A_lab_gives_every_board_its_own_id_and_port()
    {
        var units = await Lab("boron@2.2.0*2", "argon@4.0.2");
        Assert.Equal(["lab-1", "lab-2", "lab-3"], units.Select(u => u.Port));
        Assert.Equal(3, units.Select(u => u.DeviceId).Distinct().Count());
        Assert.Equal(["boron", "boron", "argon"], units.Select(u => u.Platform.Name));
    }

    [Fact]
    public async Task A_lab_has_at_most_256_boards()
    {
        var fault = await Assert.ThrowsAsync<PogolineException>(() => Lab("boron*200", "argon*57"));
        Assert.Equal(LabFaults.Spec, fault.Code);
    }

    static async Task<IReadOnlyList<VirtualUnit>> Lab(params string[] specs) => await VirtualLab.MakeAsync(
        [.. specs.Select(LabSpec.Parse)],
        (platform, os, _) => ValueTask.FromResult<IReadOnlyList<ReadOnlyMemory<byte>>>(
            [.. Boards.Files(platform.Name, os.ToString()).Select(path => (ReadOnlyMemory<byte>)File.ReadAllBytes(path))]),
        LabClock.Immediate(), default);
}
