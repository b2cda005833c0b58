using System.Security.Cryptography;
using Pogoline.Host.Releases;
using Pogoline.Platforms;
using Pogoline.Releases;

namespace Pogoline.Tests.Releases;

public class NpmReleaseSourceTests
{
    [Theory]
    [InlineData("2.2.0", "boron", "particle-cli@2.16.0", 4)]
    [InlineData("2.3.1", "electron", "particle-cli@3.9.0", 5)]
    [InlineData("4.0.2", "tracker", "particle-cli@3.9.0", 4)]
    [InlineData("1.5.2", "photon", "particle-cli@2.6.0", 4)]
    public async Task A_release_comes_from_its_package_and_is_there_offline_afterwards(string version, string platform, string package, int files)
    {
        using var folder = new TemporaryFolder();
        var release = await GetAsync(folder, version, platform);
        Assert.Equal(files, release.Files.Count);
        Assert.All(release.Files, file => Assert.StartsWith($"{package} (sha512-", file.Source, StringComparison.Ordinal));

        var again = await GetAsync(folder, version, platform, offline: true, program: "no-such-npm");
        Assert.Equal(release.Files.Select(f => (f.Name, f.Sha256, f.Source)), again.Files.Select(f => (f.Name, f.Sha256, f.Source)));
    }

    [Fact]
    public async Task One_download_serves_every_platform_of_a_package()
    {
        using var folder = new TemporaryFolder();
        await GetAsync(folder, "2.2.0", "boron");
        foreach (var platform in PlatformCatalog.Supported) Assert.NotEmpty((await GetAsync(folder, "2.2.0", platform.Name, offline: true)).Files);
    }

    [Fact]
    public async Task A_tinker_that_the_package_lacks_comes_from_another_and_without_it_the_release_is_still_had()
    {
        using var folder = new TemporaryFolder();
        var release = await GetAsync(folder, "1.5.2", "bsom");
        Assert.StartsWith("particle-cli@3.9.0", release.Find(ModuleFunction.UserPart)!.Source, StringComparison.Ordinal);
        Assert.StartsWith("particle-cli@2.6.0", release.Find(ModuleFunction.SystemPart)!.Source, StringComparison.Ordinal);

        Directory.Delete(Path.Combine(folder.Path, "index", "npm", "particle-cli@3.9.0"), recursive: true);
        var without = await GetAsync(folder, "1.5.2", "bsom", offline: true);
        Assert.Null(without.Find(ModuleFunction.UserPart));
        Assert.Contains(without.Notes, note => note.StartsWith("No Tinker", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_package_that_changed_in_the_cache_is_fetched_again_online_and_an_error_offline()
    {
        using var folder = new TemporaryFolder();
        await GetAsync(folder, "2.2.0", "boron");
        var blob = Directory.GetFiles(Path.Combine(folder.Path, "blobs"), "*", SearchOption.AllDirectories).Single();
        await File.WriteAllBytesAsync(blob, RandomNumberGenerator.GetBytes(100));
        Assert.Equal(SourceFaults.CacheCorrupt, (await Assert.ThrowsAsync<PogolineException>(() => GetAsync(folder, "2.2.0", "boron", offline: true))).Code);
        Assert.Equal(4, (await GetAsync(folder, "2.2.0", "boron")).Files.Count);
    }

    [Fact]
    public async Task Offline_npm_is_never_started()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(SourceFaults.Offline, (await Assert.ThrowsAsync<PogolineException>(() => GetAsync(folder, "2.2.0", "boron", offline: true, program: "no-such-npm"))).Code);
    }

    [Fact]
    public async Task A_machine_without_npm_is_told_what_to_install()
    {
        using var folder = new TemporaryFolder();
        var fault = await Assert.ThrowsAsync<PogolineException>(() => GetAsync(folder, "2.2.0", "boron", program: "no-such-npm"));
        Assert.Equal(SourceFaults.NpmMissing, fault.Code);
        Assert.Contains("Node.js", fault.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_package_that_the_registry_does_not_have_is_told_apart_from_a_failure()
    {
        var fault = await Assert.ThrowsAsync<PogolineException>(async () =>
            await new NpmClient(new(isOffline: false)).PackAsync("particle-cli@0.0.0-never", default));
        Assert.Equal(SourceFaults.NpmNoPackage, fault.Code);
    }

    [Fact]
    public async Task A_release_that_no_package_carries_is_simply_not_there()
    {
        using var folder = new TemporaryFolder();
        var fault = await Assert.ThrowsAsync<PogolineException>(() => GetAsync(folder, "4.2.0", "boron", program: "no-such-npm"));
        Assert.Equal(ReleaseFaults.Unavailable, fault.Code);
    }

    [Fact]
    public async Task A_run_that_is_cancelled_leaves_no_process_and_no_files()
    {
        if (OperatingSystem.IsWindows()) return;
        using var folder = new TemporaryFolder();
        var started = Path.Combine(folder.Path, "started");
        var script = folder.Write("npm", System.Text.Encoding.ASCII.GetBytes($"#!/bin/sh\npwd > {started}\nexec sleep 60\n"));
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using var stop = new CancellationTokenSource();
        var run = new NpmClient(new(isOffline: false), script).PackAsync("particle-cli@2.16.0", stop.Token).AsTask();
        while (!File.Exists(started) || (await File.ReadAllTextAsync(started)).Length == 0) await Task.Delay(20);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.False(Directory.Exists((await File.ReadAllTextAsync(started)).Trim()));
    }

    static async Task<Release> GetAsync(TemporaryFolder folder, string version, string platform, bool offline = false, string? program = null)
    {
        var network = new NetworkPolicy(offline);
        using var store = new ReleaseStore([new NpmReleaseSource(new(network, program), new(folder.Path), network)], ReleaseCatalog.Default);
        return await store.GetAsync(DeviceOsVersion.Parse(version), PlatformCatalog.Require(platform), default);
    }
}
