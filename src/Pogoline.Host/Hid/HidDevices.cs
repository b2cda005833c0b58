using System.Runtime.InteropServices;
using System.Text;
using Pogoline.Host.Usb;
using Pogoline.Platforms;

namespace Pogoline.Host.Hid;

/// <summary>A HID interface of a device.</summary>
/// <param name="Path">Its name for the system.</param>
/// <param name="Id">Vendor and product id.</param>
/// <param name="SerialNumber">iSerialNumber; empty for none, or when it could not be read.</param>
/// <param name="Product">iProduct; empty for none.</param>
/// <param name="Interface">bInterfaceNumber; -1 when the system does not say.</param>
public sealed record HidDevice(string Path, UsbId Id, string SerialNumber, string Product, int Interface);

/// <summary>The HID devices of this machine through hidapi.</summary>
public static unsafe class HidDevices
{
    static readonly Lazy<bool> IsReady = new(() => NativeLibraries.TryLoad(NativeLibraries.Hid, out _) && HidApi.Init() == 0);

    /// <summary>Whether hidapi is on this machine.</summary>
    public static bool IsInstalled => IsReady.Value;

    /// <summary>How hidapi is installed here.</summary>
    public static string InstallLibrary => OperatingSystem.IsWindows() ? "Put hidapi.dll (64 bit) beside pogoline.exe."
        : OperatingSystem.IsMacOS() ? "Run 'brew install hidapi'."
        : "Install it: 'sudo apt install libhidapi-hidraw0' (Debian, Ubuntu), 'sudo dnf install hidapi' (Fedora) or 'sudo pacman -S hidapi' (Arch).";

    /// <summary>The devices that are there now; empty where hidapi is missing.</summary>
    public static IReadOnlyList<HidDevice> List()
    {
        if (!IsInstalled) return [];
        var devices = new List<HidDevice>();
        var first = HidApi.Enumerate(0, 0);
        try
        {
            for (var info = first; info is not null; info = info->Next)
            {
                devices.Add(new(Marshal.PtrToStringUTF8((nint)info->Path) ?? "", new(info->Vendor, info->Product), Wide(info->SerialNumber), Wide(info->ProductName), info->Interface));
            }
        }
        finally
        {
            HidApi.FreeEnumeration(first);
        }
        return devices;
    }

    /// <summary>Opens a device for reports.</summary>
    /// <param name="device">The device.</param>
    /// <param name="reportSize">Bytes of its reports.</param>
    /// <exception cref="PogolineException"><see cref="UsbFaults"/>: it cannot be opened, with the cause where it can be told.</exception>
    public static HidPacketPipe Open(HidDevice device, int reportSize)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (!IsInstalled) throw new PogolineException(UsbFaults.Library, "hidapi is not on this machine, and the probe is a HID device.", InstallLibrary);
        var handle = HidApi.OpenPath(device.Path);
        if (handle != 0) return new(new(handle), reportSize);
        throw OperatingSystem.IsLinux() && File.Exists(device.Path) && !MayOpen(device.Path)
            ? new PogolineException(UsbFaults.Permission, $"{device.Product} ({device.Id}): this user may not open {device.Path}.", "Run 'sudo pogoline doctor --install-udev', then unplug the probe and plug it in again.")
            : new PogolineException(UsbFaults.Busy, $"{device.Product} ({device.Id}) at {device.Path} cannot be opened.", "End other programs that use the probe, or unplug it and plug it in again.");
    }

    static bool MayOpen(string path)
    {
        try
        {
            using var file = File.Open(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary><c>wchar_t</c> has four bytes but on Windows, where it has two.</summary>
    static string Wide(nint text)
    {
        if (text == 0) return "";
        if (OperatingSystem.IsWindows()) return Marshal.PtrToStringUni(text) ?? "";
        var characters = (uint*)text;
        var builder = new StringBuilder();
        for (; *characters != 0; characters++) builder.Append(Rune.TryCreate(*characters, out var rune) ? rune.ToString() : "?");
        return builder.ToString();
    }
}
