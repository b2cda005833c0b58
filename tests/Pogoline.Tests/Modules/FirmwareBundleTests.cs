using System.IO.Compression;
using System.Text;
using Pogoline.Modules;

namespace Pogoline.Tests.Modules;

public class FirmwareBundleTests
{
    static readonly byte[] Cat = [.. "a cat"u8];
    static readonly byte[] Application = Build(new ModuleExtension.AssetDependency(Sha256Digest.Compute(Cat), "cat.jpg"));

    [Theory]
    [InlineData("env.json")]
    [InlineData("env/env-vars.json")]
    public void An_application_with_its_assets_and_variables_is_read(string environment)
    {
        Assert.True(FirmwareBundle.TryRead(Zip(("app.bin", Application), ("assets/cat.jpg", Cat), (environment, Text("""{"A":"1"}"""))), out var bundle, out _));
        Assert.Equal("app.bin", bundle.ApplicationName);
        Assert.Equal(Application, bundle.Application.Image);
        Assert.Equal(("cat.jpg", "a cat"), (bundle.Assets[0].Name, Encoding.ASCII.GetString(bundle.Assets[0].Content.Span)));
        Assert.NotNull(bundle.Environment);
    }

    [Fact]
    public void A_missing_asset_is_named() => Assert.Equal("The asset 'cat.jpg' is missing.", Refused(ModuleFaults.BundleAsset, ("app.bin", Application)));

    [Fact]
    public void A_changed_asset_is_refused() => Refused(ModuleFaults.BundleAsset, ("app.bin", Application), ("assets/cat.jpg", Text("a dog")));

    [Fact]
    public void An_asset_that_nobody_asks_for_is_refused() =>
        Refused(ModuleFaults.BundleAsset, ("app.bin", Application), ("assets/cat.jpg", Cat), ("assets/dog.jpg", Cat));

    [Fact]
    public void Two_applications_are_no_bundle() => Refused(ModuleFaults.Bundle, ("a.bin", Application), ("b.bin", Application), ("assets/cat.jpg", Cat));

    [Fact]
    public void Folders_below_the_assets_are_no_bundle() => Refused(ModuleFaults.Bundle, ("app.bin", Application), ("assets/more/cat.jpg", Cat));

    [Fact]
    public void A_bootloader_is_no_application() => Refused(ModuleFaults.Bundle, ("app.bin", Firmware.Read("2.16.0", "boron-bootloader@2.2.0.bin")));

    [Fact]
    public void A_damaged_application_is_refused_with_its_own_fault()
    {
        var damaged = Application.ToArray();
        damaged[40] ^= 1;
        Refused(ModuleFaults.Crc, ("app.bin", damaged), ("assets/cat.jpg", Cat));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"A":1}""")]
    [InlineData("not json")]
    public void Variables_that_are_no_object_of_texts_are_refused(string json) =>
        Refused(ModuleFaults.Bundle, ("app.bin", Application), ("assets/cat.jpg", Cat), ("env.json", Text(json)));

    [Fact]
    public void Too_many_variables_are_refused() => Refused(ModuleFaults.Bundle, ("app.bin", Application), ("assets/cat.jpg", Cat),
        ("env.json", Text($"{{{string.Join(',', Enumerable.Range(0, 101).Select(i => $"\"V{i}\":\"\""))}}}")));

    static string Refused(FaultCode code, params (string Name, byte[] Content)[] entries)
    {
        Assert.False(FirmwareBundle.TryRead(Zip(entries), out var bundle, out var problem));
        Assert.Null(bundle);
        Assert.Equal(code, problem.Code);
        return problem.Message;
    }

    static byte[] Build(params ModuleExtension[] extensions) => new ModuleBuilder
    {
        Header = new() { Start = new(0xB4000), PlatformId = 13, Id = new(ModuleFunction.UserPart, 2), Version = 6 },
        Payload = new byte[500],
        SuffixExtensions = extensions,
    }.Build();

    static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    static byte[] Zip(params (string Name, byte[] Content)[] entries) => SafeArchiveTests.Zip(CompressionLevel.Optimal, entries);
}
