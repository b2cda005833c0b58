using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pogoline.Host.Serial.Native;

/// <summary><c>enum sp_return</c>; counts of bytes are not negative.</summary>
enum SerialReturn
{
    Ok = 0,
    Argument = -1,
    Fail = -2,
    Memory = -3,
    NotSupported = -4,
}

/// <summary>A <c>struct sp_port*</c>: a port that is known, and opened or not; closed and freed together.</summary>
sealed class PortHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public PortHandle(nint port) : base(ownsHandle: true) => SetHandle(port);

    protected override bool ReleaseHandle()
    {
        // Closing one that is not open only fails.
        LibSerialPort.Close(handle);
        LibSerialPort.FreePort(handle);
        return true;
    }
}

/// <summary>The functions of libserialport that are used; 0.1.1 or later.</summary>
static unsafe partial class LibSerialPort
{
    /// <summary><c>SP_MODE_READ_WRITE</c>.</summary>
    public const int ReadWrite = 3;

    /// <summary><c>SP_TRANSPORT_USB</c>.</summary>
    public const int Usb = 1;

    const string Library = NativeLibraries.Serial;

    static LibSerialPort() => NativeLibraries.Register();

    [LibraryImport(Library, EntryPoint = "sp_list_ports")]
    public static partial SerialReturn ListPorts(out nint* list);

    [LibraryImport(Library, EntryPoint = "sp_free_port_list")]
    public static partial void FreePortList(nint* list);

    [LibraryImport(Library, EntryPoint = "sp_get_port_by_name", StringMarshalling = StringMarshalling.Utf8)]
    public static partial SerialReturn GetPortByName(string name, out nint port);

    [LibraryImport(Library, EntryPoint = "sp_free_port")]
    public static partial void FreePort(nint port);

    [LibraryImport(Library, EntryPoint = "sp_get_port_name")]
    public static partial byte* GetPortName(nint port);

    [LibraryImport(Library, EntryPoint = "sp_get_port_transport")]
    public static partial int GetPortTransport(nint port);

    [LibraryImport(Library, EntryPoint = "sp_get_port_usb_bus_address")]
    public static partial SerialReturn GetPortUsbBusAddress(nint port, out int bus, out int address);

    [LibraryImport(Library, EntryPoint = "sp_get_port_usb_vid_pid")]
    public static partial SerialReturn GetPortUsbVidPid(nint port, out int vendor, out int product);

    [LibraryImport(Library, EntryPoint = "sp_get_port_usb_serial")]
    public static partial byte* GetPortUsbSerial(nint port);

    [LibraryImport(Library, EntryPoint = "sp_open")]
    public static partial SerialReturn Open(PortHandle port, int mode);

    [LibraryImport(Library, EntryPoint = "sp_close")]
    public static partial SerialReturn Close(nint port);

    [LibraryImport(Library, EntryPoint = "sp_set_baudrate")]
    public static partial SerialReturn SetBaudRate(PortHandle port, int rate);

    [LibraryImport(Library, EntryPoint = "sp_set_bits")]
    public static partial SerialReturn SetBits(PortHandle port, int bits);

    [LibraryImport(Library, EntryPoint = "sp_set_parity")]
    public static partial SerialReturn SetParity(PortHandle port, int parity);

    [LibraryImport(Library, EntryPoint = "sp_set_stopbits")]
    public static partial SerialReturn SetStopBits(PortHandle port, int bits);

    [LibraryImport(Library, EntryPoint = "sp_set_flowcontrol")]
    public static partial SerialReturn SetFlowControl(PortHandle port, int flow);

    [LibraryImport(Library, EntryPoint = "sp_blocking_read_next")]
    public static partial SerialReturn ReadNext(PortHandle port, byte* data, nuint count, uint timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "sp_blocking_write")]
    public static partial SerialReturn Write(PortHandle port, byte* data, nuint count, uint timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "sp_input_waiting")]
    public static partial SerialReturn InputWaiting(PortHandle port);

    [LibraryImport(Library, EntryPoint = "sp_last_error_code")]
    public static partial int LastErrorCode();

    [LibraryImport(Library, EntryPoint = "sp_get_package_version_string")]
    public static partial byte* GetPackageVersion();
}
