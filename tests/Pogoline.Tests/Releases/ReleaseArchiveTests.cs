using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Pogoline.Host.Releases;
using Pogoline.Modules;
using Pogoline.Platforms;
using Pogoline.Releases;

namespace Pogoline.Tests.Releases;

public class ReleaseArchiveTests
{
    static readonly DeviceOsVersion V220 = DeviceOsVersion.Parse("2.2.0");
    static readonly Platform Boron = PlatformCatalog.Require("boron");

    [Theory]
    [InlineData("particle_device-os@2.2.0+boron.binaries.zip", "boron/release/boron-{0}@2.2.0.bin")]
    [InlineData("particle_device-os@2.2.0+boron.binaries.zip", "{0}.bin")]
    [InlineData("particle_device-os@2.2.0.zip", "boron/{0}.bin")]
    [InlineData("2.2.0/boron.zip", "{0}.bin")]
    [InlineData("whatever.zip", "{0}.bin")]
    public async Task A_release_archive_of_any_published_layout_gives_the_release(string archive, string entry)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write(archive, Zip([.. Parts("boron").Select(part => (string.Format(null, entry, part.Kind), part.Content)), ("readme.txt", [1])]));
        var release = new ReleaseAssembler(ReleaseCatalog.Default).Assemble((await new ZipReleaseSource(path).FindAsync(V220, Boron, default))!);
        Assert.Equal(3, release.Files.Count);
    }

    [Fact]
    public async Task An_archive_of_release_archives_gives_the_release_of_the_one_that_claims_it()
    {
        using var folder = new TemporaryFolder();
        byte[] Packed(string platform) => Zip([.. Parts(platform).Select(part => ($"{platform}/release/{platform}-{part.Kind}@2.2.0.bin", part.Content)), ("notes.txt", [1])]);
        var path = folder.Write("all.zip", Zip(
        [
            ("particle_device-os@2.2.0+boron.binaries.zip", Packed("boron")), ("old/particle_device-os@2.2.0+argon.binaries.zip", Packed("argon")), ("broken.zip", [1, 2, 3]),
        ]));
        foreach (var platform in new[] { "boron", "argon" })
        {
            var files = await new ZipReleaseSource(path).FindAsync(V220, PlatformCatalog.Require(platform), default);
            Assert.Equal(3, new ReleaseAssembler(ReleaseCatalog.Default).Assemble(files!).Files.Count);
        }
        Assert.Null(await new ZipReleaseSource(path).FindAsync(V220, PlatformCatalog.Require("bsom"), default));
    }

    [Fact]
    public async Task A_bomb_in_an_archive_of_archives_is_refused()
    {
        using var folder = new TemporaryFolder();
        var bomb = Zip([("bootloader.bin", new byte[64 << 20])], level: CompressionLevel.SmallestSize);
        var path = folder.Write("all.zip", Zip([("particle_device-os@2.2.0+boron.binaries.zip", bomb)]));
        var fault = await Assert.ThrowsAsync<PogolineException>(async () => await new ZipReleaseSource(path).FindAsync(V220, Boron, default));
        Assert.Equal(ModuleFaults.ArchiveSize, fault.Code);
    }

    [Fact]
    public async Task An_archive_of_something_else_does_not_have_the_release()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("whatever.zip", Zip([.. Parts("argon").Select(part => ($"{part.Kind}.bin", part.Content))]));
        Assert.Null(await new ZipReleaseSource(path).FindAsync(V220, Boron, default));
        Assert.Null(await new ZipReleaseSource(path).FindAsync(DeviceOsVersion.Parse("2.1.0"), PlatformCatalog.Require("argon"), default));
        Assert.NotNull(await new ZipReleaseSource(path).FindAsync(V220, PlatformCatalog.Require("argon"), default));
    }

    [Fact]
    public async Task Release_builds_go_before_debug_builds_in_whatever_order_they_come()
    {
        var parts = Parts("boron");
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.zip", Zip(
        [
            .. parts.Select(p => ($"boron-{p.Kind}@2.2.0+debug.bin", new byte[] { 1, 2, 3 })),
            .. parts.Select(p => ($"boron-{p.Kind}@2.2.0.bin", p.Content)),
            .. parts.Select(p => ($"boron/debug/boron-{p.Kind}@2.2.0.bin", new byte[] { 4, 5, 6 })),
        ]));
        var files = await new ZipReleaseSource(path).FindAsync(V220, Boron, default);
        Assert.Equal(parts.Select(p => $"boron-{p.Kind}@2.2.0.bin").Order(), files!.Files.Select(f => f.Name.Path).Order());
    }

    [Fact]
    public async Task Two_different_files_for_one_part_are_refused()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.zip", Zip([.. Parts("boron").Select(p => ($"boron-{p.Kind}@2.2.0.bin", p.Content)), ("other/boron-bootloader@2.2.0.bin", [7])]));
        var fault = await Assert.ThrowsAsync<PogolineException>(async () => await new ZipReleaseSource(path).FindAsync(V220, Boron, default));
        Assert.Equal(ReleaseFaults.Ambiguous, fault.Code);
    }

    [Theory]
    [InlineData("/etc/boron-bootloader@2.2.0.bin")]
    [InlineData("\\\\server\\share\\bootloader.bin")]
    [InlineData("C:/bootloader.bin")]
    [InlineData("../bootloader.bin")]
    [InlineData("a/../../bootloader.bin")]
    [InlineData("a\\..\\bootloader.bin")]
    public void An_entry_that_leaves_the_archive_condemns_it(string name)
    {
        Refused(ModuleFaults.ArchiveName, Zip([("bootloader.bin", [1]), (name, [1])]));
        RefusedTar(ModuleFaults.ArchiveName, Tar(tar => tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream([1]) })));
    }

    [Fact]
    public void A_name_that_is_there_twice_condemns_the_archive()
    {
        Refused(ModuleFaults.ArchiveName, Zip([("a.bin", [1]), ("A.BIN", [2])]));
        RefusedTar(ModuleFaults.ArchiveName, Tar(tar =>
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "a.bin") { DataStream = new MemoryStream([1]) });
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "a.bin") { DataStream = new MemoryStream([2]) });
        }));
    }

    [Fact]
    public void A_link_condemns_the_archive()
    {
        Refused(ModuleFaults.ArchiveName, Zip([("a.bin", "/etc/passwd"u8.ToArray())], attributes: unchecked((int)0xA1FF0000)));
        foreach (var kind in new[] { TarEntryType.SymbolicLink, TarEntryType.HardLink })
        {
            RefusedTar(ModuleFaults.ArchiveName, Tar(tar => tar.WriteEntry(new PaxTarEntry(kind, "a.bin") { LinkName = "/etc/passwd" })));
        }
    }

    [Fact]
    public void A_bomb_is_refused_by_its_declared_size_before_anything_is_unpacked()
    {
        var bomb = Zip([("bootloader.bin", new byte[64 << 20])], level: CompressionLevel.SmallestSize);
        Assert.True(bomb.Length < 100_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Refused(ModuleFaults.ArchiveSize, bomb);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        RefusedTar(ModuleFaults.ArchiveSize, Tar(tar => tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "a.bin") { DataStream = new MemoryStream(new byte[64 << 20]) })));
    }

    [Fact]
    public void A_bomb_of_files_that_nobody_asks_for_is_refused_by_its_real_size() => RefusedTar(ModuleFaults.ArchiveSize, Tar(tar =>
    {
        for (var i = 0; i < 9; i++) tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, $"{i}.txt") { DataStream = new MemoryStream(new byte[64 << 20]) });
    }));

    [Fact]
    public async Task An_entry_that_lies_about_its_size_is_refused_when_read()
    {
        var archive = Zip([("bootloader.bin", new byte[1 << 20])]);
        Replace(archive, BitConverter.GetBytes(1 << 20), BitConverter.GetBytes(1000));
        using var zip = new ZipFileSet("lying.zip", new MemoryStream(archive));
        var fault = await Assert.ThrowsAsync<PogolineException>(async () => await zip.ReadAsync("bootloader.bin", default));
        Assert.Equal(ModuleFaults.ArchiveDamaged, fault.Code);
    }

    [Fact]
    public void Too_many_entries_are_refused() =>
        Refused(ModuleFaults.ArchiveSize, Zip([.. Enumerable.Range(0, ArchiveLimits.MaxEntries + 1).Select(i => ($"{i}", Array.Empty<byte>()))]));

    [Fact]
    public async Task A_damaged_entry_is_refused_when_read()
    {
        var content = Parts("boron")[0].Content;
        var archive = Zip([("bootloader.bin", content)], level: CompressionLevel.NoCompression);
        archive[200] ^= 1;
        using var zip = new ZipFileSet("damaged.zip", new MemoryStream(archive));
        var fault = await Assert.ThrowsAsync<PogolineException>(async () => await zip.ReadAsync("bootloader.bin", default));
        Assert.Equal(ModuleFaults.ArchiveDamaged, fault.Code);
    }

    [Fact]
    public void A_truncated_or_empty_archive_is_refused()
    {
        var archive = Zip([("bootloader.bin", Parts("boron")[0].Content)]);
        foreach (var length in new[] { 0, 1, 100, archive.Length / 2, archive.Length - 1 }) Refused(ModuleFaults.ArchiveDamaged, archive[..length]);
        var tar = Tar(t => t.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "a.bin") { DataStream = new MemoryStream(Parts("boron")[0].Content) }));
        foreach (var length in new[] { 1, 100, tar.Length / 2 }) RefusedTar(ModuleFaults.ArchiveDamaged, tar[..length]);
    }

    [Fact]
    public void Whatever_happens_to_an_archive_it_is_read_or_refused()
    {
        var zip = Zip([("bootloader.bin", new byte[3000]), ("boron/softdevice.bin", [1, 2, 3]), ("readme.txt", [4])]);
        var tar = Tar(t => t.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "a.bin") { DataStream = new MemoryStream(new byte[3000]) }));
        var mutated = from seed in Gen.Choose(0, int.MaxValue) select seed;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(mutated.ToArbitrary(), seed =>
        {
            ReadOrRefuse(() =>
            {
                using var set = new ZipFileSet("test.zip", new MemoryStream(Mutated(zip, seed)));
                foreach (var path in set.Paths) set.ReadAsync(path, default).AsTask().GetAwaiter().GetResult();
            });
            ReadOrRefuse(() => TarGzipReader.ReadAsync("test.tgz", new MemoryStream(Repacked(tar, seed)), default).AsTask().GetAwaiter().GetResult());
        }));

        static void ReadOrRefuse(Action read)
        {
            try
            {
                read();
            }
            catch (PogolineException e)
            {
                Assert.Contains(e.Code, new[] { ModuleFaults.ArchiveDamaged, ModuleFaults.ArchiveName, ModuleFaults.ArchiveSize });
            }
        }
    }

    static byte[] Mutated(byte[] original, int seed)
    {
        var random = new Random(seed);
        var copy = original.ToArray();
        if (random.Next(3) == 0) return copy[..random.Next(copy.Length)];
        for (var i = random.Next(1, 5); i > 0; i--) copy[random.Next(copy.Length)] = (byte)random.Next(256);
        return copy;
    }

    // Damage inside the compression, where its checksum does not catch it first.
    static byte[] Repacked(byte[] gzip, int seed)
    {
        using var unpacked = new MemoryStream();
        using (var source = new GZipStream(new MemoryStream(gzip), CompressionMode.Decompress)) source.CopyTo(unpacked);
        var stream = new MemoryStream();
        using (var packed = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true)) packed.Write(Mutated(unpacked.ToArray(), seed));
        return stream.ToArray();
    }

    static void Refused(FaultCode code, byte[] archive)
    {
        var fault = Assert.Throws<PogolineException>(() => new ZipFileSet("test.zip", new MemoryStream(archive)));
        Assert.Equal(code, fault.Code);
    }

    static void RefusedTar(FaultCode code, byte[] archive)
    {
        var fault = Assert.Throws<PogolineException>(() => TarGzipReader.ReadAsync("test.tgz", new MemoryStream(archive), default).AsTask().GetAwaiter().GetResult());
        Assert.Equal(code, fault.Code);
    }

    static IReadOnlyList<(string Kind, byte[] Content)> Parts(string platform) =>
        [.. new[] { "bootloader", "softdevice", "system-part1" }.Select(kind => (kind, Firmware.Read("2.16.0", $"{platform}-{kind}@2.2.0.bin")))];

    internal static byte[] Zip(IReadOnlyList<(string Name, byte[] Content)> entries, int attributes = 0, CompressionLevel level = CompressionLevel.Fastest)
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8))
        {
            foreach (var (name, content) in entries)
            {
                var entry = zip.CreateEntry(name, level);
                entry.ExternalAttributes = attributes;
                using var open = entry.Open();
                open.Write(content);
            }
        }
        return stream.ToArray();
    }

    static byte[] Tar(Action<TarWriter> write)
    {
        var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip)) write(tar);
        return stream.ToArray();
    }

    static void Replace(byte[] where, byte[] what, byte[] with)
    {
        for (int at; (at = where.AsSpan().IndexOf(what)) >= 0;) with.CopyTo(where, at);
    }
}
