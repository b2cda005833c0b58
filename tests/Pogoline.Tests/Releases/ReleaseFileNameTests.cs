using FsCheck;
using FsCheck.Fluent;
using Pogoline.Releases;

namespace Pogoline.Tests.Releases;

public class ReleaseFileNameTests
{
    [Theory]
    [InlineData("boron-bootloader@2.2.0.bin", "bootloader", "boron", "2.2.0", null, ReleaseBuild.Release)]
    [InlineData("p1-bootloader@2.2.0+lto.bin", "bootloader", "p1", "2.2.0", null, ReleaseBuild.Release)]
    [InlineData("electron-system-part3@1.1.0+debug.bin", "system-part3", "electron", "1.1.0", null, ReleaseBuild.Debug)]
    [InlineData("argon-system-part1@3.0.0-rc.1+lto.debug.bin", "system-part1", "argon", "3.0.0-rc.1", null, ReleaseBuild.Debug)]
    [InlineData("system-part1-0.7.0-photon.bin", "system-part1", "photon", "0.7.0", null, ReleaseBuild.Release)]
    [InlineData("system-part2-0.7.0-rc.3-electron.bin", "system-part2", "electron", "0.7.0-rc.3", null, ReleaseBuild.Release)]
    [InlineData("bootloader-0.7.0-photon.bin", "bootloader", "photon", "0.7.0", null, ReleaseBuild.Release)]
    [InlineData("bootloader.bin", "bootloader", null, null, null, ReleaseBuild.Release)]
    [InlineData("2.2.0/boron/softdevice.bin", "softdevice", "boron", "2.2.0", null, ReleaseBuild.Release)]
    [InlineData("boron/2.2.0/debug/system-part1.bin", "system-part1", "boron", "2.2.0", null, ReleaseBuild.Debug)]
    [InlineData("2.1.0/boron/argon-bootloader@2.2.0.bin", "bootloader", "argon", "2.2.0", null, ReleaseBuild.Release)]
    [InlineData("tinker-0.8.0-rc.27-boron.bin", "tinker", "boron", null, "0.8.0-rc.27", ReleaseBuild.Release)]
    [InlineData("tracker-tinker@1.5.4-rc.1.bin", "tinker", "tracker", null, "1.5.4-rc.1", ReleaseBuild.Release)]
    [InlineData("photon_tinker.bin", "tinker", "photon", null, null, ReleaseBuild.Release)]
    [InlineData("package/assets/knownApps/b5som/tinker/tinker-1.5.0-b5som.bin", "tinker", "b5som", null, "1.5.0", ReleaseBuild.Release)]
    [InlineData("tracker-esp32-ncp@0.0.7.bin", "ncp", "tracker", null, "0.0.7", ReleaseBuild.Release)]
    [InlineData("argon-ncp-firmware@0.0.5.bin", "ncp", "argon", null, "0.0.5", ReleaseBuild.Release)]
    [InlineData("3.1.0\\tracker\\tracker-edge.bin", "tracker-edge", "tracker", "3.1.0", null, ReleaseBuild.Release)]
    public void Published_names_say_what_they_are(string path, string kind, string? platform, string? release, string? own, ReleaseBuild build)
    {
        Assert.True(ReleaseFileName.TryParse(path, out var name));
        Assert.Equal((kind, platform, release, own, build), (name.Kind, name.Platform?.Name, name.Release?.ToString(), name.OwnVersion?.ToString(), name.Build));
    }

    [Theory]
    [InlineData("tinker-usb-debugging-0.6.0-electron.bin")]
    [InlineData("ota-flag-a5.bin")]
    [InlineData("photon_doctor.bin")]
    [InlineData("cc3000-patch-programmer_1_14.bin")]
    [InlineData("toaster-bootloader@2.2.0.bin")]
    [InlineData("boron-bootloader@2.2.bin")]
    [InlineData("boron-bootloader@2.2.0.elf")]
    [InlineData("boron-bootloader@2.2.0+fast.bin")]
    [InlineData("")]
    public void Other_names_are_not_taken(string path) => Assert.False(ReleaseFileName.TryParse(path, out _));

    [Theory]
    [InlineData("particle_device-os@2.2.0+boron.binaries.zip", "2.2.0/boron")]
    [InlineData("/srv/particle_device-os@3.0.0-rc.1+p1.zip", "3.0.0-rc.1/p1")]
    [InlineData("particle_device-os@2.2.0.zip", "2.2.0")]
    [InlineData("device-restore/2.2.0/boron.zip", "2.2.0/boron")]
    [InlineData("boron.zip", "")]
    [InlineData("C:\\files\\2.2.0\\boron.zip", "2.2.0/boron")]
    [InlineData("", "")]
    public void The_name_of_an_archive_stands_for_folders(string path, string folder) => Assert.Equal(folder, ArchiveName.Folder(path));

    [Fact]
    public void No_path_whatever_makes_it_throw_or_claim_what_it_does_not_say() => Prop.ForAll<string>(path =>
        IsTrue(path ?? "") && IsTrue($"{path}/system-part1.bin") && IsTrue($"boron-bootloader@{path}.bin") && IsTrue($"{path}/2.2.0/boron.zip"))
        .QuickCheckThrowOnFailure();

    static bool IsTrue(string path) =>
        ArchiveName.Folder(path).Length <= path.Length
        && (!ReleaseFileName.TryParse(path, out var name)
            || ((name.Release is null || path.Contains(name.Release.ToString(), StringComparison.Ordinal))
                && (name.Platform is null || path.Contains(name.Platform.Name, StringComparison.OrdinalIgnoreCase))));
}
