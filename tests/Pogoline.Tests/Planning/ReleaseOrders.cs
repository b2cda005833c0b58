using System.IO.Compression;
using System.Text.Json;
using Pogoline.Modules;
using Pogoline.Planning;
using Pogoline.Platforms;

namespace Pogoline.Tests.Planning;

/// <summary>The release orders that a board accepts, computed elsewhere from the headers of real release files.</summary>
sealed record ReleaseOrders(Dictionary<string, Dictionary<string, ReleaseOrders.Release>> Releases, List<ReleaseOrders.Pair> Pairs)
{
    public sealed record Release(string Source, List<Module> Modules);

    public sealed record Module(string Name, int Function, byte Index, ushort Version, string Start, string End, List<Dependency> Dependencies, string Sha256)
    {
        public InstalledModule AsInstalled() => new()
        {
            Id = new((ModuleFunction)Function, Index),
            Version = Version,
            Range = new(Address(Start), Address(End)),
            First = Need(1),
            Second = Need(2),
            Intact = true,
            ContentSha256 = Sha256,
        };

        /// <summary>A file with this module's header and a content of its own, in place of the real one.</summary>
        public FirmwareModule AsFile(Platform platform)
        {
            var id = new ModuleId((ModuleFunction)Function, Index);
            var builder = new ModuleBuilder
            {
                Header = new()
                {
                    Start = Address(Start), Version = Version, PlatformId = (ushort)platform.Id, Id = id, Dependency1 = Need(1), Dependency2 = Need(2),
                    Flags = platform.Find(id)!.DropsHeader ? ModuleFlags.DropModuleInfo : ModuleFlags.None,
                },
            };
            var payload = new byte[Address(End) - Address(Start) + sizeof(uint) - (uint)builder.Build().Length];
            Convert.FromHexString(Sha256).CopyTo(payload.AsSpan());
            return ModuleReader.Require((builder with { Payload = payload }).Build(), Name);
        }

        ModuleDependency Need(int slot) => Dependencies.Where(d => d.Slot == slot)
            .Select(d => new ModuleDependency(new((ModuleFunction)d.FunctionCode, d.Index), d.Version)).FirstOrDefault();

        static FlashAddress Address(string text) => FlashAddress.TryParse(text, out var address) ? address : throw new FormatException(text);
    }

    public sealed record Dependency(int FunctionCode, byte Index, ushort Version, int Slot);

    public sealed record Pair(string Platform, string From, string To, List<string> Steps, JsonElement Orders, JsonElement AcceptedOrders,
        Dictionary<string, int>? RefusedAsFirstStep)
    {
        public static IEnumerable<string> Read(JsonElement orders) => orders.ValueKind == JsonValueKind.String
            ? []
            : orders.EnumerateArray().Select(order => string.Join(" ", order.EnumerateArray().Select(step => step.GetString())));
    }

    public static ReleaseOrders Load()
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Golden", "dependency-closure.json.br"));
        using var stream = new BrotliStream(file, CompressionMode.Decompress);
        return JsonSerializer.Deserialize<ReleaseOrders>(stream, JsonSerializerOptions.Web)!;
    }
}
