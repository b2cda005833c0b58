using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using Pogoline.Modules;

namespace Pogoline.Tests.Modules;

/// <summary>No input whatever makes the reader throw, hang, or take more memory than a small multiple of its size.</summary>
public class ModuleReaderRobustnessTests
{
    const int AllowedMultiple = 4;
    const int AllowedOnTop = 64 * 1024;
    static readonly TimeSpan AllowedTime = TimeSpan.FromSeconds(5);

    static readonly byte[][] Seeds =
    [
        Firmware.Read("2.16.0", "boron-bootloader@2.2.0.bin"),
        Firmware.Read("2.16.0", "boron-softdevice@2.2.0.bin"),
        Firmware.Read("2.16.0", "photon-bootloader@2.2.0+lto.bin"),
        Firmware.Read("2.16.0", "electron-system-part1@2.2.0.bin"),
        Firmware.Read("2.16.0", "photon_doctor.bin"),
        AssetModule.Create("cat.jpg", new byte[3000]),
        CombinedModule.Join(Real("tinker-1.5.0-b5som.bin"), Real("photon_doctor.bin")),
        CompressedModule.Compress(Real("boron-bootloader@2.2.0.bin")),
        new ModuleBuilder
        {
            Header = new() { Start = new(0x30000), PlatformId = 13, Id = new(ModuleFunction.SystemPart, 1) },
            PrefixExtensions = [new ModuleExtension.Name("front"), new ModuleExtension.SecurityMode(true, new byte[300])],
            SuffixExtensions = [new ModuleExtension.AssetDependency(default, "cat.jpg"), new ModuleExtension.Dependency(default, 1)],
            Payload = new byte[100],
        }.Build(),
    ];

    static readonly Gen<byte[]> Mutated =
        from seed in Gen.Choose(0, Seeds.Length - 1)
        from other in Gen.Choose(0, Seeds.Length - 1)
        from kinds in Gen.ListOf(Gen.Choose(0, 7))
        from random in Gen.Choose(0, int.MaxValue)
        select kinds.Take(4).Aggregate(Seeds[seed].ToArray(), (file, kind) => Mutate(file, kind, Seeds[other], new Random(random + kind)));

    [Fact]
    public void Arbitrary_bytes() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(ModuleGenerators.Bytes(0, 20_000).ToArbitrary(), Survives));

    [Fact]
    public void Real_files_cut_padded_flipped_spliced_and_with_changed_lengths() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(Mutated.ToArbitrary(), Survives));

    [Fact]
    public void Every_header_byte_of_a_small_module_at_every_interesting_value()
    {
        var file = Seeds[^1];
        foreach (var at in Enumerable.Range(0, file.Length))
        {
            foreach (byte value in new[] { 0x00, 0x01, 0x02, 0x04, 0x10, 0x1F, 0x7F, 0x80, 0xFE, 0xFF })
            {
                var changed = file.ToArray();
                changed[at] = value;
                Survives(changed);
            }
        }
    }

    [Fact]
    public void Every_length_of_a_small_module()
    {
        foreach (var length in Enumerable.Range(0, Seeds[^1].Length)) Survives(Seeds[^1][..length]);
    }

    [Fact]
    public void A_megabyte_of_combined_modules_in_a_row()
    {
        var member = CombinedModule.Join(Real("photon_doctor.bin"), Real("photon_doctor.bin"))[..Real("photon_doctor.bin").Image.Length];
        var file = Enumerable.Repeat(member, 150).SelectMany(bytes => bytes).ToArray();
        Survives(file);
        Assert.Equal(ModuleFaults.Combined, ModuleReader.Read(file).FirstError!.Code);
    }

    [Fact]
    public void A_megabyte_of_headers()
    {
        var header = new byte[ModuleHeader.Size];
        new ModuleHeader { Start = new(0), End = new(1_000_000), PlatformId = 13, Id = new(ModuleFunction.SystemPart, 1), Flags = ModuleFlags.PrefixExtensions }.Write(header);
        Survives([.. Enumerable.Repeat(header, 45_000).SelectMany(bytes => bytes)]);
    }

    [Fact]
    public void A_megabyte_of_the_shortest_extensions()
    {
        var file = new byte[1_000_000];
        for (var at = ModuleHeader.Size; at + 4 <= file.Length; at += 4) (file[at], file[at + 2]) = (0x77, 4);
        new ModuleHeader
        {
            Start = new(0), End = new((uint)file.Length - 4), PlatformId = 13, Id = new(ModuleFunction.SystemPart, 1), Flags = ModuleFlags.PrefixExtensions,
        }.Write(file);
        Survives(file);
        Assert.Contains(ModuleReader.Read(file).AllProblems, problem => problem.Code == ModuleFaults.Extension);
    }

    static FirmwareModule Real(string name) => ModuleReader.Require(Firmware.Read("2.16.0", name), name);

    static byte[] Mutate(byte[] file, int kind, byte[] other, Random random)
    {
        if (file.Length < 64) return file;
        var at = random.Next(file.Length);
        switch (kind)
        {
            case 0: return file[..at];
            case 1: return [.. file, .. Enumerable.Repeat((byte)(random.Next(2) * 0xFF), random.Next(5000))];
            case 2: file[at] ^= (byte)(1 << random.Next(8)); return file;
            case 3: return [.. file[..at], .. other[random.Next(other.Length)..]];
            case 4: return file[at..];
            // What the reader believes most: header, suffix size, extension lengths.
            case 5: random.NextBytes(file.AsSpan(HeaderOf(file), 1 + random.Next(24))); return file;
            case 6: random.NextBytes(file.AsSpan(file.Length - 1 - random.Next(60), 1)); return file;
            default: file[HeaderOf(file) + 9] = (byte)random.Next(256); return file;
        }
    }

    static int HeaderOf(byte[] file) => ModuleReader.Read(file).Modules is [var first, ..] ? Math.Min(first.HeaderOffset, file.Length - 24) : 0;

    static void Survives(byte[] file)
    {
        Read(file);
        var clock = Stopwatch.StartNew();
        var before = GC.GetAllocatedBytesForCurrentThread();
        ModuleReader.Read(file);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(clock.Elapsed < AllowedTime, $"{file.Length} bytes took {clock.Elapsed}");
        Assert.True(allocated <= (AllowedMultiple * (long)file.Length) + AllowedOnTop, $"{file.Length} bytes took {allocated} bytes of memory");
    }

    // All that a caller may look at, without exception.
    static void Read(byte[] file)
    {
        var result = ModuleReader.Read(file);
        var covered = 0;
        foreach (var module in result.Modules)
        {
            covered += module.Image.Length;
            _ = (module.Payload, module.DeviceBytes, module.Range, module.ToString(), module.Extensions.Count(), module.Platform);
            if (!module.HasErrors) Assert.True(module.CrcOk);
            if (module.HasErrors) continue;
            if (module.Flags.HasFlag(ModuleFlags.Compressed)) CompressedModule.TryDecompress(module, out _, out _, limit: 1 << 20);
            if (module.Flags.HasFlag(ModuleFlags.Combined)) Assert.True(ModuleReader.Read(CombinedModule.Separate(module)).IsGood);
        }
        Assert.True(covered <= file.Length);
        if (result.Modules.Count == 0) Assert.False(result.IsGood);
        _ = FileInspector.Inspect("x.bin", file);
    }
}
