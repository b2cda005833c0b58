namespace Pogoline.Programming.Gang;

/// <summary>What was seen of the connection at a port.</summary>
/// <param name="Port">The port path.</param>
/// <param name="Attempts">Attempts at units there.</param>
/// <param name="Faults">Those that ended in a way that bad cables, hubs or supplies cause.</param>
/// <param name="Suspect">The sentence to act on; null while nothing is suspect.</param>
public sealed record PortReport(string Port, int Attempts, int Faults, string? Suspect);

/// <summary>Counts for each port how often the connection was at fault, and says when that is no accident any more. Safe to use from several threads.</summary>
public sealed class PortHealth
{
    /// <summary>As many faults at a port make it suspect.</summary>
    public const int SuspectFrom = 2;

    readonly Dictionary<string, (int Attempts, int Faults)> _ports = [];
    readonly Lock _gate = new();

    /// <summary>Counts an attempt.</summary>
    public void Count(string port, ProgrammingResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var isFault = result.Error is { } error && FaultCatalog.Find(error.Code) is { Connection: true };
        lock (_gate)
        {
            var (attempts, faults) = _ports.GetValueOrDefault(port);
            _ports[port] = (attempts + 1, faults + (isFault ? 1 : 0));
        }
    }

    /// <summary>The ports with faults, the worst first.</summary>
    public IReadOnlyList<PortReport> Report()
    {
        lock (_gate)
        {
            var faulty = _ports.Where(p => p.Value.Faults > 0).ToList();
            // Ports of one hub that fail together point at what they share.
            var hubs = faulty.GroupBy(p => HubOf(p.Key)).Where(g => g.Key is not null && g.Count() > 1).ToDictionary(g => g.Key!, g => g.Count());
            return [.. faulty.OrderByDescending(p => p.Value.Faults).ThenBy(p => p.Key, StringComparer.Ordinal)
                .Select(p => new PortReport(p.Key, p.Value.Attempts, p.Value.Faults, Suspicion(p.Key, p.Value, hubs)))];
        }
    }

    static string? Suspicion(string port, (int Attempts, int Faults) seen, Dictionary<string, int> hubs)
    {
        if (HubOf(port) is { } hub && hubs.TryGetValue(hub, out var ports))
            return $"Suspect hub {hub} or its supply: connections failed at {ports} of its ports, {seen.Faults} of {seen.Attempts} times at {port}.";
        return seen.Faults >= SuspectFrom
            ? $"Suspect cable, hub or supply at {port}: the connection failed {seen.Faults} of {seen.Attempts} times." : null;
    }

    /// <summary>The hub of a port path such as <c>1-2.3</c>: what stands before the last dot; null for a port of the machine itself.</summary>
    static string? HubOf(string port) => port.LastIndexOf('.') is var dot and > 0 ? port[..dot] : null;
}
