using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pogoline.Platforms;

/// <summary>Every platform that is known, from <c>Data/platforms.json</c> and <c>Data/layouts.json</c>.</summary>
public static class PlatformCatalog
{
    static readonly Lazy<IReadOnlyList<Platform>> Loaded = new(Load);

    /// <summary>All platforms, by id.</summary>
    public static IReadOnlyList<Platform> All => Loaded.Value;

    /// <summary>The platforms that can be programmed, by id.</summary>
    public static IEnumerable<Platform> Supported => All.Where(p => p.Support == PlatformSupport.Full);

    /// <summary>The platform of that canonical name; null when there is none.</summary>
    public static Platform? Find(string name) => All.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The platform with that id; null when there is none.</summary>
    public static Platform? Find(int id) => All.FirstOrDefault(p => p.Id == id);

    /// <summary>The platform and whether it is in DFU mode, by USB identity; null when it is no Particle device.</summary>
    public static (Platform Platform, bool IsDfu)? Find(UsbId usb) =>
        All.FirstOrDefault(p => p.DfuUsb == usb) is { } dfu ? (dfu, true)
        : All.FirstOrDefault(p => p.Usb == usb) is { } normal ? (normal, false)
        : null;

    /// <summary>The platform of that canonical name, ready to be programmed.</summary>
    /// <exception cref="PogolineException">There is none, or it is only recognised.</exception>
    public static Platform Require(string name)
    {
        var platform = Find(name) ?? throw new PogolineException(
            PlatformFaults.Unknown, $"There is no platform '{name}'.", $"Use one of: {string.Join(", ", Supported.Select(p => p.Name))}.");
        return platform.Support == PlatformSupport.Full ? platform : throw new PogolineException(
            PlatformFaults.OnlyRecognised, $"{platform.DisplayName} is recognised but not programmed by Pogoline.",
            $"Use one of: {string.Join(", ", Supported.Select(p => p.Name))}.");
    }

    static List<Platform> Load()
    {
        var layouts = Read("layouts.json", PlatformJson.Default.DictionaryStringLayout);
        return [.. Read("platforms.json", PlatformJson.Default.ListPlatform)
            .Select(p => p.Layouts.Aggregate(p, (merged, name) => layouts[name].MergeInto(merged)))
            .OrderBy(p => p.Id)];
    }

    static T Read<T>(string name, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        using var stream = typeof(PlatformCatalog).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidDataException($"the resource {name} is missing");
        return JsonSerializer.Deserialize(stream, type) ?? throw new InvalidDataException($"the resource {name} is empty");
    }
}

/// <summary>What several platforms share; merged into them in the order they name it.</summary>
sealed record Layout
{
    public IReadOnlyList<Storage> Storages { get; init => field = value ?? []; } = [];
    public IReadOnlyList<DfuAlternateInfo> Alternates { get; init => field = value ?? []; } = [];
    public IReadOnlyList<Component> Components { get; init => field = value ?? []; } = [];
    public IReadOnlyList<Area> Areas { get; init => field = value ?? []; } = [];
    public IReadOnlyList<RegisterWord> Registers { get; init => field = value ?? []; } = [];
    public PlatformTraits? Traits { get; init; }

    public Platform MergeInto(Platform platform) => platform with
    {
        Storages = [.. Storages, .. platform.Storages],
        Alternates = [.. Alternates.Concat(platform.Alternates).OrderBy(a => a.Number)],
        Components = [.. Components, .. platform.Components],
        Areas = [.. Areas, .. platform.Areas],
        Registers = [.. Registers, .. platform.Registers],
        Traits = Traits is null ? platform.Traits : new()
        {
            DctCodeInSystemParts = Traits.DctCodeInSystemParts || platform.Traits.DctCodeInSystemParts,
            EmbedsBootloader = Traits.EmbedsBootloader || platform.Traits.EmbedsBootloader,
            EmbeddedBootloaders = [.. Traits.EmbeddedBootloaders, .. platform.Traits.EmbeddedBootloaders],
            ControlRequests = Traits.ControlRequests ?? platform.Traits.ControlRequests,
            WholeExternalFlashFromBootloader = Math.Max(
                Traits.WholeExternalFlashFromBootloader, platform.Traits.WholeExternalFlashFromBootloader),
            ExternalFlashReachOfOldBootloaders = Math.Min(
                Traits.ExternalFlashReachOfOldBootloaders, platform.Traits.ExternalFlashReachOfOldBootloaders),
            SetupDone = Traits.SetupDone ?? platform.Traits.SetupDone,
            OtaFlag = Traits.OtaFlag ?? platform.Traits.OtaFlag,
            StartsAfterDfu = Math.Max(Traits.StartsAfterDfu, platform.Traits.StartsAfterDfu),
            BootloaderByMbr = Traits.BootloaderByMbr ?? platform.Traits.BootloaderByMbr,
        },
    };
}

/// <summary>Faults in naming a platform.</summary>
public static class PlatformFaults
{
    /// <summary>No platform has that name.</summary>
    public static readonly FaultCode Unknown = new("platform-unknown", ExitCode.Usage, "The name is misspelt, or the platform is newer than this build.");

    /// <summary>The platform is known but not programmed.</summary>
    public static readonly FaultCode OnlyRecognised = new("platform-not-supported", ExitCode.Usage, "The board is outside the generations that Pogoline programs.");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, ReadCommentHandling = JsonCommentHandling.Skip,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, Converters = [typeof(UsbIdJsonConverter)])]
[JsonSerializable(typeof(List<Platform>))]
[JsonSerializable(typeof(Dictionary<string, Layout>))]
sealed partial class PlatformJson : JsonSerializerContext;

sealed class UsbIdJsonConverter : JsonConverter<UsbId>
{
    public override UsbId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var parts = reader.GetString()!.Split(':');
        return new(Convert.ToUInt16(parts[0], 16), Convert.ToUInt16(parts[1], 16));
    }

    public override void Write(Utf8JsonWriter writer, UsbId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
