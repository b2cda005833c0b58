using System.Text.Json.Serialization;

namespace Pogoline.Programming.Identify;

/// <summary>What tells a board from all others, and what it runs; null for what it has not or does not say in its mode.</summary>
public sealed record UnitIdentity
{
    /// <summary>The platform.</summary>
    public required string Platform { get; init; }

    /// <summary>The device ID: 24 lower-case hex digits.</summary>
    public required string DeviceId { get; init; }

    /// <summary>The serial number.</summary>
    public string? SerialNumber { get; init; }

    /// <summary>The SIM's ICCID.</summary>
    public string? Iccid { get; init; }

    /// <summary>The modem's IMEI.</summary>
    public string? Imei { get; init; }

    /// <summary>The MAC address; only the console tells it.</summary>
    public string? Mac { get; init; }

    /// <summary>What the board was doing.</summary>
    public required DeviceMode Mode { get; init; }

    /// <summary>Where it is connected.</summary>
    public required string Port { get; init; }

    /// <summary>The Device OS version as the board writes it.</summary>
    public string? Release { get; init; }

    /// <summary>The module versions, in the board's order.</summary>
    public IReadOnlyList<IdentityModule> Modules { get; init; } = [];

    /// <summary>What is missing, and how it can be had, as sentences.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>A module in an identity.</summary>
/// <param name="Function">The module function.</param>
/// <param name="Index">The module index.</param>
/// <param name="Version">The module version.</param>
/// <param name="Ok">Whether the system finds nothing wrong with it.</param>
public sealed record IdentityModule(ModuleFunction Function, byte Index, ushort Version, bool Ok);

/// <summary>What <c>identify --json</c> prints.</summary>
/// <param name="Schema">The version of this format.</param>
/// <param name="Units">The boards, in the order in which they were named.</param>
public sealed record IdentityList(int Schema, IReadOnlyList<UnitIdentity> Units);

/// <summary>Writes identities as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IdentityList))]
public sealed partial class IdentityJson : JsonSerializerContext;
