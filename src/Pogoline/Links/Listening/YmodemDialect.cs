namespace Pogoline.Links.Listening;

/// <summary>What differs between receivers of YMODEM.</summary>
public sealed record YmodemDialect
{
    /// <summary>What the specification describes and other programs speak.</summary>
    public static YmodemDialect Standard { get; } = new()
    {
        AwaitsRequests = true,
        Filler = 0x1A,
        RepeatsOnSilence = true,
        HeaderTimeout = TimeSpan.FromSeconds(10),
        PacketTimeout = TimeSpan.FromSeconds(10),
        EndTimeout = TimeSpan.FromSeconds(10),
    };

    /// <summary>
    /// The receiver of Device OS: silent while it erases and validates, asks again after 5 s when it misses something, answers NAK to whatever
    /// it has already, acknowledges the end of the file at once, and does not look at the CRC.
    /// </summary>
    public static YmodemDialect DeviceOs { get; } = new()
    {
        NakMeansStored = true,
        HeaderTimeout = TimeSpan.FromSeconds(70),
        PacketTimeout = TimeSpan.FromSeconds(70),
        EndTimeout = TimeSpan.FromSeconds(120),
    };

    /// <summary>Whether the receiver says <c>C</c> before the first header and before the last one; otherwise both go at once.</summary>
    public bool AwaitsRequests { get; init; }

    /// <summary>What the last packet is filled up with.</summary>
    public byte Filler { get; init; }

    /// <summary>Whether silence means that a packet was lost; otherwise the receiver is busy and says so when it misses something.</summary>
    public bool RepeatsOnSilence { get; init; }

    /// <summary>Whether NAK to a repeated packet means that the receiver has it, and to any other that it expects another one.</summary>
    public bool NakMeansStored { get; init; }

    /// <summary>How long the answer to the header may take: the receiver makes room.</summary>
    public TimeSpan HeaderTimeout { get; init; }

    /// <summary>How long the answer to a packet may take.</summary>
    public TimeSpan PacketTimeout { get; init; }

    /// <summary>How long the answer to the last header may take: a device validates the module, and writes it to its network co-processor.</summary>
    public TimeSpan EndTimeout { get; init; }
}
