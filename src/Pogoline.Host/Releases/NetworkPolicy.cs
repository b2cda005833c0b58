namespace Pogoline.Host.Releases;

/// <summary>Whether the network may be used. Every source asks before each attempt.</summary>
/// <param name="isOffline">Whether every attempt is an error.</param>
public sealed class NetworkPolicy(bool isOffline)
{
    /// <summary>Whether every attempt is an error.</summary>
    public bool IsOffline => isOffline;

    /// <summary>Asks for permission.</summary>
    /// <param name="what">What would be fetched, for the message.</param>
    /// <exception cref="PogolineException">There is none (<see cref="SourceFaults.Offline"/>).</exception>
    public void Demand(string what)
    {
        if (isOffline) throw new PogolineException(
            SourceFaults.Offline, $"{what} is not in the cache, and the network is not to be used.",
            "Run 'pogoline releases fetch' once while online, or name a folder or archive with --source.");
    }
}
