using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;
using Pogoline.Cli.Commands;
using Pogoline.Modules;

namespace Pogoline.Tests.Modules;

public class InspectTests
{
    [Fact]
    public void The_JSON_of_a_system_part_is_as_documented()
    {
        var report = new InspectReport(1, FileInspector.Inspect("b.bin", Firmware.Read("2.16.0", "boron-system-part1@2.2.0.bin")));
        Assert.False(report.HasErrors);
        Assert.Equal(
            """
            {"schema":1,"files":[{"path":"b.bin","modules":[{"platform":"boron","platformId":13,"function":"systemPart","index":1,"version":2202,
            "release":"2.2.0","start":"0x00030000","end":"0x000A9DD4","flags":[],"headerOffset":512,"crc":"ok","crc32":"58d70065",
            "sha256":"fee2580d0ae9b15d2e7f517b6b0787952c86da0ef96f7f8d4f2b9412989c9648","productId":null,"productVersion":null,
            "dependencies":[{"function":"bootloader","index":0,"version":1005},{"function":"radioStack","index":0,"version":202}],
            "problems":[]}],"problems":[]}]}
            """.ReplaceLineEndings(""),
            JsonSerializer.Serialize(report, InspectJson.Default.InspectReport));
    }

    [Fact]
    public void A_SoftDevice_shows_its_flag()
    {
        var module = FileInspector.Inspect("s.bin", Firmware.Read("2.16.0", "tracker-softdevice@2.2.0.bin"))[0].Modules[0];
        Assert.Equal((ModuleFunction.RadioStack, "tracker", 0), (module.Function, module.Platform, module.HeaderOffset));
        Assert.Equal(["dropModuleInfo"], module.Flags);
        Assert.Null(module.Release);
    }

    [Fact]
    public void Every_image_of_a_release_archive_is_listed_by_its_name_there()
    {
        string[] names = ["photon-bootloader@2.2.0+lto.bin", "photon-system-part1@2.2.0.bin", "photon-system-part2@2.2.0.bin"];
        var archive = SafeArchiveTests.Zip(CompressionLevel.Fastest, [.. names.Select(name => ($"photon/{name}", Firmware.Read("2.16.0", name))), ("readme.txt", [])]);
        var files = FileInspector.Inspect("release.zip", archive);
        Assert.Equal(names.Select(name => $"release.zip!photon/{name}"), files.Select(file => file.Path));
        Assert.All(files, file => Assert.Equal("ok", Assert.Single(file.Modules).Crc));
    }

    [Fact]
    public void A_compressed_module_is_only_as_good_as_what_is_inside()
    {
        var image = CompressedModule.Compress(ModuleReader.Require(Firmware.Read("2.16.0", "photon_doctor.bin"), "x"));
        var good = FileInspector.Inspect("c.bin", image)[0].Modules[0];
        Assert.Equal(["compressed"], good.Flags);
        Assert.Empty(good.Problems);

        image[ModuleHeader.Size + 4]++;
        BinaryPrimitives.WriteUInt32BigEndian(image.AsSpan(^4), Crc32.Compute(image.AsSpan(..^4)));
        var bad = FileInspector.Inspect("c.bin", image)[0].Modules[0];
        Assert.Equal("ok", bad.Crc);
        Assert.Equal("module-compressed", Assert.Single(bad.Problems, problem => problem.IsError).Code);
    }

    [Fact]
    public async Task Missing_files_folders_bad_images_and_bad_archives_are_each_an_entry_with_its_fault()
    {
        var folder = Directory.CreateTempSubdirectory("pogoline-inspect-");
        try
        {
            string Write(string name, byte[] content)
            {
                var path = Path.Combine(folder.FullName, name);
                File.WriteAllBytes(path, content);
                return path;
            }

            var damaged = Firmware.Read("2.16.0", "boron-bootloader@2.2.0.bin");
            damaged[^100] ^= 1;
            string[] paths =
            [
                Path.Combine(folder.FullName, "missing.bin"), folder.FullName, Write("empty.bin", []), Write("damaged.bin", damaged),
                Write("not.zip", [1, 2, 3]), Write("none.zip", SafeArchiveTests.Zip(("a.txt", "a"))), Write("evil.zip", SafeArchiveTests.Zip(("../a.bin", "a"))),
            ];
            var report = await InspectCommand.InspectAsync(paths, CancellationToken.None);
            Assert.True(report.HasErrors);
            Assert.Equal(paths, report.Files.Select(file => file.Path));
            Assert.Equal(
                ["file-unreadable", "file-unreadable", "module-empty", "module-crc", "archive-damaged", "module-no-header", "archive-name"],
                report.Files.Select(file => file.Problems.Concat(file.Modules.SelectMany(module => module.Problems)).First(problem => problem.IsError).Code));
            Assert.Equal("bad", report.Files[3].Modules[0].Crc);
            Assert.Equal((int)ExitCode.BadInput, await InspectCommand.Create().Parse(paths).InvokeAsync());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Good_files_end_with_exit_code_0() =>
        Assert.Equal(0, await InspectCommand.Create().Parse([Firmware.File("2.16.0", "boron-bootloader@2.2.0.bin"), "--json"]).InvokeAsync());
}
