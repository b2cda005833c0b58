using Pogoline.Host.Releases;
using Pogoline.Platforms;
using Pogoline.Releases;

namespace Pogoline.Tests.Releases;

public class FolderReleaseSourceTests
{
    static readonly DeviceOsVersion V220 = DeviceOsVersion.Parse("2.2.0");
    static readonly Platform Boron = PlatformCatalog.Require("boron");

    [Theory]
    [InlineData("boron-{0}@2.2.0.bin")]
    [InlineData("deep/er/boron-{0}@2.2.0.bin")]
    [InlineData("2.2.0/boron/{0}.bin")]
    [InlineData("boron/2.2.0/{0}.bin")]
    [InlineData("unpacked/{0}.bin")]
    public async Task Any_layout_of_a_folder_gives_the_release(string layout)
    {
        using var folder = new TemporaryFolder();
        foreach (var kind in new[] { "bootloader", "softdevice", "system-part1" })
        {
            folder.Write(string.Format(null, layout, kind), Firmware.Read("2.16.0", $"boron-{kind}@2.2.0.bin"));
            folder.Write(string.Format(null, layout, kind).Replace("2.2.0", "1.5.2", StringComparison.Ordinal).Replace("unpacked", "old", StringComparison.Ordinal),
                Firmware.Read("2.6.0", $"boron-{kind}@1.5.2.bin"));
        }
        using var store = new ReleaseStore([new FolderReleaseSource(folder.Path)], ReleaseCatalog.Default);
        var release = await store.GetAsync(V220, Boron, default);
        Assert.Equal([1006, 202, 2202], release.Files.Select(f => (int)f.Module.Version));
        Assert.Null(await store.Sources[0].FindAsync(DeviceOsVersion.Parse("2.1.0"), Boron, default));
    }

    [Fact]
    public async Task A_mirror_of_restore_archives_gives_the_release()
    {
        using var folder = new TemporaryFolder();
        folder.Write("2.2.0/boron.zip", ReleaseArchiveTests.Zip([.. new[] { "bootloader", "softdevice", "system-part1" }
            .Select(kind => ($"{kind}.bin", Firmware.Read("2.16.0", $"boron-{kind}@2.2.0.bin")))]));
        folder.Write("2.1.0/boron.zip", [0]);
        using var store = new ReleaseStore([new FolderReleaseSource(folder.Path)], ReleaseCatalog.Default);
        Assert.Equal(3, (await store.GetAsync(V220, Boron, default)).Files.Count);
    }

    [Fact]
    public async Task An_incomplete_folder_passes_on_to_the_next_source_and_is_named_when_there_is_none()
    {
        using var folder = new TemporaryFolder();
        folder.Write("boron-system-part1@2.2.0.bin", Firmware.Read("2.16.0", "boron-system-part1@2.2.0.bin"));
        using var alone = new ReleaseStore([new FolderReleaseSource(folder.Path)], ReleaseCatalog.Default);
        var fault = await Assert.ThrowsAsync<PogolineException>(async () => await alone.GetAsync(V220, Boron, default));
        Assert.Equal(ReleaseFaults.Incomplete, fault.Code);
        Assert.Contains("without its bootloader", fault.Message, StringComparison.Ordinal);

        using var both = new ReleaseStore([new FolderReleaseSource(folder.Path), new FolderReleaseSource(Firmware.Package("2.16.0"))], ReleaseCatalog.Default);
        Assert.Equal(4, (await both.GetAsync(V220, Boron, default)).Files.Count);
    }

    [Fact]
    public async Task A_wrong_file_in_the_first_source_is_final()
    {
        using var folder = new TemporaryFolder();
        folder.Write("boron-system-part1@2.2.0.bin", Firmware.Read("2.16.0", "argon-system-part1@2.2.0.bin"));
        using var store = new ReleaseStore([new FolderReleaseSource(folder.Path), new FolderReleaseSource(Firmware.Package("2.16.0"))], ReleaseCatalog.Default);
        var fault = await Assert.ThrowsAsync<PogolineException>(async () => await store.GetAsync(V220, Boron, default));
        Assert.Equal(ReleaseFaults.FileMismatch, fault.Code);
    }

    [Fact]
    public async Task When_no_source_has_it_the_reason_of_each_is_given()
    {
        using var one = new TemporaryFolder();
        using var two = new TemporaryFolder();
        using var store = new ReleaseStore([new FolderReleaseSource(one.Path), new FolderReleaseSource(two.Path)], ReleaseCatalog.Default);
        var fault = await Assert.ThrowsAsync<PogolineException>(async () => await store.GetAsync(V220, Boron, default));
        Assert.Equal(ReleaseFaults.Unavailable, fault.Code);
        Assert.Contains(one.Path, fault.Message, StringComparison.Ordinal);
        Assert.Contains(two.Path, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_that_is_not_there_is_an_error_at_once() => Assert.Equal(
        SourceFaults.Missing, Assert.Throws<PogolineException>(() => ReleaseSources.Default(new() { Paths = ["/no/such/folder"] })).Code);
}
