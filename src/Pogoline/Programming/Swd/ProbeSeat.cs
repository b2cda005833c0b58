using Pogoline.Links.Swd.Probes;
using Pogoline.Platforms;
using Pogoline.Programming.Gang;

namespace Pogoline.Programming.Swd;

/// <summary>A probe with a board on it, of which nothing is known before a job connects.</summary>
/// <param name="name">What the probe is called on the command line: its serial number, else its port.</param>
/// <param name="port">Where the probe is.</param>
/// <param name="platform">The board that is said to hang on it; null when nothing was said.</param>
/// <param name="open">Opens the probe; again for every attempt, because a job closes it.</param>
public sealed class ProbeSeat(string name, string port, Platform? platform, Func<CancellationToken, ValueTask<IProbe>> open) : IGangUnit
{
    /// <summary>What the probe is called on the command line.</summary>
    public string Name => name;

    /// <inheritdoc/>
    public string DeviceId => port;

    /// <inheritdoc/>
    public string Port => port;

    /// <inheritdoc/>
    public string PlatformName => platform?.Name ?? "";

    /// <inheritdoc/>
    public string WhenHung => "Unplug the probe, cycle the board's power, plug the probe in again, then run the same command again: only what differs is written.";

    /// <summary>Opens the probe.</summary>
    /// <exception cref="PogolineException">It cannot be opened, with the true cause.</exception>
    public ValueTask<IProbe> OpenAsync(CancellationToken stop) => open(stop);
}
