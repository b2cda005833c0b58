using System.Diagnostics;
using System.Text.Json;
using Pogoline.Hex;
using Pogoline.Tests.Lab;
using Pogoline.Tests.Releases;

namespace Pogoline.Tests.Hex;

/// <summary>The commands as a process of its own.</summary>
public class HexCommandTests
{
    [Fact]
    public async Task Build_makes_an_image_from_a_release_and_show_finds_everything_in_it()
    {
        using var folder = new TemporaryFolder();
        var hex = Path.Combine(folder.Path, "boron.hex");
        var mbr = folder.Write("mbr.bin", HexBoards.Mbr("boron", "2.2.0").Read(default, 4096).Span);
        var app = folder.Write("app.bin", Boards.Tinker("boron"));
        string[] build = ["hex", "build", "--os", "2.2.0", "-p", "boron", "--app", app, "--source", SourceOf("boron", folder), "--offline", "-o", hex, "--json"];

        var (refused, error) = await RunAsync(build);
        Assert.Equal((3, "hex-no-mbr"), (refused, error.GetProperty("error").GetProperty("code").GetString()));
        Assert.False(File.Exists(hex));

        var (exit, built) = await RunAsync([.. build, "--mbr", mbr]);
        Assert.Equal(0, exit);
        Assert.True(built.GetProperty("startsBlankChip").GetBoolean());
        Assert.Contains(built.GetProperty("notIncluded").EnumerateArray(), n => n.GetString()!.Contains("8134", StringComparison.Ordinal));
        Assert.Equal(HexWriter.ToBytes(HexBoards.Build("boron", "2.2.0").Memory), await File.ReadAllBytesAsync(hex));

        var (_, shown) = await RunAsync("hex", "show", hex, "--json");
        Assert.Equal(("boron", "2.2.0"), (shown.GetProperty("platform").GetString(), shown.GetProperty("release").GetString()));
        Assert.Equal(["mbr", "softdevice", "system-part1", "user-part", "bootloader", "uicr", "uicr"],
            shown.GetProperty("regions").EnumerateArray().Select(r => r.GetProperty("name").GetString()));

        var other = Path.Combine(folder.Path, "other.hex");
        Assert.Equal(0, (await RunAsync("hex", "build", "--base", hex, "--app", app, "-o", other, "--json")).Exit);
        Assert.Equal(0, (await RunAsync("hex", "diff", hex, other, "--json")).Exit);
        Assert.Equal(await File.ReadAllBytesAsync(hex), await File.ReadAllBytesAsync(other));
        Assert.DoesNotContain(Directory.GetFiles(folder.Path), file => file.EndsWith(".part", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Check_names_the_line_and_convert_leaves_what_was_there()
    {
        using var folder = new TemporaryFolder();
        var bad = folder.Write("bad.hex", ":0100000055AA\n:0100010055A8\n:00000001FF\n"u8);
        var kept = folder.Write("kept.hex", "old"u8);
        var (exit, report) = await RunAsync("hex", "check", bad, "--json");
        var problem = report.GetProperty("files")[0].GetProperty("problems")[0];
        Assert.Equal((5, "hex-checksum", 2), (exit, problem.GetProperty("code").GetString(), problem.GetProperty("line").GetInt32()));
        Assert.Equal(5, (await RunAsync("hex", "convert", bad, kept, "--json")).Exit);
        Assert.Equal("old", await File.ReadAllTextAsync(kept));
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
    }

    [Fact]
    public async Task Merge_takes_hex_modules_and_bare_bytes_and_refuses_what_contradicts()
    {
        using var folder = new TemporaryFolder();
        var app = folder.Write("app@1.0.0.bin", Boards.Tinker("boron"));
        var page = folder.Write("page.bin", new byte[16]);
        var hex = folder.Write("one.hex", ":0100000055AA\n:00000001FF\n"u8);
        var output = Path.Combine(folder.Path, "out.hex");
        var (exit, _) = await RunAsync("hex", "merge", app, hex, $"{page}@0x1000", "-o", output, "--json");
        Assert.Equal(0, exit);
        var merged = HexReader.Read(await File.ReadAllBytesAsync(output)).Memory;
        Assert.Equal([(0u, 1), (0x1000u, 16), (0xD4000u, Boards.Tinker("boron").Length)], merged.Segments.Select(s => (s.Start.Value, s.Bytes.Length)));

        var (refused, error) = await RunAsync("hex", "merge", hex, $"{page}@0", "-o", output, "--json");
        Assert.Equal((5, "hex-overlap"), (refused, error.GetProperty("error").GetProperty("code").GetString()));
        Assert.Equal(0, (await RunAsync("hex", "merge", hex, $"{page}@0", "--replace", "-o", output, "--json")).Exit);
    }

    [Fact]
    public async Task Convert_writes_bare_bytes_and_UF2_and_reads_bare_bytes()
    {
        using var folder = new TemporaryFolder();
        var hex = folder.Write("one.hex", ":040000001122334452\n:00000001FF\n"u8);
        var (bin, uf2, back) = (Path.Combine(folder.Path, "a.bin"), Path.Combine(folder.Path, "a.uf2"), Path.Combine(folder.Path, "b.hex"));
        Assert.Equal(0, (await RunAsync("hex", "convert", hex, bin, "--json")).Exit);
        Assert.Equal([0x11, 0x22, 0x33, 0x44], await File.ReadAllBytesAsync(bin));
        Assert.Equal(0, (await RunAsync("hex", "convert", hex, uf2, "--family", "nrf52840", "--json")).Exit);
        Assert.Equal(512, new FileInfo(uf2).Length);
        Assert.Equal(0, (await RunAsync("hex", "convert", bin, back, "--at", "0x0", "--json")).Exit);
        Assert.Equal(HexReader.Read(await File.ReadAllBytesAsync(hex)).Memory.Bytes, HexReader.Read(await File.ReadAllBytesAsync(back)).Memory.Bytes);
    }

    [Fact]
    public async Task A_full_disk_leaves_what_was_there()
    {
        if (!File.Exists("/dev/full")) return;
        using var folder = new TemporaryFolder();
        var hex = folder.Write("one.hex", ":0100000055AA\n:00000001FF\n"u8);
        var (exit, error) = await RunAsync("hex", "convert", hex, "/dev/full", "--to", "hex", "--json");
        Assert.Equal((8, "hex-output"), (exit, error.GetProperty("error").GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Kit_holds_the_image_scripts_and_right_checksums()
    {
        using var folder = new TemporaryFolder();
        var hex = folder.Write("photon.hex", HexWriter.ToBytes(HexBoards.Build("photon", "2.2.0").Memory));
        var zip = Path.Combine(folder.Path, "kit.zip");
        Assert.Equal(0, (await RunAsync("hex", "kit", hex, "-o", zip, "--json")).Exit);
        using var archive = await System.IO.Compression.ZipFile.OpenReadAsync(zip);
        Assert.Contains(archive.Entries, e => e.FullName == "openocd/program.cfg");
        Assert.Equal(await File.ReadAllBytesAsync(hex), await ContentAsync(archive, "photon-2.2.0.hex"));
    }

    static async Task<byte[]> ContentAsync(System.IO.Compression.ZipArchive archive, string name)
    {
        await using var stream = await archive.GetEntry(name)!.OpenAsync();
        using var content = new MemoryStream();
        await stream.CopyToAsync(content);
        return content.ToArray();
    }

    static string SourceOf(string board, TemporaryFolder folder)
    {
        foreach (var file in Boards.Files(board, "2.2.0", tinker: false)) folder.Write($"release/{Path.GetFileName(file)}", File.ReadAllBytes(file));
        return Path.Combine(folder.Path, "release");
    }

    static async Task<(int Exit, JsonElement Output)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(PogolineProgram.Start(arguments))!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(output.StartsWith('{'), $"{output}{await errors}");
        using var parsed = JsonDocument.Parse(output);
        return (process.ExitCode, parsed.RootElement.Clone());
    }
}
