using System.Text.Json.Serialization;
using Pogoline.Host.Probes;
using Pogoline.Links.Swd.Targets;
using Pogoline.Programming.Swd;

namespace Pogoline.Cli.Output;

/// <summary>What <c>swd probes --json</c> prints.</summary>
sealed record ProbeList(int Schema, IReadOnlyList<ProbeRow> Probes);

/// <summary>A debug probe.</summary>
sealed record ProbeRow(string Kind, string Product, string? SerialNumber, string Port, string Usb, DeviceProblem? Problem)
{
    public static ProbeRow Of(ProbeSighting seen) => new(seen.Kind.ToString(), seen.Product, seen.SerialNumber.Length > 0 ? seen.SerialNumber : null, seen.Device.Port, seen.Device.Id.ToString(), DeviceProblem.Of(seen.Problem));
}

/// <summary>What <c>swd info --json</c> prints.</summary>
sealed record SwdInfoReport(int Schema, string Probe, string Firmware, SwdBoardInfo Board, IReadOnlyList<string> Notes);

/// <summary>What the other <c>swd</c> commands print with <c>--json</c>.</summary>
sealed record SwdDone(int Schema, string Outcome, string Text);

/// <summary>What <c>swd wiring --json</c> prints.</summary>
sealed record WiringReport(int Schema, IReadOnlyList<WiringNote> Wiring, IReadOnlyList<ProgrammerRule> Programmers);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProbeList))]
[JsonSerializable(typeof(SwdInfoReport))]
[JsonSerializable(typeof(SwdDone))]
[JsonSerializable(typeof(WiringReport))]
sealed partial class SwdJson : JsonSerializerContext;
