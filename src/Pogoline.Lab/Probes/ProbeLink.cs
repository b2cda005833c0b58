namespace Pogoline.Lab.Probes;

/// <summary>When transfers between host and probe are over: full-speed bulk packets, 19 in a frame of 1 ms; reports, one in a frame.</summary>
/// <param name="isHid">Whether reports are moved.</param>
sealed class ProbeLink(bool isHid)
{
    const long Frame = 1_000_000;
    const int PacketsPerFrame = 19, PacketLength = 64;

    long _outFree, _inFree;

    /// <summary>The moment at which a transfer to the probe has arrived.</summary>
    public long Arrival(long now, int bytes) => _outFree = After(Math.Max(now, _outFree), bytes);

    /// <summary>The moment at which the host has an answer.</summary>
    public long Delivery(long ready, int bytes) => _inFree = After(Math.Max(ready, _inFree), bytes);

    /// <summary>The packets of a transfer.</summary>
    public static int Packets(int bytes) => Math.Max(1, (bytes + PacketLength - 1) / PacketLength);

    long After(long begin, int bytes) => isHid ? (begin / Frame + 1) * Frame : begin + Packets(bytes) * Frame / PacketsPerFrame;
}
