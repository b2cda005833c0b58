using Pogoline.Host.Usb;
using Pogoline.Links;

namespace Pogoline.Host.Serial;

/// <summary>Finds the serial port that belongs to a board.</summary>
static class UnitSerialPorts
{
    static readonly TimeSpan Recheck = TimeSpan.FromMilliseconds(100);

    /// <summary>A driver, and udev after it, take a moment after the board has come.</summary>
    static readonly TimeSpan ArrivalDeadline = TimeSpan.FromSeconds(5);

    /// <summary>The port of a board: by its USB address, else by its serial number; null when none is its.</summary>
    public static SerialPortInfo? Find(IReadOnlyList<SerialPortInfo> ports, UsbSighting board)
    {
        var same = ports.Where(p => p.Usb is null || p.Usb == board.Device.Id).ToList();
        return same.Find(p => p.Bus != 0 && p.Bus == board.Device.Bus && p.Address == board.Device.Address)
            ?? (same.Where(p => p.Bus == 0 && p.SerialNumber is not null && p.SerialNumber.Equals(board.DeviceId, StringComparison.OrdinalIgnoreCase)).ToList() is [var only] ? only : null);
    }

    /// <summary>Opens the port of a board; waits a moment for it to appear and become accessible.</summary>
    /// <exception cref="PogolineException"><see cref="SerialFaults"/>.</exception>
    public static async ValueTask<ISerialChannel> OpenAsync(ISerialPorts ports, UsbSighting board, uint baudRate, TimeProvider time, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var isLate = time.GetElapsedTime(started) > ArrivalDeadline;
            try
            {
                if (Find(ports.List(), board) is { } port) return ports.Open(port.Name, baudRate);
                if (isLate)
                {
                    throw new PogolineException(SerialFaults.None, $"No serial port belongs to {board}.", OperatingSystem.IsLinux()
                        ? "Load the driver ('sudo modprobe cdc_acm'); in a container, pass the port in (--device /dev/ttyACM0). Or use control requests or DFU."
                        : "Look at 'pogoline serial list'. Or use control requests or DFU.");
                }
            }
            catch (PogolineException e) when (!isLate && (e.Code == SerialFaults.Permission || e.Code == SerialFaults.None || e.Code == SerialFaults.Busy))
            {
                // udev sets permissions a moment after the port has come, and ModemManager looks at it first.
            }
            await Task.Delay(Recheck, time, stop).ConfigureAwait(false);
        }
    }
}
