using System.Globalization;
using System.Runtime.CompilerServices;
using Pogoline.Modules;

namespace Pogoline.Tests.Modules;

/// <summary>Every firmware file of three published packages, against facts that were taken from them by another program.</summary>
public class RealFirmwareTests
{
    static readonly Dictionary<(string Name, int Size, string Crc), string[]> Facts = ReadFacts();

    public static TheoryData<string> Packages => [.. Firmware.Versions];

    [Theory, MemberData(nameof(Packages))]
    public void Every_file_reads_as_the_facts_say(string package)
    {
        foreach (var path in Firmware.Files(package))
        {
            var file = File.ReadAllBytes(path);
            var result = ModuleReader.Read(file);
            var facts = FactsOf(path, file);
            if (facts[3] == "no-header")
            {
                Assert.Empty(result.Modules);
                Assert.Equal(ModuleFaults.NoHeader, Assert.Single(result.Problems).Code);
                continue;
            }
            var module = Assert.Single(result.Modules);
            Assert.True(result.IsGood, $"{path}: {result.FirstError}");
            Assert.Empty(result.AllProblems);
            Assert.Equal(string.Join(',', facts.Skip(2)), Describe(module));
            Assert.Equal(file, module.Image);
        }
    }

    [Fact]
    public void The_snapshot_covers_every_file_and_nothing_else()
    {
        var seen = Firmware.Versions.SelectMany(Firmware.Files).Select(path => FactsOf(path, File.ReadAllBytes(path))).Distinct().ToList();
        Assert.Equal(Facts.Count, seen.Count);
        Assert.Equal(103, seen.Count);
    }

    [Fact]
    public void A_SoftDevice_goes_to_the_device_without_its_header_and_lies_where_the_header_says()
    {
        var file = Firmware.Read("2.16.0", "boron-softdevice@2.2.0.bin");
        var module = ModuleReader.Require(file, "softdevice");
        Assert.Equal(file.AsSpan(24), module.DeviceBytes.Span);
        Assert.Equal(HashRule.Payload, module.HashRule);
        Assert.Equal(new(new(0x1000), new(0x265C0)), module.Range);
    }

    [Fact]
    public void A_system_part_goes_to_the_device_as_it_is()
    {
        var module = ModuleReader.Require(Firmware.Read("2.16.0", "boron-system-part1@2.2.0.bin"), "system part");
        Assert.Equal(module.Image, module.DeviceBytes);
        Assert.Equal(new(new(0x30000), new(0xA9DD8)), module.Range);
        Assert.Equal("boron system part 1 v2202", module.ToString());
    }

    static string Describe(FirmwareModule module)
    {
        var header = module.Header;
        var function = header.Id.Function switch
        {
            ModuleFunction.SystemPart => "system-part",
            ModuleFunction.UserPart => "user-part",
            ModuleFunction.RadioStack => "radio-stack",
            ModuleFunction.Monolithic => "mono",
            var other => other.ToString().ToLowerInvariant(),
        };
        var covers = module.HashRule == HashRule.Payload ? "payload" : module.HashRule == HashRule.WholeFile ? "prefix+payload" : "none";
        return string.Create(CultureInfo.InvariantCulture, $"{header.PlatformId},{function},{header.Id.Index},{header.Version},0x{module.HeaderOffset:x},"
            + $"0x{header.Start.Value:x8},0x{header.End.Value:x8},{header.McuTarget},{(int)header.Flags},{Describe(header.Dependency1)},"
            + $"{Describe(header.Dependency2)},{module.Suffix!.Value.Size},{covers},{module.ActualCrc32:x8}");
    }

    static string Describe(ModuleDependency dependency) =>
        dependency.IsEmpty ? "" : $"{(int)dependency.Module.Function}/{dependency.Module.Index}>={dependency.Version}";

    static string[] FactsOf(string path, byte[] file)
    {
        var name = Path.GetFileName(path);
        return Facts.TryGetValue((name, file.Length, ""), out var none) ? none : Facts[(name, file.Length, Convert.ToHexStringLower(file.AsSpan(file.Length - 4)))];
    }

    static Dictionary<(string Name, int Size, string Crc), string[]> ReadFacts([CallerFilePath] string here = "") =>
        File.ReadLines(Path.Combine(Path.GetDirectoryName(here)!, "real-binaries.csv")).Skip(1).Select(line => line.Split(','))
            .ToDictionary(facts => (facts[0], int.Parse(facts[1], CultureInfo.InvariantCulture), facts[15]));
}
