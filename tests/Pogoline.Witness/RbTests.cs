using Pogoline.Links.Listening;
using Pogoline.Tests;

namespace Pogoline.Witness;

/// <summary>The receiver of lrzsz takes what our sender sends.</summary>
public sealed class RbTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("pogoline-rb-").FullName;

    [WitnessTheory(Need.Lrzsz), InlineData(1), InlineData(128), InlineData(1024), InlineData(1025), InlineData(200_001)]
    public async Task Rb_gets_every_byte(int size)
    {
        var content = new byte[size];
        new Random(size).NextBytes(content);
        await SendAsync(content);
    }

    [WitnessFact(Need.Lrzsz)]
    public async Task Rb_gets_a_real_system_part() => await SendAsync(Firmware.Read("2.16.0", "boron-system-part1@2.2.0.bin"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    async Task SendAsync(byte[] content)
    {
        await using var rb = new ProcessChannel(_folder, "rb", "--quiet");
        var progress = 0;
        await new YmodemSender(rb, TimeProvider.System, YmodemDialect.Standard).SendAsync("image.bin", content, bytes => progress += bytes, CancellationToken.None);
        Assert.Equal(0, await rb.WaitAsync());
        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(_folder, "image.bin")));
        Assert.Equal(content.Length, progress);
    }
}
