using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Pogoline.Modules;

namespace Pogoline.Tests.Modules;

public class SafeArchiveTests
{
    [Fact]
    public void Files_are_unpacked_in_order_and_folders_left_out()
    {
        Assert.True(SafeArchive.TryRead(Zip(("b.bin", "two"), ("folder/", ""), ("folder/a.bin", "one")), out var files, out _));
        Assert.Equal([("b.bin", "two"), ("folder/a.bin", "one")], files.Select(f => (f.Name, Encoding.ASCII.GetString(f.Content.Span))));
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../up.bin")]
    [InlineData("a/../../up.bin")]
    [InlineData("a/./b.bin")]
    [InlineData("a//b.bin")]
    [InlineData("C:/windows.bin")]
    [InlineData("c:x.bin")]
    [InlineData("..\\up.bin")]
    [InlineData("\\\\server\\share")]
    [InlineData("new\nline")]
    [InlineData("nul\0.bin")]
    [InlineData("..")]
    [InlineData("/")]
    public void A_name_that_points_outside_is_refused(string name) => Refused(ModuleFaults.ArchiveName, Zip(("good.bin", "x"), (name, "y")));

    [Theory]
    [InlineData("a.bin")]
    [InlineData("A.BIN")]
    [InlineData("a.bin/")]
    public void A_name_that_comes_twice_is_refused(string again) => Refused(ModuleFaults.ArchiveName, Zip(("a.bin", "x"), (again, "")));

    [Fact]
    public void A_symbolic_link_is_refused()
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            zip.CreateEntry("link").ExternalAttributes = unchecked((int)0xA1FF_0000);
        }
        Refused(ModuleFaults.ArchiveName, memory.ToArray());
    }

    [Fact]
    public void A_bomb_is_refused_before_it_is_unpacked()
    {
        var bomb = Zip(("bomb.bin", new string('\0', 10_000_000)));
        Assert.True(bomb.Length < 50_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Refused(ModuleFaults.ArchiveSize, bomb);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 500_000);
    }

    [Fact]
    public void A_bomb_that_lies_about_its_size_is_refused()
    {
        var bomb = Zip(("bomb.bin", new string('\0', 10_000_000)));
        // The declared size stands in the central directory and in the local header.
        for (var at = 0; at + 4 <= bomb.Length; at++)
        {
            if (BinaryPrimitives.ReadInt32LittleEndian(bomb.AsSpan(at)) == 10_000_000) BinaryPrimitives.WriteInt32LittleEndian(bomb.AsSpan(at), 1000);
        }
        Refused(ModuleFaults.ArchiveDamaged, bomb);
    }

    [Fact]
    public void Too_many_entries_are_refused() =>
        Refused(ModuleFaults.ArchiveSize, Zip([.. Enumerable.Range(0, SafeArchive.MaximumEntries + 1).Select(i => ($"{i}.bin", ""))]));

    [Fact]
    public void Changed_content_is_refused_by_its_CRC()
    {
        var stored = Zip(CompressionLevel.NoCompression, ("a.bin", "content-of-a"));
        var at = Encoding.ASCII.GetString(stored).IndexOf("content-of-a", StringComparison.Ordinal);
        stored[at] ^= 1;
        Refused(ModuleFaults.ArchiveDamaged, stored);
    }

    [Fact]
    public void Whatever_happens_to_an_archive_it_is_read_or_refused()
    {
        var good = Zip(("app.bin", new string('x', 3000)), ("assets/a.txt", "hello"), ("assets/b.txt", "world"));
        var mutated = from kind in Gen.Choose(0, 2)
                      from seed in Gen.Choose(0, int.MaxValue)
                      select Mutate(good.ToArray(), kind, new Random(seed));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(mutated.ToArbitrary(), archive =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var isRead = SafeArchive.TryRead(archive, out var files, out var problem);
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 2_000_000);
            Assert.Equal(isRead, problem is null);
            if (isRead) Assert.All(files!, file => Assert.DoesNotContain("..", file.Name.Split('/')));
        }));

        static byte[] Mutate(byte[] archive, int kind, Random random)
        {
            if (kind == 0) return archive[..random.Next(archive.Length)];
            for (var i = 0; i <= random.Next(4); i++) archive[random.Next(kind == 1 ? archive.Length : Math.Min(40, archive.Length))] = (byte)random.Next(256);
            return archive;
        }
    }

    internal static byte[] Zip(params (string Name, string Content)[] entries) => Zip(CompressionLevel.Optimal, entries);

    internal static byte[] Zip(CompressionLevel level, params (string Name, string Content)[] entries) =>
        Zip(level, [.. entries.Select(entry => (entry.Name, Encoding.Latin1.GetBytes(entry.Content)))]);

    internal static byte[] Zip(CompressionLevel level, params (string Name, byte[] Content)[] entries)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var stream = zip.CreateEntry(name, level).Open();
                stream.Write(content);
            }
        }
        return memory.ToArray();
    }

    static void Refused(FaultCode code, byte[] archive)
    {
        Assert.False(SafeArchive.TryRead(archive, out var files, out var problem));
        Assert.Null(files);
        Assert.Equal(code, problem.Code);
    }
}
