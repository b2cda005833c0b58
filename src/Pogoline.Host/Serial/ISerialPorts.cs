using Pogoline.Links;

namespace Pogoline.Host.Serial;

/// <summary>The serial ports that this machine offers.</summary>
public interface ISerialPorts
{
    /// <summary>The ports that are there now, in the order of their names.</summary>
    /// <exception cref="PogolineException"><see cref="SerialFaults.Library"/>.</exception>
    IReadOnlyList<SerialPortInfo> List();

    /// <summary>Opens a port: 8 data bits, no parity, one stop bit, no flow control.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="baudRate">Any rate.</param>
    /// <exception cref="PogolineException"><see cref="SerialFaults"/> with the true cause.</exception>
    ISerialChannel Open(string name, uint baudRate);
}
