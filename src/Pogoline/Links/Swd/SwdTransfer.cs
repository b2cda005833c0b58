namespace Pogoline.Links.Swd;

/// <summary>One access to a register of the debug port or of the selected access port (ADIv5). AP reads give their own value: posting is the probe's concern.</summary>
/// <param name="Request">Which register and how: bit 0 access port, bit 1 read, bits 3…2 the register address; CMSIS-DAP's request byte.</param>
/// <param name="Value">What a write writes.</param>
public readonly record struct SwdTransfer(byte Request, uint Value)
{
    const byte AccessPort = 1;
    const byte Read = 2;
    const byte AddressMask = 0xC;

    /// <summary>Whether it goes to the access port that SELECT names.</summary>
    public bool IsAccessPort => (Request & AccessPort) != 0;

    /// <summary>Whether it reads.</summary>
    public bool IsRead => (Request & Read) != 0;

    /// <summary>The register address within its bank: 0, 4, 8 or 0xC.</summary>
    public byte Address => (byte)(Request & AddressMask);

    /// <summary>Whether the next transfer may follow in a block of equal ones.</summary>
    public bool IsBlockOf(SwdTransfer other) => Request == other.Request && IsAccessPort;

    /// <summary>A read of a debug port register.</summary>
    public static SwdTransfer ReadDp(byte address) => new((byte)(Read | (address & AddressMask)), 0);

    /// <summary>A write to a debug port register.</summary>
    public static SwdTransfer WriteDp(byte address, uint value) => new((byte)(address & AddressMask), value);

    /// <summary>A read of a register of the selected access port and bank.</summary>
    public static SwdTransfer ReadAp(byte address) => new((byte)(AccessPort | Read | (address & AddressMask)), 0);

    /// <summary>A write to a register of the selected access port and bank.</summary>
    public static SwdTransfer WriteAp(byte address, uint value) => new((byte)(AccessPort | (address & AddressMask)), value);
}

/// <summary>What the target answered; the values are those of the wire, and of CMSIS-DAP above them.</summary>
public enum SwdAck : byte
{
    /// <summary>Nothing was driven low: no target, no power, or a line that is not connected.</summary>
    None = 0,

    /// <summary>Done, or taken.</summary>
    Ok = 1,

    /// <summary>The access port was busy for longer than the probe repeats.</summary>
    Wait = 2,

    /// <summary>Refused because of a sticky error.</summary>
    Fault = 4,

    /// <summary>Nobody answered: the line stayed high.</summary>
    NoAnswer = 7,

    /// <summary>The parity of the data that came was wrong.</summary>
    Parity = 8,
}

/// <summary>
/// How a batch of transfers ended. After a failure the values read by the completed ones are valid; those behind the failed one may or may not
/// have been carried out, so what follows must not depend on it.
/// </summary>
/// <param name="Ack">The answer to the last transfer that was carried out.</param>
/// <param name="Completed">How many were completed in a row.</param>
public readonly record struct SwdOutcome(SwdAck Ack, int Completed)
{
    /// <summary>Whether every transfer was completed.</summary>
    public bool IsOk => Ack == SwdAck.Ok;
}
