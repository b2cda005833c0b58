using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using Pogoline.Modules;

namespace Pogoline.Tests.Modules;

public class PackedModuleTests
{
    [Theory]
    [InlineData("boron-system-part1@2.2.0.bin")]
    [InlineData("boron-softdevice@2.2.0.bin")]
    [InlineData("electron-system-part1@2.2.0.bin")]
    [InlineData("photon_doctor.bin")]
    public void A_compressed_real_module_is_restored_to_the_byte(string name)
    {
        var module = Real(name);
        var compressed = ModuleReader.Require(CompressedModule.Compress(module), name);
        Assert.True(compressed.Image.Length < module.Image.Length);
        Assert.Equal(0, compressed.HeaderOffset);
        Assert.Equal(module.Header with { End = compressed.Header.End, Flags = module.Flags | ModuleFlags.Compressed }, compressed.Header);
        Assert.True(CompressedModule.TryDecompress(compressed, out var image, out _));
        Assert.Equal(module.Image, image);
    }

    [Fact]
    public void Any_module_survives_compression() => Prop.ForAll(
        ModuleGenerators.Builder.Where(parts => parts.VectorTable.IsEmpty || parts.PrefixExtensions.Count == 0).ToArbitrary(), parts =>
        {
            var module = ModuleReader.Read((parts with { Header = Fit(parts.Header), HashRule = HashRule.WholeFile }).Build()).Modules[0];
            var compressed = ModuleReader.Require(CompressedModule.Compress(module), "compressed");
            Assert.Equal(module.PrefixExtensions, compressed.PrefixExtensions);
            Assert.Equal(module.SuffixExtensions, compressed.SuffixExtensions);
            Assert.True(CompressedModule.TryDecompress(compressed, out var image, out _));
            Assert.Equal(module.Image, image);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0, 7, "header")]
    [InlineData(2, 1, "method")]
    [InlineData(3, 16, "window")]
    [InlineData(4, 0, "goes on")]
    [InlineData(5, 0xFF, "ends after")]
    [InlineData(6, 0xFF, "cannot hold")]
    [InlineData(7, 0x02, "is the most")]
    [InlineData(20, -1, "")]
    public void Damaged_compressed_data_is_refused_with_the_reason(int at, int value, string reason)
    {
        var image = CompressedModule.Compress(Real("photon_doctor.bin"));
        if (value >= 0) image[ModuleHeader.Size + at] = (byte)value;
        else image.AsSpan(ModuleHeader.Size + at, 200).Fill(0xAA);
        var module = ModuleReader.Read(Resealed(image)).Modules[0];
        Assert.False(module.HasErrors);
        Assert.False(CompressedModule.TryDecompress(module, out _, out var problem));
        Assert.Equal(ModuleFaults.Compressed, problem.Code);
        Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bomb_takes_no_more_memory_than_the_limit()
    {
        var bomb = ModuleReader.Require(CompressedModule.Compress(ModuleReader.Require(AssetModule.Create("zeros", new byte[8_000_000]), "a")), "bomb");
        Assert.True(bomb.Image.Length < 10_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(CompressedModule.TryDecompress(bomb, out _, out var problem, limit: 1_000_000));
        Assert.Contains("8000000", problem.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public void Two_modules_are_joined_and_separated_again_to_the_byte()
    {
        var (first, second) = (Real("boron-softdevice@2.2.0.bin"), Real("boron-system-part1@2.2.0.bin"));
        var file = CombinedModule.Join(first, second);
        var result = ModuleReader.Read(file);
        Assert.Empty(result.AllProblems);
        Assert.Equal([first.Id, second.Id], result.Modules.Select(m => m.Id));
        Assert.Equal(first.Flags | ModuleFlags.Combined, result.Modules[0].Flags);
        Assert.Equal(first.Image, CombinedModule.Separate(result.Modules[0]));
        Assert.Equal(second.Image, CombinedModule.Separate(result.Modules[1]));
    }

    [Fact]
    public void A_combined_file_with_a_missing_member_is_refused()
    {
        var (first, second) = (Real("boron-bootloader@2.2.0.bin"), Real("boron-system-part1@2.2.0.bin"));
        var file = CombinedModule.Join(first, second);
        Assert.Equal(ModuleFaults.Combined, ModuleReader.Read(file.AsMemory(0, first.Image.Length)).FirstError!.Code);
        Assert.Equal(ModuleFaults.Combined, ModuleReader.Read(file.AsMemory(0, first.Image.Length + 300)).FirstError!.Code);
        Assert.Equal(ModuleFaults.Truncated, ModuleReader.Read(file.AsMemory(0, file.Length - 1)).FirstError!.Code);
    }

    [Fact]
    public void More_members_than_a_device_takes_are_refused()
    {
        var module = Real("photon_doctor.bin");
        var flagged = CombinedModule.Join(module, module).AsSpan(0, module.Image.Length).ToArray();
        Assert.Equal(ModuleFaults.Combined, ModuleReader.Read((byte[])[.. flagged, .. flagged, .. module.Image.Span]).FirstError!.Code);
    }

    [Fact]
    public void Only_good_modules_are_packed()
    {
        var bad = Firmware.Read("2.16.0", "photon_doctor.bin");
        bad[100] ^= 1;
        var module = ModuleReader.Read(bad).Modules[0];
        Assert.Throws<ArgumentException>(() => CompressedModule.Compress(module));
        Assert.Throws<ArgumentException>(() => CombinedModule.Join(module, module));
        Assert.Throws<ArgumentException>(() => CombinedModule.Separate(module));
    }

    [Fact]
    public void An_asset_is_wrapped_and_unwrapped() => Prop.ForAll(ModuleGenerators.Bytes(0, 3000).ToArbitrary(), content =>
    {
        var module = ModuleReader.Require(AssetModule.Create("données.txt", content, kind: (byte)(content.Length % 3)), "asset");
        Assert.Equal(ModuleFlags.DropModuleInfo, module.Flags);
        Assert.True(AssetModule.TryUnwrap(module, out var name, out var unwrapped));
        Assert.Equal("données.txt", name);
        Assert.Equal(content, unwrapped);
        Assert.Equal(content.Length % 3, module.Extensions.OfType<ModuleExtension.AssetType>().FirstOrDefault()?.Kind ?? 0);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void An_asset_whose_hash_is_not_its_own_is_not_unwrapped()
    {
        var image = AssetModule.Create("a", new byte[100]);
        image[50] = 1;
        Assert.False(AssetModule.TryUnwrap(ModuleReader.Read(Resealed(image)).Modules[0], out _, out _));
        Assert.False(AssetModule.TryUnwrap(Real("photon_doctor.bin"), out _, out _));
    }

    static FirmwareModule Real(string name) => ModuleReader.Require(Firmware.Read("2.16.0", name), name);

    // Where the module would be refused for its place rather than for what is tested.
    static ModuleHeader Fit(ModuleHeader header) => header with { Id = new(ModuleFunction.SystemPart, 1) };

    static byte[] Resealed(byte[] image)
    {
        Sha256Digest.Compute(image.AsSpan(..^38)).CopyTo(image.AsSpan(^38));
        BinaryPrimitives.WriteUInt32BigEndian(image.AsSpan(^4), Crc32.Compute(image.AsSpan(..^4)));
        return image;
    }
}
