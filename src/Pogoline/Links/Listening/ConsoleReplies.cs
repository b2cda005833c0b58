using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Pogoline.Links.Listening;

/// <summary>What a board says of itself on its console; null for what it does not say.</summary>
/// <param name="DeviceId">The device ID in lower case.</param>
/// <param name="SerialNumber">The serial number.</param>
/// <param name="Imei">The modem's IMEI.</param>
/// <param name="Iccid">The SIM's ICCID.</param>
/// <param name="RadioVersion">The modem's firmware version.</param>
public sealed record ConsoleIdentity(string DeviceId, string? SerialNumber, string? Imei, string? Iccid, string? RadioVersion);

/// <summary>What a board reports of its modules on its console.</summary>
/// <param name="PlatformId">The platform id.</param>
/// <param name="Modules">The modules, in the board's order.</param>
public sealed record ConsoleInspection(int PlatformId, IReadOnlyList<DeviceModule> Modules);

/// <summary>
/// Finds the console's answers in what arrived on the port: between log lines, behind leftovers, with or without what was sent. An answer
/// counts only when its line is complete.
/// </summary>
static partial class ConsoleReplies
{
    /// <summary>The version: a line of its own.</summary>
    public static string? FindVersion(string text) => Version().Match(text) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>Identity and properties, once the answer to a following <c>v</c> shows that nothing more comes.</summary>
    public static ConsoleIdentity? FindIdentity(string text)
    {
        if (Id().Match(text) is not { Success: true } id || !Version().IsMatch(text, id.Index)) return null;
        return ReadIdentity(text);
    }

    /// <summary>Identity and those properties that have arrived.</summary>
    public static ConsoleIdentity? ReadIdentity(string text)
    {
        if (Id().Match(text) is not { Success: true } id) return null;
        var values = new Dictionary<string, string>();
        foreach (Match property in Property().Matches(text, id.Index)) values.TryAdd(property.Groups[1].Value, property.Groups[2].Value.Trim());
        return new(id.Groups[1].Value.ToLowerInvariant(), Value("Serial Number"), Value("IMEI"), Value("ICCID"), Value("Cell Radio Version"));

        string? Value(string key) => values.GetValueOrDefault(key) is { Length: > 0 } value ? value : null;
    }

    /// <summary>The MAC address in lower case.</summary>
    public static string? FindMacAddress(string text) => Mac().Match(text) is { Success: true } match ? match.Groups[1].Value.ToLowerInvariant() : null;

    /// <summary>Whether the board is claimed.</summary>
    public static bool? FindClaimed(string text) => Claimed().Match(text) is { Success: true } match ? match.Groups[1].Value == "yes" : null;

    /// <summary>The describe message: the first whole JSON object that begins with the platform.</summary>
    public static ConsoleInspection? FindInspection(string text)
    {
        for (var at = text.IndexOf("{\"p\":", StringComparison.Ordinal); at >= 0; at = text.IndexOf("{\"p\":", at + 1, StringComparison.Ordinal))
        {
            if (TryRead(Encoding.Latin1.GetBytes(text, at, text.Length - at), out var inspection) == OperationStatus.Done) return inspection;
        }
        return null;
    }

    static OperationStatus TryRead(ReadOnlySpan<byte> json, out ConsoleInspection? inspection)
    {
        inspection = null;
        try
        {
            var reader = new Utf8JsonReader(json, isFinalBlock: false, default);
            if (!JsonDocument.TryParseValue(ref reader, out var document)) return OperationStatus.NeedMoreData;
            using (document)
            {
                if (!document.RootElement.TryGetProperty("p", out var platform) || !platform.TryGetInt32(out var id)) return OperationStatus.InvalidData;
                var modules = document.RootElement.TryGetProperty("m", out var list) && list.ValueKind == JsonValueKind.Array
                    ? list.EnumerateArray().Select(ReadModule).OfType<DeviceModule>().ToList() : [];
                inspection = new(id, modules);
                return OperationStatus.Done;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return OperationStatus.InvalidData;
        }
    }

    static DeviceModule? ReadModule(JsonElement module)
    {
        if (ReadId(module) is not { } id || Number(module, "v") is not { } version) return null;
        var failed = (ModuleChecks)((Number(module, "vc") ?? 0) & ~(Number(module, "vv") ?? 0));
        return new()
        {
            Id = id,
            Version = (ushort)version,
            Store = Text(module, "l") switch { "f" => ModuleStore.Factory, "b" => ModuleStore.Backup, "t" => ModuleStore.Scratchpad, _ => ModuleStore.Main },
            Size = module.TryGetProperty("s", out var size) && size.TryGetUInt32(out var bytes) ? bytes : 0,
            Failed = failed,
            Dependencies = [.. module.TryGetProperty("d", out var list) && list.ValueKind == JsonValueKind.Array
                ? list.EnumerateArray().Select(ReadDependency).OfType<ModuleDependency>() : []],
            Sha256 = Text(module, "u") is { Length: 64 } hash ? hash.ToLowerInvariant() : null,
        };
    }

    static ModuleDependency? ReadDependency(JsonElement dependency) =>
        ReadId(dependency) is { } id && Number(dependency, "v") is { } version ? new ModuleDependency(id, (ushort)version) : null;

    static ModuleId? ReadId(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object) return null;
        ModuleFunction? function = Text(element, "f") switch
        {
            "r" => ModuleFunction.Resource,
            "b" => ModuleFunction.Bootloader,
            "m" => ModuleFunction.Monolithic,
            "s" => ModuleFunction.SystemPart,
            "u" => ModuleFunction.UserPart,
            "c" => ModuleFunction.Ncp,
            "a" => ModuleFunction.RadioStack,
            _ => null,
        };
        return function is { } known && byte.TryParse(Text(element, "n"), NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? new ModuleId(known, index) : null;
    }

    static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static int? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetUInt16(out var number) ? number : null;

    [GeneratedRegex(@"system firmware version:[ \t]+([\w.+-]{1,64})[ \t]*[\r\n]")]
    private static partial Regex Version();

    [GeneratedRegex(@"(?:Device ID:|Your (?:core|device) id is)[ \t]+([0-9a-fA-F]{24})[ \t]*\r?\n")]
    private static partial Regex Id();

    [GeneratedRegex(@"(Serial Number|IMEI|ICCID|Cell Radio Version): ([^\r\n]{0,64})\r?\n")]
    private static partial Regex Property();

    [GeneratedRegex(@"MAC address is\s{1,4}((?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2})\s")]
    private static partial Regex Mac();

    [GeneratedRegex(@"Device claimed: (yes|no)\s")]
    private static partial Regex Claimed();
}
