using System.Buffers.Binary;
using Pogoline.Modules;
using Pogoline.Platforms;
using Pogoline.Releases;

namespace Pogoline.Tests.Releases;

public class ReleaseAssemblerTests
{
    static readonly ReleaseAssembler Assembler = new(ReleaseCatalog.Default);

    public static IEnumerable<object[]> Carried =>
        from package in NpmPackage.All
        where Firmware.Versions.Contains(package.Package.Split('@')[1])
        from release in package.Releases
        from platform in release.Platforms
        select new object[] { package.Package.Split('@')[1], release.Version.ToString(), platform };

    [Theory]
    [MemberData(nameof(Carried))]
    public async Task Every_release_that_a_package_carries_is_complete_and_what_it_says(string package, string version, string platform)
    {
        var release = Assembler.Assemble((await FindAsync(package, version, platform))!);
        var board = release.Platform;
        var missing = board.Components.Where(c => release.Find(c) is null).Select(c => c.Name).ToList();
        var expected = new List<string>();
        if (board.Components.Any(c => c.Name == "ncp")) expected.Add("ncp");
        if (platform == "electron" && version == "1.5.2") expected.Add("bootloader");
        if (platform is "esomx" or "asom" or "xsom" || (platform == "bsom" && package == "2.6.0")) expected.Add("user-part");
        Assert.Equal(expected.Order(), missing.Order());
        Assert.All(release.Files, file => Assert.Equal(board.Id, file.Module.PlatformId));
    }

    [Fact]
    public async Task An_electron_release_without_bootloader_says_why()
    {
        var release = Assembler.Assemble((await FindAsync("2.6.0", "1.5.2", "electron"))!);
        Assert.Contains(release.Notes, note => note.Contains("embeds", StringComparison.Ordinal));
        Assert.Equal("electron-system-part1@1.5.2.bin", release.Files.Single(f => f.Component.Name == "system-part3").Name);
    }

    [Theory]
    [InlineData("boron-system-part1@2.2.0.bin", "system-part1")]
    [InlineData("boron-softdevice@2.2.0.bin", "softdevice")]
    [InlineData("boron-bootloader@2.2.0.bin", "bootloader")]
    public async Task A_release_with_a_needed_part_missing_is_refused_by_its_name(string left, string part)
    {
        var files = (await FindAsync("2.16.0", "2.2.0", "boron"))!;
        var fault = Assert.Throws<PogolineException>(() => Assembler.Assemble(files with { Files = [.. files.Files.Where(f => f.Name.FileName != left)] }));
        Assert.Equal(ReleaseFaults.Incomplete, fault.Code);
        Assert.Contains(part, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("argon-bootloader@2.2.0.bin", "boron-bootloader@2.2.0.bin", "Argon")]
    [InlineData("boron-system-part1@2.2.0.bin", "boron-bootloader@2.2.0.bin", "system part 1")]
    [InlineData("electron-system-part1@2.2.0.bin", "electron-system-part2@2.2.0.bin", "system part 3")]
    [InlineData("ota-flag-a5.bin", "boron-bootloader@2.2.0.bin", "")]
    public void A_file_that_is_not_what_its_name_says_is_refused(string real, string name, string why)
    {
        var fault = Refused(name, Firmware.Read("2.16.0", real), "2.2.0");
        Assert.Contains(why, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2.6.0", "boron-system-part1@1.5.2.bin", "boron-system-part1@2.2.0.bin", "1512, that of 2.2.0 is 2202")]
    [InlineData("2.6.0", "boron-bootloader@1.5.2.bin", "boron-bootloader@2.2.0.bin", "502, that of 2.2.0 is 1006")]
    public void A_file_of_another_release_is_refused(string package, string real, string name, string why) =>
        Assert.Contains(why, Refused(name, Firmware.Read(package, real), "2.2.0").Message, StringComparison.Ordinal);

    [Fact]
    public void A_damaged_file_is_refused()
    {
        var content = Firmware.Read("2.16.0", "boron-system-part1@2.2.0.bin");
        content[100_000] ^= 1;
        Refused("boron-system-part1@2.2.0.bin", content, "2.2.0");
        Refused("boron-system-part1@2.2.0.bin", content.AsMemory(0, 90_000), "2.2.0");
        Refused("boron-system-part1@2.2.0.bin", default, "2.2.0");
    }

    [Fact]
    public void A_file_that_was_altered_with_its_crc_renewed_is_refused_by_its_hash()
    {
        var content = Firmware.Read("2.16.0", "boron-system-part1@2.2.0.bin");
        content[100_000] ^= 1;
        BinaryPrimitives.WriteUInt32BigEndian(content.AsSpan(content.Length - 4), Crc32.Compute(content.AsSpan(0, content.Length - 4)));
        Assert.Contains("SHA-256", Refused("boron-system-part1@2.2.0.bin", content, "2.2.0").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_argon_header_of_a_tracker_softdevice_is_taken_only_from_a_restore_archive()
    {
        var argon = Firmware.Read("2.16.0", "argon-softdevice@2.2.0.bin");
        var tracker = PlatformCatalog.Require("tracker");
        var version = DeviceOsVersion.Parse("2.2.0");

        var file = Assembler.Check(Raw("2.2.0/tracker/softdevice.bin", argon), version, tracker, "test");
        Assert.Contains("argon", file.Note, StringComparison.Ordinal);

        Refused("tracker-softdevice@2.2.0.bin", argon, "2.2.0");
        Assert.Throws<PogolineException>(() => Assembler.Check(Raw("2.2.0/boron/softdevice.bin", argon), version, PlatformCatalog.Require("boron"), "test"));

        argon[1000] ^= 1;
        BinaryPrimitives.WriteUInt32BigEndian(argon.AsSpan(argon.Length - 4), Crc32.Compute(argon.AsSpan(0, argon.Length - 4)));
        Assert.Throws<PogolineException>(() => Assembler.Check(Raw("2.2.0/tracker/softdevice.bin", argon), version, tracker, "test"));
    }

    [Fact]
    public void A_part_that_the_platform_does_not_have_is_refused() =>
        Refused("boron-system-part2@2.2.0.bin", Firmware.Read("2.16.0", "boron-system-part1@2.2.0.bin"), "2.2.0");

    static PogolineException Refused(string name, ReadOnlyMemory<byte> content, string version)
    {
        var raw = Raw(name, content);
        var fault = Assert.Throws<PogolineException>(() => Assembler.Check(raw, DeviceOsVersion.Parse(version), raw.Name.Platform!, "test"));
        Assert.Equal(ReleaseFaults.FileMismatch, fault.Code);
        Assert.NotEmpty(fault.Remedy);
        return fault;
    }

    static RawReleaseFile Raw(string path, ReadOnlyMemory<byte> content) =>
        new(ReleaseFileName.TryParse(path, out var name) ? name : throw new ArgumentException(path), content);

    static ValueTask<ReleaseFiles?> FindAsync(string package, string version, string platform)
    {
        var root = Firmware.Package(package);
        var files = Firmware.Files(package).ToDictionary(path => Path.GetRelativePath(root, path).Replace('\\', '/'), path => (ReadOnlyMemory<byte>)File.ReadAllBytes(path));
        return ReleaseFileFinder.FindAsync(new MemoryFileSet(package, files), DeviceOsVersion.Parse(version), PlatformCatalog.Find(platform)!, default);
    }
}
