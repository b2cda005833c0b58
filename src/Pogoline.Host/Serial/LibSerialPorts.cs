using System.Runtime.InteropServices;
using Pogoline.Host.Serial.Native;
using Pogoline.Links;
using Pogoline.Platforms;

namespace Pogoline.Host.Serial;

/// <summary>The serial ports of this machine through libserialport.</summary>
/// <param name="time">The clock of the channels.</param>
public sealed unsafe class LibSerialPorts(TimeProvider time) : ISerialPorts
{
    const int DataBits = 8;
    const int None = 0;
    const int OneStopBit = 1;

    /// <summary>The version of libserialport, such as <c>0.1.1</c>; null when it is not installed.</summary>
    public static string? LibraryVersion =>
        NativeLibraries.TryLoad(NativeLibraries.Serial, out _) ? Marshal.PtrToStringUTF8((nint)LibSerialPort.GetPackageVersion()) : null;

    /// <inheritdoc/>
    public IReadOnlyList<SerialPortInfo> List()
    {
        RequireLibrary();
        var ports = new List<SerialPortInfo>();
        if (LibSerialPort.ListPorts(out var list) != SerialReturn.Ok) return ports;
        try
        {
            for (var port = list; *port != 0; port++) ports.Add(Describe(*port));
        }
        finally
        {
            LibSerialPort.FreePortList(list);
        }
        ports.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        return ports;
    }

    /// <inheritdoc/>
    public ISerialChannel Open(string name, uint baudRate)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(baudRate, (uint)int.MaxValue);
        RequireLibrary();
        if (LibSerialPort.GetPortByName(name, out var found) != SerialReturn.Ok) throw SerialProblems.Opening(name, LibSerialPort.LastErrorCode());
        var port = new PortHandle(found);
        try
        {
            Check(LibSerialPort.Open(port, LibSerialPort.ReadWrite));
            Check(LibSerialPort.SetBaudRate(port, (int)baudRate));
            Check(LibSerialPort.SetBits(port, DataBits));
            Check(LibSerialPort.SetParity(port, None));
            Check(LibSerialPort.SetStopBits(port, OneStopBit));
            Check(LibSerialPort.SetFlowControl(port, None));
            return new SerialChannel(port, name, time);
        }
        catch
        {
            port.Dispose();
            throw;
        }

        void Check(SerialReturn result)
        {
            if (result < 0) throw SerialProblems.Opening(name, result == SerialReturn.Fail ? LibSerialPort.LastErrorCode() : (int)result);
        }
    }

    static SerialPortInfo Describe(nint port)
    {
        var name = Text(LibSerialPort.GetPortName(port)) ?? "";
        if (LibSerialPort.GetPortTransport(port) != LibSerialPort.Usb) return new(name, null, null, 0, 0);
        UsbId? usb = LibSerialPort.GetPortUsbVidPid(port, out var vendor, out var product) == SerialReturn.Ok ? new UsbId((ushort)vendor, (ushort)product) : null;
        if (LibSerialPort.GetPortUsbBusAddress(port, out var bus, out var address) != SerialReturn.Ok) (bus, address) = (0, 0);
        return new(name, usb, Text(LibSerialPort.GetPortUsbSerial(port)), bus, address);
    }

    static string? Text(byte* text) => Marshal.PtrToStringUTF8((nint)text);

    static void RequireLibrary()
    {
        if (!NativeLibraries.TryLoad(NativeLibraries.Serial, out _)) throw SerialProblems.NoLibrary();
    }
}
