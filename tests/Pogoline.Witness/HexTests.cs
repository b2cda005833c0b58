using System.Globalization;
using System.Security.Cryptography;
using Pogoline.Hex;
using Pogoline.Tests;
using Pogoline.Tests.Hex;
using Pogoline.Tests.Lab;

namespace Pogoline.Witness;

/// <summary>srecord, GNU objcopy, nrf-intel-hex and intel-hex read what we write, and we what they write.</summary>
public sealed class HexTests : IDisposable
{
    const int EdgeCases = 30;

    static readonly Lazy<string> Nrf = new(() => Path.Combine(NpmCache.Install("nrf-intel-hex@1.4.0"), "node_modules", "nrf-intel-hex"));
    static readonly Lazy<string> Plain = new(() => Path.Combine(NpmCache.Install("intel-hex@0.2.0"), "node_modules", "intel-hex"));

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pogoline-witness-");

    public static TheoryData<string, string> WithReleases => Boards.WithReleases;

    public void Dispose() => _folder.Delete(recursive: true);

    [WitnessTheory(Need.Srecord)]
    [MemberData(nameof(WithReleases))]
    public async Task Srec_cat_finds_every_module_of_an_image_at_its_address(string board, string os)
    {
        var (image, path) = Write(board, os);
        foreach (var module in HexBoards.Modules(board, os).Append(Modules.ModuleReader.Require(Boards.Tinker(board), board)))
        {
            var cut = FileOf("cut.bin");
            var (start, end) = (module.Range.Start, module.Range.End);
            (await Runner.RunAsync("srec_cat", [path, "-intel", "-crop", $"{start}", $"{end}", "-offset", $"-{start}", "-o", cut, "-binary"])).Require();
            Assert.Equal(module.DeviceBytes.ToArray(), File.ReadAllBytes(cut));
        }
        Assert.Equal(Segments(image.Memory), Srecords(await ToSrecordsAsync("srec_cat", path)));
    }

    [WitnessTheory(Need.Srecord)]
    [MemberData(nameof(WithReleases))]
    public async Task Srec_cmp_finds_the_files_of_the_release_in_an_image_byte_for_byte(string board, string os)
    {
        var (_, path) = Write(board, os);
        foreach (var module in HexBoards.Modules(board, os).Append(Modules.ModuleReader.Require(Boards.Tinker(board), board)))
        {
            var file = FileOf("module.bin");
            File.WriteAllBytes(file, module.DeviceBytes.ToArray());
            var (start, end) = (module.Range.Start, module.Range.End);
            (await Runner.RunAsync("srec_cmp", [path, "-intel", "-crop", $"{start}", $"{end}", file, "-binary", "-offset", $"{start}"])).Require();
            // It does tell a difference: one bit of the module is another one.
            var other = module.DeviceBytes.ToArray();
            other[^1] ^= 1;
            File.WriteAllBytes(file, other);
            Assert.NotEqual(0, (await Runner.RunAsync("srec_cmp", [path, "-intel", "-crop", $"{start}", $"{end}", file, "-binary", "-offset", $"{start}"])).Exit);
        }
    }

    [WitnessTheory(Need.Srecord | Need.Objcopy)]
    [MemberData(nameof(WithReleases))]
    public async Task All_witnesses_read_an_image_as_it_is(string board, string os)
    {
        var (image, path) = Write(board, os);
        var expected = Segments(image.Memory).ToList();
        Assert.Equal(expected, Srecords(await ToSrecordsAsync("objcopy", path)));
        Assert.Equal(expected, Nodes(await NrfAsync("dump", path)));
        // intel-hex keeps everything in one buffer from the first address on, so it gets the flash without the registers.
        var flash = FlashOnly(image.Memory);
        var first = flash.Segments.First().Start;
        var plain = FileOf("flash.hex");
        File.WriteAllBytes(plain, HexWriter.ToBytes(flash));
        Assert.Equal(Hash(Filled(flash)), (await NodeAsync(Plain.Value, """
            const { data } = require(module).parse(fs.readFileSync(args[0]), undefined, +args[1]);
            console.log(crypto.createHash('sha256').update(data).digest('hex'));
            """, plain, $"{first.Value}")).Trim());
    }

    [WitnessTheory(Need.Srecord | Need.Objcopy)]
    [MemberData(nameof(WithReleases))]
    public async Task What_the_witnesses_write_is_read_as_it_was(string board, string os)
    {
        var (image, path) = Write(board, os);
        foreach (var written in await WrittenByWitnessesAsync(path)) await AssertMeansAsync(image.Memory, written);
    }

    [WitnessFact(Need.Srecord | Need.Objcopy)]
    public async Task Generated_edge_cases_mean_the_same_to_everybody()
    {
        for (var seed = 0; seed < EdgeCases; seed++)
        {
            var image = Edge(new Random(seed));
            var path = FileOf($"edge{seed}.hex");
            File.WriteAllBytes(path, HexWriter.ToBytes(image, seed % 3 == 0 ? new(true, 0x08000185) : null));
            var expected = Segments(image).ToList();
            Assert.Equal(expected, Srecords(await ToSrecordsAsync("srec_cat", path)));
            Assert.Equal(expected, Srecords(await ToSrecordsAsync("objcopy", path)));
            foreach (var written in await WrittenByWitnessesAsync(path)) await AssertMeansAsync(image, written);
        }
        var paths = Enumerable.Range(0, EdgeCases).Select(seed => FileOf($"edge{seed}.hex")).ToArray();
        var blocks = (await NrfAsync("dump", paths)).Split("--\n", StringSplitOptions.RemoveEmptyEntries);
        for (var seed = 0; seed < EdgeCases; seed++) Assert.Equal(Segments(Edge(new Random(seed))), Nodes(blocks[seed]));
    }

    [WitnessFact(Need.Srecord)]
    public async Task Srec_cat_and_we_agree_on_segment_records()
    {
        var image = new MemoryImage();
        var bytes = new byte[300_000];
        new Random(3).NextBytes(bytes);
        image.Replace(new(0x1FFF3), bytes);
        var path = FileOf("linear.hex");
        File.WriteAllBytes(path, HexWriter.ToBytes(image));
        var segmented = FileOf("segmented.hex");
        // 20-bit addresses: records of type 02.
        (await Runner.RunAsync("srec_cat", [path, "-intel", "-o", segmented, "-intel", "-address-length=3"])).Require();
        Assert.Contains(":02000002", File.ReadAllText(segmented), StringComparison.Ordinal);
        await AssertMeansAsync(image, segmented);
    }

    [WitnessFact(Need.Srecord | Need.Objcopy)]
    public async Task The_witnesses_refuse_what_we_refuse()
    {
        foreach (var text in new[] { ":0300300002337A1F\n:00000001FF\n", ":0300300002331E\n:00000001FF\n", ":03003G0002337A1E\n:00000001FF\n" })
        {
            var path = FileOf("bad.hex");
            File.WriteAllText(path, text);
            Assert.NotNull(HexReader.Read(File.ReadAllBytes(path)).Problems.FirstError);
            Assert.NotEqual(0, (await Runner.RunAsync("srec_cat", [path, "-intel", "-o", FileOf("x"), "-motorola"])).Exit);
            Assert.NotEqual(0, (await Runner.RunAsync("objcopy", ["-I", "ihex", "-O", "srec", path, FileOf("x")])).Exit);
        }
    }

    async Task<IReadOnlyList<string>> WrittenByWitnessesAsync(string path)
    {
        var (srec, narrow, objcopy, nrf) = (FileOf("srec.hex"), FileOf("narrow.hex"), FileOf("objcopy.hex"), FileOf("nrf.hex"));
        (await Runner.RunAsync("srec_cat", [path, "-intel", "-o", srec, "-intel"])).Require();
        (await Runner.RunAsync("srec_cat", [path, "-intel", "-o", narrow, "-intel", "-line-length=31"])).Require();
        (await Runner.RunAsync("objcopy", ["-I", "ihex", "-O", "ihex", path, objcopy])).Require();
        await NrfAsync("write", path, nrf);
        return [srec, narrow, objcopy, nrf];
    }

    static async Task AssertMeansAsync(MemoryImage image, string path)
    {
        await using var file = File.OpenRead(path);
        var read = await HexReader.ReadAsync(file, HexMode.Strict, CancellationToken.None);
        Assert.Null(read.Problems.FirstError);
        Assert.Equal(Segments(image), Segments(read.Memory));
    }

    async Task<string> ToSrecordsAsync(string program, string path)
    {
        var output = FileOf("out.srec");
        string[] arguments = program == "objcopy" ? ["-I", "ihex", "-O", "srec", "--srec-forceS3", path, output] : [path, "-intel", "-o", output, "-motorola", "-address-length=4"];
        (await Runner.RunAsync(program, arguments)).Require();
        return await File.ReadAllTextAsync(output);
    }

    static Task<string> NrfAsync(string what, params string[] files) => NodeAsync(Nrf.Value, """
        const MemoryMap = require(module);
        if (args[0] === 'write') {
            fs.writeFileSync(args[2], MemoryMap.fromHex(fs.readFileSync(args[1], 'ascii')).asHexString());
        } else for (const file of args.slice(1)) {
            for (const [address, bytes] of MemoryMap.fromHex(fs.readFileSync(file, 'ascii')).join())
                console.log(`${address} ${bytes.length} ${crypto.createHash('sha256').update(bytes).digest('hex')}`);
            console.log('--');
        }
        """, [what, .. files]);

    static async Task<string> NodeAsync(string module, string script, params string[] arguments) => (await Runner.RunAsync("node",
        ["-e", $"const fs = require('fs'), crypto = require('crypto'), module_ = process.argv[1], args = process.argv.slice(2);\n{script.Replace("require(module)", "require(module_)", StringComparison.Ordinal)}",
            "--", module, .. arguments])).Require();

    // Motorola S-records of the 32-bit kind, read as simply as can be.
    static IEnumerable<(uint, int, string)> Srecords(string text)
    {
        var image = new MemoryImage();
        foreach (var line in text.Split('\n').Where(line => line.StartsWith("S3", StringComparison.Ordinal)))
        {
            var bytes = Convert.FromHexString(line.Trim()[4..^2]);
            image.Replace(new(uint.Parse(line.AsSpan(4, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture)), bytes.AsSpan(4));
        }
        return Segments(image);
    }

    static IEnumerable<(uint, int, string)> Nodes(string text) => text.Split('\n').Where(line => line.Length > 0 && line != "--").Select(line => line.Split(' '))
        .Select(parts => (uint.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture), parts[2]));

    static IEnumerable<(uint, int, string)> Segments(MemoryImage image) => image.Segments.Select(s => (s.Start.Value, s.Bytes.Length, Hash(s.Bytes.Span)));

    static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    static MemoryImage FlashOnly(MemoryImage image)
    {
        var flash = new MemoryImage();
        foreach (var segment in image.Segments.Where(s => s.Start.Value < 0x10000000)) flash.Replace(segment.Start, segment.Bytes.Span);
        return flash;
    }

    static byte[] Filled(MemoryImage image)
    {
        var (first, last) = (image.Segments.First().Start, image.Segments.Last().Range.End);
        var bytes = new byte[last - first];
        bytes.AsSpan().Fill(0xFF);
        foreach (var segment in image.Segments) segment.Bytes.CopyTo(bytes.AsMemory((int)(segment.Start - first)));
        return bytes;
    }

    // Runs of odd lengths around bank ends, far apart and side by side.
    static MemoryImage Edge(Random random)
    {
        var image = new MemoryImage();
        for (var i = random.Next(1, 8); i > 0; i--)
        {
            var start = random.Next(4) switch
            {
                0 => 0u,
                1 => ((uint)random.Next(1, 0x20) << 16) - (uint)random.Next(0, 40),
                2 => 0x08000000u + (uint)random.Next(0x100000),
                _ => (uint)random.Next(),
            };
            var bytes = new byte[random.Next(3) == 0 ? random.Next(1, 140_000) : random.Next(1, 100)];
            random.NextBytes(bytes);
            image.Replace(new(start), bytes);
        }
        return image;
    }

    string FileOf(string name) => Path.Combine(_folder.FullName, name);

    (RestoreImage Image, string Path) Write(string board, string os)
    {
        var image = HexBoards.Build(board, os);
        var path = FileOf($"{board}-{os}.hex");
        File.WriteAllBytes(path, HexWriter.ToBytes(image.Memory));
        return (image, path);
    }
}
