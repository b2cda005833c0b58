using System.IO.Compression;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Pogoline.Host.Releases;

namespace Pogoline.Tests.Releases;

public sealed class CacheArchiveTests : IDisposable
{
    static readonly CacheKey A = new("npm", "particle-cli@2.16.0", "all", "package.tgz");
    static readonly CacheKey B = new("http-https://example.com/Ä", "2.2.0", "boron", "..");

    readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task What_one_machine_exports_another_imports_with_origins_and_odd_names()
    {
        var file = await ExportedAsync();
        var other = new ContentCache(PathOf("other"));
        var import = await CacheArchive.ImportAsync(other, file, default);
        Assert.Equal([A, B], import.Added.Select(f => f.Key).OrderBy(k => k.Source == "npm" ? 0 : 1));
        Assert.Equal(("content of a", "origin of a"), await ReadAsync(other, A));
        Assert.Equal(("content of b", null), await ReadAsync(other, B));
        Assert.All(Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories), path => Assert.StartsWith(_folder.Path, Path.GetFullPath(path), StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_same_cache_gives_the_same_bytes()
    {
        var first = await File.ReadAllBytesAsync(await ExportedAsync());
        var again = PathOf("again.zip");
        await CacheArchive.ExportAsync(new(PathOf("cache")), again, default);
        Assert.Equal(first, await File.ReadAllBytesAsync(again));
    }

    [Fact]
    public async Task What_is_here_already_stays_and_what_is_damaged_here_is_replaced()
    {
        var file = await ExportedAsync();
        var other = new ContentCache(PathOf("other"));
        await other.WriteAsync(A, "mine"u8.ToArray(), "mine", default);
        await other.WriteAsync(B, "broken later"u8.ToArray(), null, default);
        foreach (var blob in Directory.GetFiles(PathOf("other/blobs"), "*", SearchOption.AllDirectories).Where(b => File.ReadAllText(b) == "broken later")) await File.WriteAllTextAsync(blob, "x");
        var import = await CacheArchive.ImportAsync(other, file, default);
        Assert.Equal([B], import.Added.Select(f => f.Key));
        Assert.Equal([A], import.Kept.Select(f => f.Key));
        Assert.Equal(("mine", "mine"), await ReadAsync(other, A));
        Assert.Equal(("content of b", null), await ReadAsync(other, B));
    }

    [Fact]
    public async Task A_damaged_file_is_dropped_and_told_and_never_exported()
    {
        await ExportedAsync();
        var cache = new ContentCache(PathOf("cache"));
        var blob = Directory.GetFiles(PathOf("cache/blobs"), "*", SearchOption.AllDirectories).Single(b => File.ReadAllText(b) == "content of a");
        await File.WriteAllTextAsync(blob, "content of A");
        var (files, dropped) = await CacheArchive.ListAsync(cache, default);
        Assert.Equal([B], files.Select(f => f.Key));
        Assert.Equal([A], dropped);
    }

    [Fact]
    public async Task An_archive_that_was_changed_is_refused_whole_and_leaves_the_cache_as_it_was()
    {
        var good = await File.ReadAllBytesAsync(await ExportedAsync());
        var entries = Entries(good);
        await RefusedAsync(good[..(good.Length / 2)]);
        await RefusedAsync([]);
        await RefusedAsync(Zip(entries.Skip(1)));
        await RefusedAsync(Zip(entries.SkipLast(1)));
        await RefusedAsync(Zip([.. entries, ("blobs/" + new string('0', 64), [1])]));
        await RefusedAsync(Zip([.. entries, ("../up", [1])]));
        await RefusedAsync(Zip([.. entries, entries[1]]));
        await RefusedAsync(Zip(entries.Select(e => e.Name == entries[1].Name ? (e.Name, [.. e.Content[..^1], (byte)'!']) : e)));
        await RefusedAsync(Zip(entries.Select(e => e.Name == "cache.json" ? (e.Name, "{\"schema\":2,\"files\":[]}"u8.ToArray()) : e)));
        await RefusedAsync(ReleaseArchiveTests.Zip([.. entries], level: CompressionLevel.SmallestSize));
    }

    [Fact]
    public async Task Whatever_happens_to_an_archive_it_means_the_same_or_is_refused()
    {
        var good = await File.ReadAllBytesAsync(await ExportedAsync());
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var copy = good.ToArray();
            for (var i = random.Next(1, 4); i > 0; i--) copy[random.Next(copy.Length)] ^= (byte)(1 << random.Next(8));
            var (file, root) = (PathOf("mutated.zip"), PathOf($"m{seed}"));
            File.WriteAllBytes(file, copy);
            try
            {
                CacheArchive.ImportAsync(new(root), file, default).AsTask().GetAwaiter().GetResult();
                // Origins and names are words for people; contents are what counts.
                foreach (var blob in Directory.GetFiles(Path.Combine(root, "blobs"), "*", SearchOption.AllDirectories)) Assert.StartsWith("content of ", File.ReadAllText(blob), StringComparison.Ordinal);
            }
            catch (PogolineException e)
            {
                Assert.Contains(e.Code, new[] { SourceFaults.CacheArchive, SourceFaults.CacheWrite });
                if (e.Code == SourceFaults.CacheArchive) Assert.False(Directory.Exists(Path.Combine(root, "blobs")));
            }
        }));
    }

    async Task<string> ExportedAsync()
    {
        var cache = new ContentCache(PathOf("cache"));
        await cache.WriteAsync(A, "content of a"u8.ToArray(), "origin of a", default);
        await cache.WriteAsync(B, "content of b"u8.ToArray(), null, default);
        var file = PathOf("cache.zip");
        Assert.Equal(2, (await CacheArchive.ExportAsync(cache, file, default)).Count);
        return file;
    }

    async Task RefusedAsync(byte[] archive)
    {
        var root = PathOf($"r{Guid.NewGuid():N}");
        var fault = await Assert.ThrowsAsync<PogolineException>(async () => await CacheArchive.ImportAsync(new(root), _folder.Write("bad.zip", archive), default));
        Assert.Equal(SourceFaults.CacheArchive, fault.Code);
        Assert.False(Directory.Exists(root));
    }

    static async Task<(string, string?)> ReadAsync(ContentCache cache, CacheKey key)
    {
        var result = await cache.ReadAsync(key, default);
        Assert.Equal(CacheStatus.Hit, result.Status);
        return (Encoding.UTF8.GetString(result.Content.Span), result.Origin);
    }

    static List<(string Name, byte[] Content)> Entries(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
        return [.. archive.Entries.Select(e =>
        {
            using var stream = e.Open();
            var content = new byte[e.Length];
            stream.ReadExactly(content);
            return (e.FullName, content);
        })];
    }

    static byte[] Zip(IEnumerable<(string, byte[])> entries) => ReleaseArchiveTests.Zip([.. entries], level: CompressionLevel.NoCompression);

    string PathOf(string name) => Path.Combine(_folder.Path, name);

    public void Dispose() => _folder.Dispose();
}
