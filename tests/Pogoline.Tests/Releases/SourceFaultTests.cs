using Pogoline.Host.Releases;
using Pogoline.Lab.Faults;
using Pogoline.Platforms;
using Pogoline.Releases;

namespace Pogoline.Tests.Releases;

/// <summary>Releases from a server whose downloads fail as a fault plan says.</summary>
public class SourceFaultTests
{
    [Theory]
    [InlineData(LabFaultKind.SourceShort, 1, "release-file-mismatch")]
    [InlineData(LabFaultKind.SourceFlip, 1, "release-file-mismatch")]
    [InlineData(LabFaultKind.SourceCut, 2, null)]
    [InlineData(LabFaultKind.SourceGone, 2, null)]
    [InlineData(LabFaultKind.SourceSilence, 1, null)]
    [InlineData(LabFaultKind.SourceGone, 1000, "download-failed")]
    public async Task A_release_comes_whole_or_is_refused_with_the_reason_and_comes_the_next_time(LabFaultKind kind, int times, string? code)
    {
        using var server = new LoopbackServer(request => Published(request.Path));
        using var folder = new TemporaryFolder();
        var plan = new LabFaultPlan { Faults = [new() { Fault = kind, At = LabMoment.Download, Number = 2, Times = times, Bit = 8 * 3000 }] };

        var first = await Record.ExceptionAsync(() => GetAsync(server, folder, new(plan)));

        Assert.Equal(code, (first as PogolineException)?.Code.Name);
        if (first is PogolineException fault) Assert.False(string.IsNullOrEmpty(fault.Remedy));
        Assert.Equal(3, (await GetAsync(server, folder, null)).Files.Count);
    }

    static async Task<Release> GetAsync(LoopbackServer server, TemporaryFolder folder, FaultyDownloads? wire)
    {
        var network = new NetworkPolicy(false);
        using var downloader = new HttpDownloader(network, silence: TimeSpan.FromMilliseconds(500), wire: wire);
        var source = new GitHubReleaseSource(server.Address, downloader, new(Path.Combine(folder.Path, "cache")), network, ReleaseCatalog.Default);
        using var store = new ReleaseStore([source], ReleaseCatalog.Default);
        return await store.GetAsync(DeviceOsVersion.Parse("2.2.0"), PlatformCatalog.Require("boron"), CancellationToken.None);
    }

    static LoopbackAnswer Published(string path) => Firmware.Files("2.16.0").FirstOrDefault(file => Path.GetFileName(file) == Path.GetFileName(path)) is { } found
        ? new(200, File.ReadAllBytes(found)) : new(404, []);
}
