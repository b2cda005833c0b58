namespace Pogoline.Lab.Swd;

/// <summary>An access port behind a debug port.</summary>
interface IAccessPort
{
    /// <summary>The moment until which it is at work on the last access; accesses before it get WAIT.</summary>
    long BusyUntil { get; }

    /// <summary>Reads a register.</summary>
    /// <param name="register">0x00 to 0xFC.</param>
    /// <param name="value">What it holds; 0 after an error.</param>
    /// <returns>False when the bus behind it answered with an error.</returns>
    bool TryRead(byte register, out uint value);

    /// <summary>Writes a register.</summary>
    /// <returns>False when the bus behind it answered with an error.</returns>
    bool TryWrite(byte register, uint value);

    /// <summary>Drops what it is waiting for.</summary>
    void Abort();
}
