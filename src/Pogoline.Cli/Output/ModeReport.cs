using System.Text.Json.Serialization;
using Pogoline.Programming;
using Pogoline.Programming.Modes;

namespace Pogoline.Cli.Output;

/// <summary>What the <c>usb</c> commands print with <c>--json</c>.</summary>
sealed record ModeReport(int Schema, string Outcome, IReadOnlyList<ModeRow> Units);

/// <summary>A unit and the mode that it is in now.</summary>
sealed record ModeRow(string DeviceId, string Platform, string Port, DeviceMode Mode, bool Confirmed)
{
    public static ModeRow Of(IUnit unit, ModeSighting seen) => new(unit.DeviceId, unit.Platform.Name, unit.Port, seen.Mode, seen.IsSure);
}

/// <summary>What <c>serial list --json</c> prints.</summary>
sealed record SerialPortList(int Schema, IReadOnlyList<SerialPortRow> Ports);

/// <summary>A serial port of this machine.</summary>
sealed record SerialPortRow(string Name, string? Usb, string? SerialNumber, string? Platform);

/// <summary>What the <c>serial</c> commands print with <c>--json</c>.</summary>
sealed record ConsoleReport(int Schema, string Outcome, string Port)
{
    public string? DeviceId { get; init; }

    public string? SerialNumber { get; init; }

    public string? Imei { get; init; }

    public string? Iccid { get; init; }

    public string? RadioVersion { get; init; }

    public string? Release { get; init; }

    public string? Mac { get; init; }

    public bool? Claimed { get; init; }

    public int? PlatformId { get; init; }

    public IReadOnlyList<ConsoleModule>? Modules { get; init; }

    public long? Bytes { get; init; }

    public double? Seconds { get; init; }
}

/// <summary>A module as the console reports it.</summary>
sealed record ConsoleModule(ModuleFunction Function, byte Index, int Version, string Store, long Size, IReadOnlyList<string> Failed, IReadOnlyList<ConsoleDependency> Dependencies);

/// <summary>What a module depends on.</summary>
sealed record ConsoleDependency(ModuleFunction Function, byte Index, int Version);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ModeReport))]
[JsonSerializable(typeof(SerialPortList))]
[JsonSerializable(typeof(ConsoleReport))]
sealed partial class ModeJson : JsonSerializerContext;
