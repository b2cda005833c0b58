using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Pogoline.Modules;

namespace Pogoline.Tests.Modules;

public class ModuleBuilderTests
{
    [Fact]
    public void A_header_reads_as_it_was_written() => Prop.ForAll(ModuleGenerators.Header.ToArbitrary(), header =>
    {
        var bytes = new byte[ModuleHeader.Size];
        header.Write(bytes);
        return ModuleHeader.TryRead(bytes, out var read) == OperationStatus.Done && read == header;
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0)]
    [InlineData(23)]
    public void A_header_needs_24_bytes(int length) =>
        Assert.Equal(OperationStatus.NeedMoreData, ModuleHeader.TryRead(new byte[length], out _));

    [Theory]
    [InlineData(0x100u, 0x100u, 4, 0, 0, 0)]
    [InlineData(0x200u, 0x100u, 4, 0, 0, 0)]
    [InlineData(0x100u, 0xFFFFFFFCu, 4, 0, 0, 0)]
    [InlineData(0x100u, 0x200u, 0, 0, 0, 0)]
    [InlineData(0x100u, 0x200u, 4, 0, 1, 0)]
    [InlineData(0x100u, 0x200u, 4, 0, 0, 5)]
    public void A_header_that_no_module_has_is_refused(uint start, uint end, byte function, byte dependency, byte index, ushort version)
    {
        var bytes = new byte[ModuleHeader.Size];
        new ModuleHeader
        {
            Start = new(start),
            End = new(end),
            Id = new((ModuleFunction)function, 1),
            Dependency2 = new(new((ModuleFunction)dependency, index), version),
        }.Write(bytes);
        Assert.Equal(OperationStatus.InvalidData, ModuleHeader.TryRead(bytes, out _));
    }

    [Fact]
    public void A_suffix_reads_as_it_was_written() => Prop.ForAll(
        (from size in Gen.Choose(36, 200)
         from hash in ModuleGenerators.Bytes(32, 32)
         from id in Gen.Choose(0, 0xFFFF)
         select new ModuleSuffix
         {
             Size = (ushort)size,
             ProductId = size >= 40 ? (ushort)id : null,
             ProductVersion = size >= 40 ? (ushort)(id ^ 0x5A5A) : null,
             Reserved = (ushort)(id >> 3),
             Sha256 = new(hash),
         }).ToArbitrary(), suffix =>
        {
            var bytes = new byte[200];
            suffix.Write(bytes);
            return ModuleSuffix.TryRead(bytes, out var read) == OperationStatus.Done && read == suffix;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void An_extension_reads_as_it_was_written() => Prop.ForAll(ModuleGenerators.Extension.ToArbitrary(), extension =>
    {
        var bytes = new byte[1000];
        var length = ExtensionCodec.Write(extension, bytes);
        var status = ExtensionCodec.TryRead(bytes, out var read, out var readLength);
        Assert.Equal((OperationStatus.Done, length), (status, readLength));
        Assert.Equal(extension, read);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_module_reads_as_it_was_built() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(ModuleGenerators.Builder.ToArbitrary(), parts =>
        {
            var image = parts.Build();
            var result = ModuleReader.Read(image);
            var module = Assert.Single(result.Modules);
            Assert.Empty(result.Problems);
            Assert.True(module.CrcOk);
            Assert.Equal(parts.HashRule, module.HashRule);
            Assert.Equal(parts.VectorTable.Length, module.HeaderOffset);
            Assert.Equal(parts.Header with { End = module.Header.End, Flags = module.Flags }, module.Header);
            Assert.Equal(parts.PrefixExtensions.Count > 0, module.Flags == ModuleFlags.PrefixExtensions);
            Assert.Equal(parts.Payload.Span, module.Payload.Span);
            Assert.Equal(WithEnd(parts.PrefixExtensions), module.PrefixExtensions);
            Assert.Equal(parts.SuffixExtensions, module.SuffixExtensions);
            var product = parts.SuffixExtensions is [.., ModuleExtension.ProductData data] ? (data.ProductId, data.ProductVersion) : parts.Product;
            Assert.Equal(product?.Id, module.Suffix!.Value.ProductId);
            Assert.Equal(product?.Version, module.Suffix!.Value.ProductVersion);
        }));

    [Fact]
    public void Parts_that_exclude_each_other_are_refused()
    {
        var builder = new ModuleBuilder { Header = new() { Id = new(ModuleFunction.UserPart, 1) } };
        Assert.Throws<ArgumentException>(() => (builder with { HashRule = HashRule.None }).Build());
        Assert.Throws<ArgumentException>(() => (builder with { Product = null, SuffixExtensions = [new ModuleExtension.Name("a")] }).Build());
        Assert.Throws<ArgumentException>(() => (builder with
        {
            SuffixExtensions = [new ModuleExtension.ProductData(1, 2), new ModuleExtension.Name("a")],
        }).Build());
        Assert.Throws<ArgumentException>(() => (builder with { SuffixExtensions = [new ModuleExtension.Unknown(0x77, new byte[70_000])] }).Build());
    }

    [Fact]
    public void A_real_module_is_rebuilt_from_its_parts_to_the_byte()
    {
        foreach (var name in new[] { "boron-bootloader@2.2.0.bin", "boron-softdevice@2.2.0.bin", "photon-system-part2@2.2.0.bin", "tracker-system-part1@2.2.0.bin" })
        {
            var module = ModuleReader.Require(Firmware.Read("2.16.0", name), name);
            var rebuilt = new ModuleBuilder
            {
                Header = module.Header,
                VectorTable = module.Image[..module.HeaderOffset],
                Payload = module.Payload,
                Product = module.Suffix!.Value.ProductId is { } id ? (id, module.Suffix.Value.ProductVersion!.Value) : null,
                HashRule = module.HashRule,
            }.Build();
            Assert.Equal(module.Image, rebuilt);
        }
    }

    static IReadOnlyList<ModuleExtension> WithEnd(IReadOnlyList<ModuleExtension> extensions) =>
        extensions.Count == 0 ? [] : [.. extensions, new ModuleExtension.End()];
}
