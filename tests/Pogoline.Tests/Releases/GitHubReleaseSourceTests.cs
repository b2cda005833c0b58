using Pogoline.Host.Releases;
using Pogoline.Platforms;
using Pogoline.Releases;

namespace Pogoline.Tests.Releases;

public class GitHubReleaseSourceTests
{
    [Theory]
    [InlineData("2.16.0", "2.2.0", "boron", 3)]
    [InlineData("2.16.0", "2.2.0", "electron", 4)]
    [InlineData("2.6.0", "1.5.2", "electron", 3)]
    [InlineData("3.9.0", "4.0.2", "tracker", 3)]
    public async Task A_release_is_fetched_file_by_file_and_is_there_offline_afterwards(string package, string version, string platform, int files)
    {
        using var server = new LoopbackServer(request => Published(package, version, request.Path));
        using var folder = new TemporaryFolder();
        var release = await GetAsync(server, folder, version, platform);
        Assert.Equal(files, release.Files.Count);
        Assert.All(release.Files, file => Assert.StartsWith($"{server.Address}v{version}/", file.Source, StringComparison.Ordinal));

        var asked = server.Requests.Count;
        Assert.Equal(release.Files.Select(f => f.Sha256), (await GetAsync(server, folder, version, platform, offline: true)).Files.Select(f => f.Sha256));
        Assert.Equal(asked, server.Requests.Count);
    }

    [Fact]
    public async Task A_release_that_is_not_published_is_asked_for_only_by_its_first_part()
    {
        using var server = new LoopbackServer(_ => new(404, []));
        using var folder = new TemporaryFolder();
        var fault = await Assert.ThrowsAsync<PogolineException>(() => GetAsync(server, folder, "2.2.0", "boron"));
        Assert.Equal(ReleaseFaults.Unavailable, fault.Code);
        Assert.Equal(3, server.Requests.Count);
    }

    [Theory]
    [InlineData("<html>Sign in to the factory network</html>")]
    [InlineData("")]
    public async Task Garbage_is_refused_and_never_cached(string garbage)
    {
        var good = false;
        using var server = new LoopbackServer(request => good ? Published("2.16.0", "2.2.0", request.Path) : new(200, System.Text.Encoding.ASCII.GetBytes(garbage)));
        using var folder = new TemporaryFolder();
        var fault = await Assert.ThrowsAsync<PogolineException>(() => GetAsync(server, folder, "2.2.0", "boron"));
        Assert.Equal(ReleaseFaults.FileMismatch, fault.Code);
        good = true;
        Assert.Equal(3, (await GetAsync(server, folder, "2.2.0", "boron")).Files.Count);
    }

    [Fact]
    public async Task A_server_that_declares_too_little_gives_a_truncated_file_which_is_refused()
    {
        using var server = new LoopbackServer(request => Published("2.16.0", "2.2.0", request.Path) is { Status: 200 } real ? real with { DeclaredLength = 10_000 } : new(404, []));
        using var folder = new TemporaryFolder();
        Assert.Equal(ReleaseFaults.FileMismatch, (await Assert.ThrowsAsync<PogolineException>(() => GetAsync(server, folder, "2.2.0", "boron"))).Code);
    }

    [Fact]
    public async Task A_cached_file_that_changed_is_fetched_again_online_and_an_error_offline()
    {
        using var server = new LoopbackServer(request => Published("2.16.0", "2.2.0", request.Path));
        using var folder = new TemporaryFolder();
        await GetAsync(server, folder, "2.2.0", "boron");
        Tamper(folder);
        Assert.Equal(SourceFaults.CacheCorrupt, (await Assert.ThrowsAsync<PogolineException>(() => GetAsync(server, folder, "2.2.0", "boron", offline: true))).Code);
        Assert.Equal(3, (await GetAsync(server, folder, "2.2.0", "boron")).Files.Count);
        Tamper(folder);
        Assert.Equal(3, (await GetAsync(server, folder, "2.2.0", "boron")).Files.Count);
        Assert.Equal(3, (await GetAsync(server, folder, "2.2.0", "boron", offline: true)).Files.Count);
    }

    [Fact]
    public async Task Many_that_want_one_release_download_each_file_once()
    {
        using var server = new LoopbackServer(request => Published("2.16.0", "2.2.0", request.Path));
        using var folder = new TemporaryFolder();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => GetAsync(server, folder, "2.2.0", "boron"))));
        Assert.All(server.Requests.Where(r => !r.Path.Contains("tinker", StringComparison.Ordinal)).GroupBy(r => r.Path), requests => Assert.Single(requests));
    }

    static async Task<Release> GetAsync(LoopbackServer server, TemporaryFolder folder, string version, string platform, bool offline = false)
    {
        var network = new NetworkPolicy(offline);
        using var downloader = new HttpDownloader(network);
        var source = new GitHubReleaseSource(server.Address, downloader, new(folder.Path), network, ReleaseCatalog.Default);
        using var store = new ReleaseStore([source], ReleaseCatalog.Default);
        return await store.GetAsync(DeviceOsVersion.Parse(version), PlatformCatalog.Require(platform), default);
    }

    static LoopbackAnswer Published(string package, string version, string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        var isPublished = path == $"/v{version}/{name}" && !name.Contains("tinker", StringComparison.Ordinal);
        return isPublished && Firmware.Files(package).FirstOrDefault(file => Path.GetFileName(file) == name) is { } found ? new(200, File.ReadAllBytes(found)) : new(404, []);
    }

    static void Tamper(TemporaryFolder folder)
    {
        foreach (var blob in Directory.GetFiles(Path.Combine(folder.Path, "blobs"), "*", SearchOption.AllDirectories))
        {
            var content = File.ReadAllBytes(blob);
            content[^1] ^= 1;
            File.WriteAllBytes(blob, content);
        }
    }
}
