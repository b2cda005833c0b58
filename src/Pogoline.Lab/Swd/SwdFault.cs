namespace Pogoline.Lab.Swd;

/// <summary>What goes wrong with a transaction on the wire.</summary>
public enum SwdFault
{
    /// <summary>Answered with WAIT.</summary>
    Wait,

    /// <summary>Answered with FAULT; STICKYERR is set.</summary>
    Error,

    /// <summary>Carried out, but the parity of the data that comes back is wrong.</summary>
    Parity,

    /// <summary>Not answered; the port is lost until a line reset.</summary>
    Silence,
}

/// <summary>A transaction on its way to a debug port.</summary>
/// <param name="Number">Counts the requests since the target was made, from 0.</param>
/// <param name="Request">The request.</param>
/// <param name="Bank">APBANKSEL, in its place: 0x00 to 0xF0.</param>
public readonly record struct SwdTransaction(int Number, SwdRequest Request, byte Bank);
