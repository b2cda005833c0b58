using Pogoline.Links.Swd.Loader;

namespace Pogoline.Witness;

/// <summary>GNU as makes the same code of the loaders' sources.</summary>
public sealed class ArmAssemblerTests
{
    [WitnessTheory(Need.ArmAssembler), InlineData("nrf52840"), InlineData("stm32f205")]
    public async Task Assembles_the_loaders_to_the_same_bytes(string controller)
    {
        var folder = Directory.CreateTempSubdirectory("pogoline-loader-");
        try
        {
            var (source, unlinked, code) = (Path.Combine(folder.FullName, "loader.s"), Path.Combine(folder.FullName, "loader.o"), Path.Combine(folder.FullName, "loader.bin"));
            await File.WriteAllTextAsync(source, LoaderCode.SourceOf(controller));
            (await Runner.RunAsync("arm-none-eabi-as", ["-o", unlinked, source])).Require();
            (await Runner.RunAsync("arm-none-eabi-objcopy", ["-O", "binary", unlinked, code])).Require();
            Assert.Equal(Convert.ToHexString(await File.ReadAllBytesAsync(code)), Convert.ToHexString(LoaderCode.Of(controller).Span));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
