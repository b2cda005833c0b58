using System.Text.Json.Serialization;

namespace Pogoline.Host.Doctor;

/// <summary>What a check found.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HealthState>))]
public enum HealthState
{
    /// <summary>As it should be.</summary>
    [JsonStringEnumMemberName("ok")] Ok,

    /// <summary>Some commands will miss it.</summary>
    [JsonStringEnumMemberName("warning")] Warning,

    /// <summary>Boards cannot be reached.</summary>
    [JsonStringEnumMemberName("problem")] Problem,

    /// <summary>Of no concern on this system.</summary>
    [JsonStringEnumMemberName("notApplicable")] NotApplicable,
}

/// <summary>One thing that Pogoline needs of this machine.</summary>
/// <param name="Name">The stable name, such as <c>libusb</c>.</param>
/// <param name="State">What was found.</param>
/// <param name="Finding">The facts.</param>
/// <param name="Remedy">The next action; null when there is nothing to do.</param>
public sealed record HealthCheck(string Name, HealthState State, string Finding, string? Remedy = null);

/// <summary>All checks: the object that <c>doctor --json</c> prints.</summary>
/// <param name="Schema">The version of this format.</param>
/// <param name="State">The worst of them.</param>
/// <param name="Checks">In the order of the way to a board.</param>
public sealed record HealthReport(int Schema, HealthState State, IReadOnlyList<HealthCheck> Checks)
{
    /// <summary>The report on the checks.</summary>
    public static HealthReport Of(IReadOnlyList<HealthCheck> checks) => new(1,
        checks.Any(c => c.State == HealthState.Problem) ? HealthState.Problem : checks.Any(c => c.State == HealthState.Warning) ? HealthState.Warning : HealthState.Ok, checks);
}

/// <summary>Writes reports as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HealthReport))]
public sealed partial class HealthJson : JsonSerializerContext;
