using System.IO.Compression;
using System.Text.Json;
using Pogoline.Lab.Boot;
using Pogoline.Platforms;

namespace Pogoline.Tests.Lab.Validation;

/// <summary>The golden file says for pairs of releases which orders of modules a board accepts; the virtual boards must agree with all of it.</summary>
public class DependencyClosureTests
{
    static readonly Lazy<JsonDocument> Golden = new(Load);

    public static TheoryData<string> Platforms => new(Golden.Value.RootElement.GetProperty("platforms").EnumerateArray().Select(p => p.GetString()!));

    [Fact]
    public void The_golden_file_has_something_to_say() => Assert.Equal(408, Golden.Value.RootElement.GetProperty("pairs").GetArrayLength());

    [Theory]
    [MemberData(nameof(Platforms))]
    public void A_board_accepts_exactly_the_orders_of_the_golden_file(string platform)
    {
        var pairs = PairsOf(platform);
        Assert.NotEmpty(pairs);
        foreach (var pair in pairs)
        {
            var (from, to) = (pair.GetProperty("from").GetString()!, pair.GetProperty("to").GetString()!);
            var steps = pair.GetProperty("steps").EnumerateArray().Select(s => s.GetString()!).ToList();
            var accepted = Permutations(steps).Where(order => Accepts(platform, from, to, order)).Select(order => string.Join(' ', order));
            Assert.Equal(Orders(pair.GetProperty("acceptedOrders")), accepted.Order(StringComparer.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public void A_module_sent_first_is_refused_with_the_code_of_the_golden_file(string platform)
    {
        foreach (var pair in PairsOf(platform))
        {
            var expected = pair.TryGetProperty("refusedAsFirstStep", out var refused)
                ? refused.EnumerateObject().ToDictionary(p => p.Name, p => (UpdateCode)p.Value.GetInt32()) : [];
            foreach (var step in pair.GetProperty("steps").EnumerateArray().Select(s => s.GetString()!))
            {
                var board = new ModuleSet(platform, Modules(platform, pair.GetProperty("from").GetString()!));
                var code = board.Judge(Modules(platform, pair.GetProperty("to").GetString()!)[step]);
                Assert.Equal(expected.GetValueOrDefault(step), code);
            }
        }
    }

    static bool Accepts(string platform, string from, string to, IEnumerable<string> order)
    {
        var board = new ModuleSet(platform, Modules(platform, from));
        var target = Modules(platform, to);
        return order.All(step => board.Install(step, target[step]));
    }

    static List<JsonElement> PairsOf(string platform) =>
        [.. Golden.Value.RootElement.GetProperty("pairs").EnumerateArray().Where(p => p.GetProperty("platform").GetString() == platform)];

    static IEnumerable<string> Orders(JsonElement orders) => orders.ValueKind == JsonValueKind.String
        ? []
        : orders.EnumerateArray().Select(order => string.Join(' ', order.EnumerateArray().Select(s => s.GetString()))).Order(StringComparer.Ordinal);

    static Dictionary<string, ModuleHeader> Modules(string platform, string release) => Golden.Value.RootElement
        .GetProperty("releases").GetProperty(platform).GetProperty(release).GetProperty("modules").EnumerateArray()
        .ToDictionary(m => m.GetProperty("name").GetString()!, m => ReadHeader(PlatformCatalog.Require(platform), m));

    static ModuleHeader ReadHeader(Platform platform, JsonElement module)
    {
        var dependencies = new ModuleDependency[2];
        foreach (var d in module.GetProperty("dependencies").EnumerateArray())
        {
            dependencies[d.GetProperty("slot").GetInt32() - 1] = new(
                new((ModuleFunction)d.GetProperty("functionCode").GetByte(), d.GetProperty("index").GetByte()), d.GetProperty("version").GetUInt16());
        }
        return new(
            Address(module, "start"), Address(module, "end"), 0, module.GetProperty("flags").GetByte(), module.GetProperty("version").GetUInt16(),
            (ushort)platform.Id, new((ModuleFunction)module.GetProperty("function").GetByte(), module.GetProperty("index").GetByte()),
            dependencies[0], dependencies[1]);
    }

    static FlashAddress Address(JsonElement module, string name) =>
        FlashAddress.TryParse(module.GetProperty(name).GetString(), out var address) ? address : throw new InvalidDataException(name);

    static IEnumerable<string[]> Permutations(IEnumerable<string> items) => items.Any()
        ? items.SelectMany(first => Permutations(items.Where(i => i != first)).Select(rest => (string[])[first, .. rest]))
        : [[]];

    static JsonDocument Load()
    {
        using var file = new BrotliStream(File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Golden", "dependency-closure.json.br")), CompressionMode.Decompress);
        return JsonDocument.Parse(file);
    }

    /// <summary>A board as a set of headers, under the assumptions that the golden file names.</summary>
    sealed class ModuleSet : IInstalledModules
    {
        const ushort OldBootloader = 1000;
        readonly Platform _platform;
        readonly Dictionary<ModuleId, ModuleHeader> _modules;

        public ModuleSet(string platform, Dictionary<string, ModuleHeader> modules)
        {
            _platform = PlatformCatalog.Require(platform);
            _modules = modules.Values.ToDictionary(m => m.Module);
            if (platform == "electron") _modules.TryAdd(new(ModuleFunction.Bootloader, 0), new() { Module = new(ModuleFunction.Bootloader, 0), Version = 400 });
        }

        public ushort SystemVersion => _modules[new(ModuleFunction.SystemPart, 1)].Version;

        public IEnumerable<ModuleHeader> SystemParts => _modules.Values.Where(m => m.Module.Function == ModuleFunction.SystemPart);

        FirmwareMap Map => FirmwareMap.For(_platform, SystemVersion);

        public bool TryFindVersion(ModuleId module, out ushort version)
        {
            version = module.Function == ModuleFunction.Ncp ? (ushort)7 : _modules.GetValueOrDefault(module).Version;
            return Map.Find(module) is not null && version != 0;
        }

        public UpdateCode Judge(ModuleHeader module)
        {
            if (module.ImageLength > Map.OtaLength) return UpdateCode.TooLarge;
            return new UpdateValidator(_platform.Id, _platform.Generation, Map, this)
                .Judge(new ModuleImage(module, 0, IntegrityOk: true) { HeaderOffset = (module.Flags & ModuleHeader.DropHeader) != 0 ? 0 : 1 });
        }

        // A slot that the installed bootloader cannot read counts as refused, though the system accepted the module.
        public bool Install(string step, ModuleHeader module)
        {
            if (Judge(module) != UpdateCode.Accepted) return false;
            var bootloader = _modules[new(ModuleFunction.Bootloader, 0)].Version;
            var needsSlot = step != "bootloader";
            if (_platform.Name == "b5som" && needsSlot && bootloader < OldBootloader && Map.Ota.Value >= 4 * 1024 * 1024) return false;
            _modules[module.Module] = module;
            return true;
        }
    }
}
