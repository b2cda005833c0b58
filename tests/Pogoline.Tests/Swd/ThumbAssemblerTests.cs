using Pogoline.Links.Swd.Loader;

namespace Pogoline.Tests.Swd;

public class ThumbAssemblerTests
{
    [Theory]
    [InlineData("movs r3, #255", "FF23")]
    [InlineData("adds r2, r2, #4", "0432")]
    [InlineData("adds r1, r5, #1", "691C")]
    [InlineData("adds r3, r2, r3", "D318")]
    [InlineData("ldr r6, [r7, r6]", "BE59")]
    [InlineData("str r2, [r7, #0x10]", "3A61")]
    [InlineData("ldmia r2!, {r6}", "40CA")]
    [InlineData("here: b here", "FEE7")]
    [InlineData("here: bcs here", "FED2")]
    [InlineData("ldr r0, value\n.align 2\nvalue: .word 0x12345678", "004800BF78563412")]
    public void Encodes_as_the_architecture_says(string source, string code) => Assert.Equal(code, Convert.ToHexString(ThumbAssembler.Assemble(source)));

    [Theory]
    [InlineData("movs r8, #1"), InlineData("movs r0, #256"), InlineData("lsls r0, r1, #32"), InlineData("ldr r0, [r1, #2]")]
    [InlineData("b nowhere"), InlineData("frobs r0"), InlineData("x: nop\nx: nop"), InlineData("adds r0, r1, #8")]
    public void Refuses_what_it_cannot_encode_and_names_the_line(string source) =>
        Assert.Contains("line", Assert.Throws<FormatException>(() => ThumbAssembler.Assemble(source)).Message, StringComparison.Ordinal);

    [Theory, InlineData("nrf52840"), InlineData("stm32f205")]
    public void Loaders_leave_room_for_their_tables(string controller) => Assert.InRange(LoaderCode.Of(controller).Length, 64, 0x400);
}
