using Pogoline.Host.Releases;

namespace Pogoline.Tests.Releases;

public class HttpDownloaderTests
{
    static readonly byte[] Content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 31 >> 3))];
    static readonly (string, string) Tag = ("ETag", "\"one\"");

    [Fact]
    public async Task A_file_comes_whole()
    {
        using var server = new LoopbackServer(_ => new(200, Content));
        Assert.Equal(Content, await GetAsync(server));
    }

    [Fact]
    public async Task A_connection_that_is_cut_again_and_again_is_resumed_where_it_stopped()
    {
        using var server = new LoopbackServer(Resuming(cutAfter: 70_000));
        Assert.Equal(Content, await GetAsync(server));
        Assert.Equal([null, 70_000, 140_000, 210_000, 280_000], server.Requests.Select(r => r.RangeStart));
        Assert.All(server.Requests.Skip(1), r => Assert.Equal("\"one\"", r.Headers["If-Range"]));
    }

    [Fact]
    public async Task A_file_that_changed_meanwhile_is_fetched_from_its_start()
    {
        var changed = Content.Reverse().ToArray();
        using var server = new LoopbackServer(request => request.RangeStart is null
            ? new(200, Content, Tag) { CutAfter = 100_000 }
            : new(200, changed, ("ETag", "\"two\"")));
        Assert.Equal(changed, await GetAsync(server));
    }

    [Fact]
    public async Task A_server_that_ignores_ranges_is_read_from_the_start()
    {
        var count = 0;
        using var server = new LoopbackServer(_ => new(200, Content, Tag) { CutAfter = ++count < 3 ? 100_000 : null });
        Assert.Equal(Content, await GetAsync(server));
    }

    [Theory]
    [InlineData("")]
    [InlineData("W/\"weak\"")]
    public async Task Without_a_strong_version_tag_nothing_is_resumed(string tag)
    {
        var count = 0;
        using var server = new LoopbackServer(_ => new(200, Content, tag.Length > 0 ? [("ETag", tag)] : []) { CutAfter = ++count < 2 ? 100_000 : null });
        Assert.Equal(Content, await GetAsync(server));
        Assert.All(server.Requests, r => Assert.Null(r.RangeStart));
    }

    [Theory]
    [InlineData("bytes 0-299999/300000")]
    [InlineData("bytes 100000-299998/299999")]
    [InlineData("bytes 50000-299999/300000")]
    public async Task A_server_that_goes_on_at_another_place_is_not_believed(string range)
    {
        var count = 0;
        using var server = new LoopbackServer(request => request.RangeStart is { } from
            ? new(206, Content[from..], ("Content-Range", range), Tag)
            : new(200, Content, Tag) { CutAfter = ++count < 2 ? 100_000 : null });
        Assert.Equal(Content, await GetAsync(server));
    }

    [Fact]
    public async Task A_server_that_refuses_the_range_is_asked_for_all()
    {
        var count = 0;
        using var server = new LoopbackServer(request => request.RangeStart is not null ? new(416, [])
            : new(200, Content, Tag) { CutAfter = ++count < 2 ? 100_000 : null });
        Assert.Equal(Content, await GetAsync(server));
    }

    [Fact]
    public async Task A_server_that_always_promises_more_than_it_sends_is_given_up()
    {
        using var server = new LoopbackServer(request => new(200, Content) { DeclaredLength = Content.Length + 1 });
        var fault = await Assert.ThrowsAsync<PogolineException>(() => GetAsync(server));
        Assert.Equal(SourceFaults.DownloadFailed, fault.Code);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    public async Task A_passing_fault_of_the_server_is_outlasted(int status)
    {
        var count = 0;
        using var server = new LoopbackServer(_ => ++count < 3 ? new(status, []) : new(200, Content));
        Assert.Equal(Content, await GetAsync(server));
    }

    [Theory]
    [InlineData(500, 4)]
    [InlineData(403, 1)]
    [InlineData(301, 1)]
    public async Task A_lasting_fault_ends_the_download(int status, int attempts)
    {
        using var server = new LoopbackServer(_ => new(status, []));
        var fault = await Assert.ThrowsAsync<PogolineException>(() => GetAsync(server));
        Assert.Equal(SourceFaults.DownloadFailed, fault.Code);
        Assert.Contains($"{status}", fault.Message, StringComparison.Ordinal);
        Assert.Equal(attempts, server.Requests.Count);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_no_error()
    {
        using var server = new LoopbackServer(_ => new(404, "<html>"u8.ToArray()));
        Assert.Null(await GetAsync(server));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Redirects_are_followed_but_not_for_ever()
    {
        using var server = new LoopbackServer(r => r.Path == "/file" ? new(302, [], ("Location", "/moved")) : new(200, Content));
        Assert.Equal(Content, await GetAsync(server));
        using var loop = new LoopbackServer(_ => new(302, [], ("Location", "/file")));
        Assert.Equal(SourceFaults.DownloadFailed, (await Assert.ThrowsAsync<PogolineException>(() => GetAsync(loop))).Code);
    }

    [Fact]
    public async Task What_is_larger_than_any_firmware_is_refused_by_declared_and_by_real_size()
    {
        using var declared = new LoopbackServer(_ => new(200, [1]) { DeclaredLength = int.MaxValue });
        Assert.Equal(SourceFaults.DownloadTooLarge, (await Assert.ThrowsAsync<PogolineException>(() => GetAsync(declared))).Code);
        using var real = new LoopbackServer(_ => new(200, [.. "100000\r\n"u8, .. new byte[1 << 20]], ("Transfer-Encoding", "chunked")) { DeclaredLength = 1 << 20 });
        Assert.Equal(SourceFaults.DownloadTooLarge, (await Assert.ThrowsAsync<PogolineException>(() => GetAsync(real))).Code);
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_given_up()
    {
        using var server = new LoopbackServer(_ => new(200, Content) { Hangs = true });
        using var downloader = new HttpDownloader(new(isOffline: false), new FastTime(), silence: TimeSpan.FromMilliseconds(200));
        var fault = await Assert.ThrowsAsync<PogolineException>(async () => await downloader.TryGetAsync(new(server.Address, "file"), 1 << 20, default));
        Assert.Contains("silent", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_listening_is_an_error_with_a_remedy()
    {
        Uri address;
        using (var server = new LoopbackServer(_ => new(200, []))) address = server.Address;
        using var downloader = new HttpDownloader(new(isOffline: false), new FastTime());
        var fault = await Assert.ThrowsAsync<PogolineException>(async () => await downloader.TryGetAsync(address, 1 << 20, default));
        Assert.Equal(SourceFaults.DownloadFailed, fault.Code);
        Assert.NotEmpty(fault.Remedy);
    }

    [Fact]
    public async Task Offline_no_connection_is_made()
    {
        using var server = new LoopbackServer(_ => new(200, Content));
        using var downloader = new HttpDownloader(new(isOffline: true));
        var fault = await Assert.ThrowsAsync<PogolineException>(async () => await downloader.TryGetAsync(server.Address, 1 << 20, default));
        Assert.Equal(SourceFaults.Offline, fault.Code);
        Assert.Empty(server.Requests);
    }

    static Func<LoopbackRequest, LoopbackAnswer> Resuming(int cutAfter) => request =>
    {
        var from = request.RangeStart ?? 0;
        var rest = Content[from..];
        return new(from > 0 ? 206 : 200, rest, Tag, ("Content-Range", $"bytes {from}-{Content.Length - 1}/{Content.Length}"))
        {
            CutAfter = rest.Length > cutAfter ? cutAfter : null,
        };
    };

    static async Task<byte[]?> GetAsync(LoopbackServer server)
    {
        using var downloader = new HttpDownloader(new(isOffline: false), new FastTime());
        return await downloader.TryGetAsync(new(server.Address, "file"), 1 << 19, default);
    }

    /// <summary>A clock whose pauses take a hundredth of their time; deadlines of 30 s stay far away.</summary>
    sealed class FastTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > TimeSpan.FromMilliseconds(400) && dueTime < TimeSpan.FromSeconds(10) ? dueTime / 100 : dueTime, period);
    }
}
