using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Pogoline.Hex;
using Pogoline.Modules;
using Pogoline.Tests.Lab;

namespace Pogoline.Tests.Hex;

/// <summary>
/// Ten thousand damaged files: each means what it meant before, or is refused with the line and the cause. None takes long or much memory.
/// </summary>
public class HexMutationTests
{
    const int HexFiles = 8000;
    const int ZipFiles = 2000;
    const long AllowedOnTop = 4 * 1024 * 1024;
    static readonly TimeSpan AllowedTime = TimeSpan.FromSeconds(5);

    // A mutation that says the same in other words.
    static readonly Func<byte[], Random, byte[]>[] Harmless =
    [
        (text, _) => Replace(text, "\n", "\r\n"),
        (text, _) => Replace(text, "\n", "\r"),
        (text, _) => Replace(text, "\n", " \t\n\n"),
        (text, _) => Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(text).ToLowerInvariant()),
        (text, random) => Duplicate(text, random),
    ];

    static readonly Func<byte[], Random, byte[]>[] Harmful =
    [
        (text, random) => At(text, random, (copy, at) => copy[at] ^= (byte)(1 << random.Next(8))),
        (text, random) => At(text, random, (copy, at) => copy[at] = (byte)random.Next(256)),
        (text, random) => At(text, random, (copy, at) => copy[at] = (byte)"0123456789ABCDEF"[random.Next(16)]),
        (text, random) => text[..random.Next(text.Length)],
        (text, random) => Cut(text, random.Next(text.Length), random.Next(1, 60)),
        (text, random) => Insert(text, random.Next(text.Length), Some(random, random.Next(1, 60))),
        (text, random) => Insert(text, random.Next(text.Length), text.AsSpan(random.Next(text.Length / 2), random.Next(1, text.Length / 2)).ToArray()),
        (text, random) => SwapLines(text, random),
        (text, random) => DropLine(text, random),
    ];

    [Fact]
    public void Hex_files()
    {
        var seeds = Seeds();
        var meanings = seeds.Select(seed => Meaning(HexReader.Read(seed))).ToList();
        var (same, refused, other) = (0, 0, 0);
        for (var i = 0; i < HexFiles; i++)
        {
            var random = new Random(i);
            var seed = i % seeds.Count;
            var isHarmless = i % 10 == 0;
            var text = isHarmless ? Harmless[random.Next(Harmless.Length)](seeds[seed], random) : Harmful[random.Next(Harmful.Length)](seeds[seed], random);
            var (image, streamed) = Survive($"hex {i}", text);
            // Reading into memory and streaming come to the same judgement.
            Assert.True(image.Problems.FirstError?.Code == streamed.Summary.Problems.FirstError?.Code, $"hex {i}");
            if (image.Problems.FirstError is { } error)
            {
                Assert.False(isHarmless, $"hex {i}: {error}");
                Assert.True(error.Line > 0 || error.Code == HexFaults.Empty, $"hex {i}: {error}");
                Assert.NotEmpty(error.Message);
                refused++;
                continue;
            }
            Assert.Equal(Encoding.ASCII.GetString(HexWriter.ToBytes(image.Memory, image.Entry)), Encoding.ASCII.GetString(streamed.Output));
            if (Meaning(image) == meanings[seed]) same++;
            else
            {
                // What a checksum for each line cannot show: whole lines that are missing, exchanged or left over by a cut.
                Assert.True(LinesAreThoseOf(text, seeds[seed]), $"hex {i} was taken for something else");
                other++;
            }
        }
        Assert.True(same > HexFiles / 10 && refused > HexFiles / 2, $"{same} same, {refused} refused, {other} with other whole lines");
    }

    [Fact]
    public void Zip_files()
    {
        var seed = Zip();
        var entries = FileInspector.Inspect("a.zip", seed).Select(Describe).ToHashSet();
        for (var i = 0; i < ZipFiles; i++)
        {
            var random = new Random(i);
            var zip = Harmful[random.Next(7)](seed, random);
            var clock = Stopwatch.StartNew();
            var before = GC.GetAllocatedBytesForCurrentThread();
            foreach (var file in FileInspector.Inspect("a.zip", zip))
            {
                var isRefused = file.Problems.Concat(file.Modules.SelectMany(m => m.Problems)).Any(p => p.Severity == "error" && p.Code.Length > 0 && p.Message.Length > 0);
                // Only the name of an entry can be changed without anything showing it.
                Assert.True(isRefused || entries.Contains(Describe(file)), $"zip {i}: {file.Path}");
            }
            Assert.True(clock.Elapsed < AllowedTime, $"zip {i} took {clock.Elapsed}");
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < (zip.Length * 40L) + (8 * AllowedOnTop), $"zip {i}");
        }

        static string Describe(InspectedFile file) => string.Join(';', file.Modules.Select(m => $"{m.Crc32} {m.Sha256}"));
    }

    static (HexImage Image, (HexSummary Summary, byte[] Output) Streamed) Survive(string what, byte[] text)
    {
        var clock = Stopwatch.StartNew();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var image = HexReader.Read(text);
        var lenient = HexReader.Read(text, HexMode.Lenient);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < (text.Length * 8L) + AllowedOnTop, what);
        // Lenient mode takes everything that strict mode takes.
        Assert.True(image.Problems.FirstError is not null || Meaning(image) == Meaning(lenient), what);
        using var input = new MemoryStream(text);
        using var output = new MemoryStream();
        var summary = new HexConversion(input, HexMode.Strict, null, 20_000).ConvertAsync(output, (o, _) => new HexWriter(o), false, default).GetAwaiter().GetResult();
        Assert.True(clock.Elapsed < AllowedTime, $"{what} took {clock.Elapsed}");
        return (image, (summary, output.ToArray()));
    }

    static List<byte[]> Seeds()
    {
        var photon = HexBoards.Build("photon", "2.2.0").Memory;
        photon.Remove(new(new(0x08000800), new(0x080A0000)));
        var boron = HexBoards.Build("boron", "2.2.0").Memory;
        boron.Remove(new(new(0x400), new(0xD4000)));
        boron.Remove(new(new(0xD4400), new(0xFF800)));
        var edges = HexGenerators.Image([(0xFFF9, new byte[40]), (0x2FFF0, [.. Enumerable.Range(0, 33).Select(n => (byte)n)]), (0x10001014, [0, 0x40, 0x0F, 0])]);
        return [HexWriter.ToBytes(photon), HexWriter.ToBytes(boron, new(true, 0x185)), HexWriter.ToBytes(edges)];
    }

    static byte[] Zip()
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in new[] { ("tinker.bin", Boards.Tinker("photon")), ("bootloader.bin", Boards.File("photon", "2.2.0", "bootloader")) })
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }
        return stream.ToArray();
    }

    static string Meaning(HexImage image) => string.Join('\n', HexDecoderTests.Segments(image.Memory)) + image.Entry;

    static bool LinesAreThoseOf(byte[] text, byte[] seed)
    {
        var known = Encoding.Latin1.GetString(seed).Split('\n').Select(line => line.ToUpperInvariant()).ToHashSet();
        return Encoding.Latin1.GetString(text).Split('\n', '\r').Select(line => line.TrimEnd(' ', '\t').ToUpperInvariant()).All(line => line.Length == 0 || known.Contains(line));
    }

    static byte[] Replace(byte[] text, string from, string to) => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(text).Replace(from, to, StringComparison.Ordinal));

    static byte[] At(byte[] text, Random random, Action<byte[], int> change)
    {
        var copy = text.ToArray();
        change(copy, random.Next(copy.Length));
        return copy;
    }

    static byte[] Cut(byte[] text, int at, int length) => [.. text[..at], .. text[Math.Min(text.Length, at + length)..]];

    static byte[] Insert(byte[] text, int at, byte[] what) => [.. text[..at], .. what, .. text[at..]];

    static byte[] Some(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    static byte[] SwapLines(byte[] text, Random random) => Lines(text, lines =>
    {
        var (a, b) = (random.Next(lines.Count - 2), random.Next(lines.Count - 2));
        (lines[a], lines[b]) = (lines[b], lines[a]);
    });

    static byte[] DropLine(byte[] text, Random random) => Lines(text, lines => lines.RemoveAt(random.Next(lines.Count)));

    // A row that is there twice, in the same bank.
    static byte[] Duplicate(byte[] text, Random random) => Lines(text, lines =>
    {
        var at = random.Next(lines.Count - 3);
        if (lines[at].Length > 9 && lines[at][7..9] == "00") lines.Insert(at, lines[at]);
    });

    static byte[] Lines(byte[] text, Action<List<string>> change)
    {
        var lines = Encoding.Latin1.GetString(text).Split('\n').ToList();
        change(lines);
        return Encoding.Latin1.GetBytes(string.Join('\n', lines));
    }
}
