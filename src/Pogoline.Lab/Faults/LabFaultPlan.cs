using System.Text.Json;
using System.Text.Json.Serialization;
using Pogoline.Lab.Board;
using Pogoline.Lab.Probes;

namespace Pogoline.Lab.Faults;

/// <summary>What goes wrong in a lab, as data.</summary>
public sealed record LabFaultPlan
{
    /// <summary>More faults than this are not taken.</summary>
    public const int MaximumFaults = 1000;

    /// <summary>A file is at most so large.</summary>
    public const int MaximumLength = 1024 * 1024;

    /// <summary>The version of this format.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>The faults.</summary>
    public required IReadOnlyList<LabFault> Faults { get; init; }

    /// <summary>Reads a plan.</summary>
    /// <exception cref="PogolineException"><see cref="LabFaults.FaultPlan"/>.</exception>
    public static LabFaultPlan Load(ReadOnlySpan<byte> utf8)
    {
        try
        {
            if (utf8.Length > MaximumLength) throw new JsonException($"it is larger than {MaximumLength} bytes");
            var plan = JsonSerializer.Deserialize(utf8, LabFaultJson.Default.LabFaultPlan);
            if (plan is not { Schema: 1 }) throw new JsonException("the schema is not 1");
            if (plan.Faults.Count > MaximumFaults) throw new JsonException($"it has more than {MaximumFaults} faults");
            for (var i = 0; i < plan.Faults.Count; i++)
            {
                if (plan.Faults[i] is not { } fault) throw new JsonException($"fault {i + 1} is null");
                if (fault.Problem is { } problem) throw new JsonException($"fault {i + 1} ({fault.Fault}): {problem}");
            }
            return plan;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or FormatException)
        {
            throw new PogolineException(LabFaults.FaultPlan, $"The fault plan cannot be used: {e.Message}", "Write it as docs/lab.md describes it.", e);
        }
    }

    /// <summary>Lets the faults happen to the boards that they are for.</summary>
    public void ApplyTo(IEnumerable<VirtualUnit> units)
    {
        ArgumentNullException.ThrowIfNull(units);
        foreach (var unit in units)
        {
            if (For(unit) is { Count: > 0 } mine) new FaultInjector(unit, mine).Attach();
        }
    }

    /// <summary>Lets the faults happen to the debug probe of a board that they are for.</summary>
    public void ApplyTo(VirtualUnit unit, VirtualProbe probe)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(probe);
        if (For(unit) is { Count: > 0 } mine) new ProbeFaultInjector(probe, unit.Clock, mine).Attach();
    }

    List<LabFault> For(VirtualUnit unit) => [.. Faults.Where(f => f.Board is null || f.Board == unit.Port || f.Board == unit.DeviceId)];
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 8, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, ReadCommentHandling = JsonCommentHandling.Skip)]
[JsonSerializable(typeof(LabFaultPlan))]
sealed partial class LabFaultJson : JsonSerializerContext;
