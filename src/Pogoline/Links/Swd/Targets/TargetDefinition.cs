using System.Text.Json;
using System.Text.Json.Serialization;
using Pogoline.Platforms;

namespace Pogoline.Links.Swd.Targets;

/// <summary>A microcontroller as data: how it is recognised, where things lie, which flash controller it has.</summary>
public sealed record TargetDefinition
{
    /// <summary>The stable name, such as <c>nrf52840</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its name in the platform data.</summary>
    public required string Mcu { get; init; }

    /// <summary>The generation of the boards that have it.</summary>
    public required int Generation { get; init; }

    /// <summary>The flash controller: its driver, and the loader's source.</summary>
    public required string Controller { get; init; }

    /// <summary>The core that it has.</summary>
    public required RegisterMatch CpuId { get; init; }

    /// <summary>The part that it is.</summary>
    public required RegisterMatch Part { get; init; }

    /// <summary>Where the device ID comes from.</summary>
    public required DeviceIdPlace DeviceId { get; init; }

    /// <summary>Its RAM.</summary>
    public required MemoryPlace Ram { get; init; }

    /// <summary>Configuration registers in flash (UICR); null when it has none.</summary>
    public MemoryPlace? Configuration { get; init; }

    /// <summary>The access port that reaches a locked chip; null when it has none.</summary>
    public ControlPortPlace? ControlPort { get; init; }

    /// <summary>Whether its debug port answers while the reset line is low.</summary>
    public bool AnswersInReset { get; init; }

    /// <summary>Its flash with erase units and times.</summary>
    [JsonIgnore]
    public Storage Flash => field ??= PlatformCatalog.Supported.First(p => p.Mcu == Mcu).StorageOf(StorageKind.InternalFlash);
}

/// <summary>A register and what it must hold.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Mask">The bits that count.</param>
/// <param name="Value">What they must be.</param>
public sealed record RegisterMatch(FlashAddress Address, [property: JsonConverter(typeof(HexJsonConverter))] uint Mask, [property: JsonConverter(typeof(HexJsonConverter))] uint Value);

/// <summary>Where the device ID comes from.</summary>
/// <param name="Address">The first byte.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Prefix">Hex digits that stand before them.</param>
public sealed record DeviceIdPlace(FlashAddress Address, int Length, string Prefix);

/// <summary>A memory.</summary>
/// <param name="Start">The first address.</param>
/// <param name="Length">Bytes.</param>
public sealed record MemoryPlace(FlashAddress Start, uint Length)
{
    /// <summary>All of it.</summary>
    [JsonIgnore]
    public AddressRange Range => AddressRange.Of(Start, Length);
}

/// <summary>A control access port.</summary>
/// <param name="Number">APSEL.</param>
/// <param name="Identification">Its IDR.</param>
public sealed record ControlPortPlace(byte Number, [property: JsonConverter(typeof(HexJsonConverter))] uint Identification);

sealed class HexJsonConverter : JsonConverter<uint>
{
    public override uint Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Convert.ToUInt32(reader.GetString(), 16);

    public override void Write(Utf8JsonWriter writer, uint value, JsonSerializerOptions options) => writer.WriteStringValue($"0x{value:X8}");
}
