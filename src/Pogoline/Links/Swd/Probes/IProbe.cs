namespace Pogoline.Links.Swd.Probes;

/// <summary>
/// A debug probe as SWD sees it. Batching and pipelining are inside: callers hand over as many transfers as they have. That the target refuses is
/// a result; that the probe itself is gone or talks nonsense is a <see cref="PogolineException"/>.
/// </summary>
public interface IProbe : IAsyncDisposable
{
    /// <summary>What the probe is.</summary>
    ProbeDescription Description { get; }

    /// <summary>
    /// Memory access by the probe's own commands; null where the host works the access port itself. To be preferred where it is there.
    /// </summary>
    IMemory? Memory { get; }

    /// <summary>Readies the probe for SWD at a clock rate, or the next lower one that it has.</summary>
    /// <param name="clockHz">SWCLK in hertz.</param>
    /// <param name="stop">Observed between commands.</param>
    /// <exception cref="PogolineException"><see cref="SwdFaults"/>: the probe cannot do SWD, or is gone.</exception>
    ValueTask ConnectAsync(int clockHz, CancellationToken stop);

    /// <summary>Switches the target from JTAG to SWD and resets the line; the next transfer must read DPIDR.</summary>
    /// <returns>False when the probe itself finds that no target answers.</returns>
    ValueTask<bool> ResetLineAsync(CancellationToken stop);

    /// <summary>Carries transfers out in order, until the first that is not answered with OK.</summary>
    /// <param name="transfers">The transfers; they stay as they are until it is done.</param>
    /// <param name="reads">Takes the values of the reads, in order; long enough for all of them.</param>
    /// <param name="stop">Observed between packets.</param>
    ValueTask<SwdOutcome> TransferAsync(ReadOnlyMemory<SwdTransfer> transfers, Memory<uint> reads, CancellationToken stop);

    /// <summary>Drives the target's reset line low, or lets it go.</summary>
    ValueTask SetResetAsync(bool isAsserted, CancellationToken stop);

    /// <summary>The target's supply in volts; null when the probe cannot measure it.</summary>
    ValueTask<double?> ReadVoltageAsync(CancellationToken stop);
}

/// <summary>A family of probes with one protocol.</summary>
public enum ProbeKind
{
    /// <summary>CMSIS-DAP over HID reports, such as the Particle Debugger.</summary>
    CmsisDapV1,

    /// <summary>CMSIS-DAP over bulk endpoints.</summary>
    CmsisDapV2,

    /// <summary>ST-LINK/V2 and V2-1.</summary>
    StLink,

    /// <summary>SEGGER J-Link.</summary>
    JLink,
}

/// <summary>What a probe is and can do, as it says itself.</summary>
/// <param name="Kind">Its protocol.</param>
/// <param name="Firmware">The version of its firmware, as people write it.</param>
public sealed record ProbeDescription(ProbeKind Kind, string Firmware)
{
    /// <summary>Bytes that one command packet carries.</summary>
    public int PacketSize { get; init; }

    /// <summary>Commands that may be under way.</summary>
    public int PacketCount { get; init; } = 1;

    /// <summary>Whether access ports other than the memory's can be reached, which an nRF52840's CTRL-AP needs.</summary>
    public bool ReachesAccessPorts { get; init; } = true;

    /// <summary>What people should know of it, such as firmware that is old.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
