using Pogoline.Host;
using Pogoline.Host.Releases;

namespace Pogoline.Tests.Releases;

public class ContentCacheTests
{
    static readonly CacheKey Key = new("npm", "particle-cli@2.16.0", "all", "package.tgz");
    static readonly byte[] Content = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 7))];

    [Fact]
    public async Task What_was_written_is_read_back_with_its_origin_also_by_another_instance()
    {
        using var folder = new TemporaryFolder();
        await new ContentCache(folder.Path).WriteAsync(Key, Content, "here", default);
        var result = await new ContentCache(folder.Path).ReadAsync(Key, default);
        Assert.Equal((CacheStatus.Hit, "here"), (result.Status, result.Origin));
        Assert.Equal(Content, result.Content.ToArray());
        Assert.Equal(CacheStatus.Miss, (await new ContentCache(folder.Path).ReadAsync(Key with { File = "other" }, default)).Status);
    }

    [Fact]
    public async Task Equal_content_is_kept_once()
    {
        using var folder = new TemporaryFolder();
        var cache = new ContentCache(folder.Path);
        await cache.WriteAsync(Key, Content, null, default);
        await cache.WriteAsync(Key with { File = "copy" }, Content, null, default);
        Assert.Single(Blobs(folder));
    }

    [Fact]
    public async Task What_is_there_is_not_written_again_but_for_what_changed_on_disk()
    {
        using var folder = new TemporaryFolder();
        var written = 0;
        var cache = new ContentCache(folder.Path, null, null, path =>
        {
            written++;
            return File.Create(path);
        });
        await cache.WriteAsync(Key, Content, "here", default);
        // The content and its index entry.
        Assert.Equal(2, written);
        await cache.WriteAsync(Key, Content, "here", default);
        Assert.Equal(2, written);
        await cache.WriteAsync(Key, Content, "there", default);
        Assert.Equal(3, written);
        await File.WriteAllBytesAsync(Blobs(folder).Single(), new byte[Content.Length]);
        await cache.WriteAsync(Key, Content, "there", default);
        Assert.Equal(4, written);
        Assert.Equal(Content, (await cache.ReadAsync(Key, default)).Content.ToArray());
    }

    [Theory]
    [InlineData("../../escape", "..", "a/b", "C:\\x")]
    [InlineData("", ".", "…", "A")]
    public async Task No_key_leaves_the_cache_or_meets_another(string source, string release, string platform, string file)
    {
        using var folder = new TemporaryFolder();
        var cache = new ContentCache(Path.Combine(folder.Path, "cache"));
        var key = new CacheKey(source + "s", release + "r", platform + "p", file);
        await cache.WriteAsync(key, new byte[] { 1 }, null, default);
        await cache.WriteAsync(key with { File = file.ToLowerInvariant() + "2" }, new byte[] { 2 }, null, default);
        Assert.Equal([1], (await cache.ReadAsync(key, default)).Content.ToArray());
        Assert.Equal(["cache"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("flip")]
    [InlineData("cut")]
    [InlineData("delete")]
    [InlineData("index")]
    public async Task A_file_that_changed_on_disk_is_dropped_and_fetched_again(string damage)
    {
        using var folder = new TemporaryFolder();
        var cache = new ContentCache(folder.Path);
        await cache.WriteAsync(Key, Content, null, default);
        Damage(folder, damage);
        Assert.Equal(CacheStatus.Corrupt, (await cache.ReadAsync(Key, default)).Status);
        var fetched = 0;
        var (again, _) = await cache.GetOrFetchAsync(Key, new(isOffline: false), () => { fetched++; return new((Content, "again")); }, default);
        Assert.Equal(Content, again.ToArray());
        Assert.Equal(1, fetched);
        Assert.Equal(CacheStatus.Hit, (await cache.ReadAsync(Key, default)).Status);
    }

    [Theory]
    [InlineData("flip")]
    [InlineData("delete")]
    public async Task Offline_a_file_that_changed_on_disk_is_an_error(string damage)
    {
        using var folder = new TemporaryFolder();
        var cache = new ContentCache(folder.Path);
        await cache.WriteAsync(Key, Content, null, default);
        Damage(folder, damage);
        var fault = await Assert.ThrowsAsync<PogolineException>(async () => await cache.GetOrFetchAsync(Key, new(isOffline: true), Never, default));
        Assert.Equal(SourceFaults.CacheCorrupt, fault.Code);
    }

    [Fact]
    public async Task Offline_a_file_that_was_never_fetched_is_an_error()
    {
        using var folder = new TemporaryFolder();
        var fault = await Assert.ThrowsAsync<PogolineException>(async () =>
            await new ContentCache(folder.Path).GetOrFetchAsync(Key, new(isOffline: true), Never, default));
        Assert.Equal(SourceFaults.Offline, fault.Code);
    }

    [Fact]
    public async Task A_full_disk_is_an_error_that_leaves_nothing_behind()
    {
        using var folder = new TemporaryFolder();
        var cache = new ContentCache(folder.Path, null, null, path => new FullDisk(File.Create(path)));
        var fault = await Assert.ThrowsAsync<PogolineException>(async () => await cache.WriteAsync(Key, Content, null, default));
        Assert.Equal(SourceFaults.CacheWrite, fault.Code);
        Assert.Empty(Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories));
        Assert.Equal(CacheStatus.Miss, (await cache.ReadAsync(Key, default)).Status);
    }

    [Fact]
    public async Task A_cache_that_cannot_be_made_is_an_error()
    {
        using var folder = new TemporaryFolder();
        var cache = new ContentCache(folder.Write("file", [1]));
        var fault = await Assert.ThrowsAsync<PogolineException>(async () => await cache.WriteAsync(Key, Content, null, default));
        Assert.Equal(SourceFaults.CacheWrite, fault.Code);
        fault = await Assert.ThrowsAsync<PogolineException>(async () => await cache.LockAsync(Key, default));
        Assert.Equal(SourceFaults.CacheWrite, fault.Code);
    }

    [Fact]
    public async Task Many_that_want_the_same_file_fetch_it_once()
    {
        using var folder = new TemporaryFolder();
        var fetched = 0;
        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
            await new ContentCache(folder.Path).GetOrFetchAsync(Key, new(isOffline: false), async () =>
            {
                Interlocked.Increment(ref fetched);
                await Task.Delay(50);
                return (Content, "once");
            }, default))));
        Assert.Equal(1, fetched);
        Assert.All(results, result => Assert.Equal(Content, result.Content.ToArray()));
    }

    [Fact]
    public async Task Writers_and_readers_of_one_key_never_see_half_a_file()
    {
        using var folder = new TemporaryFolder();
        var versions = Enumerable.Range(0, 4).Select(i => Content.Select(b => (byte)(b + i)).ToArray()).ToList();
        await new ContentCache(folder.Path).WriteAsync(Key, versions[0], null, default);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(async () =>
        {
            var cache = new ContentCache(folder.Path);
            for (var i = 0; i < 50; i++)
            {
                if (n < 4) await cache.WriteAsync(Key, versions[n], null, default);
                else
                {
                    var read = await cache.ReadAsync(Key, default);
                    Assert.Equal(CacheStatus.Hit, read.Status);
                    Assert.Contains(versions, v => read.Content.Span.SequenceEqual(v));
                }
            }
        })));
    }

    [Fact]
    public async Task Waiting_for_a_lock_can_be_cancelled_and_the_lock_is_free_afterwards()
    {
        using var folder = new TemporaryFolder();
        var cache = new ContentCache(folder.Path);
        using (await cache.LockAsync(Key, default))
        {
            using var soon = new CancellationTokenSource(100);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await cache.LockAsync(Key, soon.Token));
        }
        (await cache.LockAsync(Key, default)).Dispose();
    }

    [Fact]
    public void The_cache_lies_where_the_environment_says()
    {
        Assert.Equal(Path.GetFullPath("/own"), HostPaths.CacheFor(name => name == "POGOLINE_CACHE" ? "/own" : "/xdg"));
        Assert.Equal(Path.Combine("/xdg", "pogoline"), HostPaths.CacheFor(name => name == "XDG_CACHE_HOME" ? "/xdg" : null));
        Assert.Contains("pogoline", HostPaths.CacheFor(_ => null), StringComparison.OrdinalIgnoreCase);
    }

    static ValueTask<(ReadOnlyMemory<byte>, string)> Never() => throw new InvalidOperationException("fetched while offline");

    static string[] Blobs(TemporaryFolder folder) => Directory.GetFiles(Path.Combine(folder.Path, "blobs"), "*", SearchOption.AllDirectories);

    static void Damage(TemporaryFolder folder, string damage)
    {
        var blob = Blobs(folder).Single();
        var content = File.ReadAllBytes(blob);
        content[50_000] ^= 1;
        switch (damage)
        {
            case "flip": File.WriteAllBytes(blob, content); break;
            case "cut": File.WriteAllBytes(blob, content[..1000]); break;
            case "delete": File.Delete(blob); break;
            default: File.WriteAllText(Directory.GetFiles(Path.Combine(folder.Path, "index"), "*", SearchOption.AllDirectories).Single(), "{"); break;
        }
    }

    /// <summary>Takes ten thousand bytes, then says what a full disk says.</summary>
    sealed class FullDisk(Stream inner) : Stream
    {
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => inner.Length;
        public override long Position { get => inner.Position; set => throw new NotSupportedException(); }
        public override void Flush() => inner.Flush();
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count)
        {
            inner.Write(buffer, offset, Math.Min(count, 10_000));
            throw new IOException("No space left on device");
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
