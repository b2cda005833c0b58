namespace Pogoline.Lab.Swd;

/// <summary>The three acknowledge bits of a debug port, the first one on the wire lowest.</summary>
public enum SwdAck : byte
{
    /// <summary>Nothing was driven: the pull-up reads as ones.</summary>
    None = 7,

    /// <summary>Accepted.</summary>
    Ok = 1,

    /// <summary>Busy: to be repeated.</summary>
    Wait = 2,

    /// <summary>A sticky error flag is set.</summary>
    Fault = 4,
}

/// <summary>The request that opens a transaction.</summary>
/// <param name="IsAccessPort">APnDP.</param>
/// <param name="IsRead">RnW.</param>
/// <param name="Address">0, 4, 8 or 12.</param>
public readonly record struct SwdRequest(bool IsAccessPort, bool IsRead, byte Address)
{
    /// <summary>The request by which alone a debug port answers after a line reset.</summary>
    public static SwdRequest ReadId { get; } = new(false, true, 0);

    /// <summary>A request from the four bits that probe protocols use: APnDP, RnW, A2, A3.</summary>
    public static SwdRequest FromBits(int bits) => new((bits & 1) != 0, (bits & 2) != 0, (byte)(bits & 0xC));

    /// <summary>The eight bits on the wire, the first one lowest.</summary>
    public byte Wire
    {
        get
        {
            var bits = (IsAccessPort ? 1 : 0) | (IsRead ? 2 : 0) | Address;
            return (byte)(0x81 | bits << 1 | (int.PopCount(bits) & 1) << 5);
        }
    }

    /// <summary>Reads the eight bits of the wire.</summary>
    /// <returns>False when start, stop, park or parity is wrong.</returns>
    public static bool TryReadWire(byte wire, out SwdRequest request)
    {
        request = FromBits(wire >> 1 & 0xF);
        return wire == request.Wire;
    }
}
