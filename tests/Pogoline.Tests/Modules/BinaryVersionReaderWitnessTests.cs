using System.Globalization;
using System.Text.Json;
using Pogoline.Modules;

namespace Pogoline.Tests.Modules;

/// <summary>The vendor's own parser, the npm package <c>binary-version-reader</c>, on the same files and on what we make.</summary>
public class BinaryVersionReaderWitnessTests
{
    const string Script = """
        const { HalModuleParser, compressModule, decompressModule, combineModules, splitCombinedModules, createAssetModule, unwrapAssetModule } = require('binary-version-reader');
        const fs = require('fs');
        const operations = {
            parse: async file => {
                const { crc, prefixInfo, suffixInfo } = await new HalModuleParser().parseBuffer({ fileBuffer: file });
                const strip = info => ({ ...info, extensions: (info.extensions || []).map(e => ({ ...e, data: e.data.toString('hex') })) });
                return { crc, prefix: strip(prefixInfo), suffix: strip(suffixInfo) };
            },
            compress: async file => (await compressModule(file)).toString('base64'),
            decompress: async file => (await decompressModule(file)).toString('base64'),
            split: async file => (await splitCombinedModules(file)).map(m => m.toString('base64')),
            combine: async (file, other) => (await combineModules([file, fs.readFileSync(other)])).toString('base64'),
            asset: async file => (await createAssetModule(file, 'cat.jpg', { compress: false })).toString('base64'),
            unwrap: async file => (await unwrapAssetModule(file)).toString('base64'),
        };
        (async () => {
            const results = [];
            for (const [operation, path, other] of JSON.parse(fs.readFileSync(process.argv[2]))) results.push(await operations[operation](fs.readFileSync(path), other));
            console.log(JSON.stringify(results));
        })();
        """;

    [Fact]
    public void Both_read_every_real_file_alike()
    {
        var paths = Firmware.Versions.SelectMany(Firmware.Files).Where(path => ModuleReader.Read(File.ReadAllBytes(path)).Modules.Count > 0).ToList();
        Assert.Equal(140, paths.Count);
        var theirs = Ask([.. paths.Select(path => new[] { "parse", path })]);
        foreach (var (path, their) in paths.Zip(theirs)) AssertSame(their, Assert.Single(ModuleReader.Read(File.ReadAllBytes(path)).Modules));
    }

    [Fact]
    public void It_reads_what_we_build()
    {
        byte[][] ours =
        [
            AssetModule.Create("données.txt", new byte[1000], kind: 1),
            new ModuleBuilder
            {
                Header = new() { Start = new(0xB4000), PlatformId = 13, Id = new(ModuleFunction.UserPart, 2), Version = 6 },
                PrefixExtensions = [new ModuleExtension.SecurityMode(true, new byte[300]), new ModuleExtension.Name("front")],
                SuffixExtensions = [new ModuleExtension.AssetDependency(Sha256Digest.Compute("a"u8), "a"), new ModuleExtension.Unknown(0x99, new byte[3])],
                Payload = new byte[777],
                Product = (12345, 7),
            }.Build(),
        ];
        WithFiles(ours, paths =>
        {
            var theirs = Ask([.. paths.Select(path => new[] { "parse", path })]);
            foreach (var (image, their) in ours.Zip(theirs)) AssertSame(their, ModuleReader.Require(image, "ours"));
        });
    }

    [Fact]
    public void Each_unpacks_what_the_other_packs()
    {
        string[] names = ["boron-system-part1@2.2.0.bin", "boron-softdevice@2.2.0.bin", "tinker-1.5.0-b5som.bin"];
        var modules = names.Select(name => ModuleReader.Require(Firmware.Read("2.16.0", name), name)).ToArray();
        byte[] cat = [.. "a cat"u8];
        byte[][] files =
        [
            .. modules.Select(module => module.Image.ToArray()), .. modules.Select(module => CompressedModule.Compress(module)),
            CombinedModule.Join(modules[0], modules[2]), cat, AssetModule.Create("cat.jpg", cat),
        ];
        WithFiles(files, paths =>
        {
            var theirs = Ask([
                ["compress", paths[0]], ["compress", paths[1]], ["compress", paths[2]], ["decompress", paths[3]], ["decompress", paths[5]],
                ["split", paths[6]], ["combine", paths[0], paths[2]], ["asset", paths[7]], ["unwrap", paths[8]]]);
            for (var i = 0; i < 3; i++)
            {
                Assert.True(CompressedModule.TryDecompress(ModuleReader.Require(theirs[i].GetBytesFromBase64(), "theirs"), out var image, out _));
                Assert.Equal(files[i], image);
            }
            Assert.Equal(files[0], theirs[3].GetBytesFromBase64());
            Assert.Equal(files[2], theirs[4].GetBytesFromBase64());
            Assert.Equal([files[0], files[2]], theirs[5].EnumerateArray().Select(member => member.GetBytesFromBase64()));
            Assert.Equal(files[6], theirs[6].GetBytesFromBase64());
            Assert.Equal(files[8], theirs[7].GetBytesFromBase64());
            Assert.Equal(cat, theirs[8].GetBytesFromBase64());
        });
    }

    static void AssertSame(JsonElement their, FirmwareModule our)
    {
        var (prefix, suffix, crc) = (their.GetProperty("prefix"), their.GetProperty("suffix"), their.GetProperty("crc"));
        var (header, ourSuffix) = (our.Header, our.Suffix!.Value);
        Assert.Equal(crc.GetProperty("ok").GetBoolean(), our.CrcOk);
        Assert.Equal(crc.GetProperty("storedCrc").GetString(), $"{our.StoredCrc32:x8}");
        Assert.Equal(crc.GetProperty("actualCrc").GetString(), $"{our.ActualCrc32:x8}");
        Assert.Equal(
            [
                Hex("moduleStartAddy"), Hex("moduleEndAddy"), Number("reserved"), Number("moduleFlags"), Number("moduleVersion"), Number("platformID"),
                Number("moduleFunction"), Number("moduleIndex"), Number("depModuleFunction"), Number("depModuleIndex"), Number("depModuleVersion"),
                Number("dep2ModuleFunction"), Number("dep2ModuleIndex"), Number("dep2ModuleVersion"), Number("prefixOffset"), Number("prefixSize"),
            ],
            [
                header.Start.Value, header.End.Value, header.McuTarget, (byte)header.Flags, header.Version, header.PlatformId,
                (byte)header.Id.Function, header.Id.Index, (byte)header.Dependency1.Module.Function, header.Dependency1.Module.Index, header.Dependency1.Version,
                (byte)header.Dependency2.Module.Function, header.Dependency2.Module.Index, header.Dependency2.Version, our.HeaderOffset,
                ModuleHeader.Size + our.PrefixExtensions.Sum(ExtensionCodec.LengthOf),
            ]);
        Assert.Equal(suffix.GetProperty("fwUniqueId").GetString(), our.Sha256.ToString());
        Assert.Equal(suffix.GetProperty("suffixSize").GetInt32(), ourSuffix.Size);
        Assert.Equal(suffix.GetProperty("reserved").GetInt32(), ourSuffix.Reserved);
        Assert.Equal(suffix.GetProperty("productId").GetInt32(), ourSuffix.ProductId ?? -1);
        Assert.Equal(suffix.GetProperty("productVersion").GetInt32(), ourSuffix.ProductVersion ?? -1);
        Assert.Equal(Extensions(prefix), our.PrefixExtensions.Select(Bytes));
        Assert.Equal(Extensions(suffix), our.SuffixExtensions.Select(Bytes));

        long Number(string name) => prefix.GetProperty(name).GetInt64();
        long Hex(string name) => long.Parse(prefix.GetProperty(name).GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        static IEnumerable<string> Extensions(JsonElement info) => info.GetProperty("extensions").EnumerateArray().Select(e => e.GetProperty("data").GetString()!);
        static string Bytes(ModuleExtension extension)
        {
            var bytes = new byte[ExtensionCodec.LengthOf(extension)];
            ExtensionCodec.Write(extension, bytes);
            return Convert.ToHexStringLower(bytes);
        }
    }

    static JsonElement[] Ask(string[][] questions)
    {
        var package = NpmCache.Install("binary-version-reader@3.1.3");
        var folder = Directory.CreateTempSubdirectory("pogoline-witness-");
        try
        {
            var (script, input) = (Path.Combine(folder.FullName, "ask.js"), Path.Combine(folder.FullName, "questions.json"));
            File.WriteAllText(script, Script.Replace("'binary-version-reader'", JsonSerializer.Serialize(Path.Combine(package, "node_modules", "binary-version-reader")), StringComparison.Ordinal));
            File.WriteAllText(input, JsonSerializer.Serialize(questions));
            using var answer = JsonDocument.Parse(NpmCache.Run("node", folder.FullName, script, input));
            return [.. answer.RootElement.EnumerateArray().Select(element => element.Clone())];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static void WithFiles(byte[][] contents, Action<string[]> use)
    {
        var folder = Directory.CreateTempSubdirectory("pogoline-witness-");
        try
        {
            var paths = contents.Select((_, i) => Path.Combine(folder.FullName, $"{i}.bin")).ToArray();
            foreach (var (path, content) in paths.Zip(contents)) File.WriteAllBytes(path, content);
            use(paths);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
