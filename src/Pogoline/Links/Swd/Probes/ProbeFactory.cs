using Pogoline.Links.Swd.Probes.CmsisDap;
using Pogoline.Links.Swd.Probes.JLink;
using Pogoline.Links.Swd.Probes.StLink;

namespace Pogoline.Links.Swd.Probes;

/// <summary>Opens a probe on its endpoints.</summary>
public static class ProbeFactory
{
    /// <summary>Asks the probe what it is.</summary>
    /// <param name="kind">Its protocol.</param>
    /// <param name="pipe">Its endpoints; it goes with the probe.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Observed between commands.</param>
    /// <exception cref="PogolineException"><see cref="SwdFaults"/>: it does not answer, or not as a probe of that kind does.</exception>
    public static async ValueTask<IProbe> OpenAsync(ProbeKind kind, IPacketPipe pipe, TimeProvider time, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        ArgumentNullException.ThrowIfNull(time);
        try
        {
            return kind switch
            {
                ProbeKind.StLink => await StLinkProbe.OpenAsync(pipe, time, stop).ConfigureAwait(false),
                ProbeKind.JLink => await JLinkProbe.OpenAsync(pipe, stop).ConfigureAwait(false),
                _ => await CmsisDapProbe.OpenAsync(pipe, kind, stop).ConfigureAwait(false),
            };
        }
        catch
        {
            await pipe.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
