using System.Reflection;
using System.Runtime.InteropServices;

namespace Pogoline.Host;

/// <summary>Finds the native libraries at run time under the file names that their packages give them.</summary>
static class NativeLibraries
{
    /// <summary>The name that P/Invoke declarations use for libusb-1.0.</summary>
    public const string Usb = "usb-1.0";

    /// <summary>The name that P/Invoke declarations use for hidapi.</summary>
    public const string Hid = "hidapi";

    /// <summary>The name that P/Invoke declarations use for libserialport.</summary>
    public const string Serial = "serialport";

    static readonly Dictionary<string, string[]> FileNames = new()
    {
        [Serial] = OperatingSystem.IsWindows() ? ["libserialport-0.dll", "libserialport.dll"]
            : OperatingSystem.IsMacOS() ? ["libserialport.0.dylib", "libserialport.dylib", "/opt/homebrew/lib/libserialport.dylib", "/usr/local/lib/libserialport.dylib"]
            : ["libserialport.so.0", "libserialport.so"],
        [Usb] = OperatingSystem.IsWindows() ? ["libusb-1.0.dll"]
            : OperatingSystem.IsMacOS() ? ["libusb-1.0.0.dylib", "libusb-1.0.dylib", "/opt/homebrew/lib/libusb-1.0.0.dylib", "/usr/local/lib/libusb-1.0.0.dylib"]
            : ["libusb-1.0.so.0", "libusb-1.0.so"],
        [Hid] = OperatingSystem.IsWindows() ? ["hidapi.dll"]
            : OperatingSystem.IsMacOS() ? ["libhidapi.0.dylib", "libhidapi.dylib", "/opt/homebrew/lib/libhidapi.dylib", "/usr/local/lib/libhidapi.dylib"]
            : ["libhidapi-hidraw.so.0", "libhidapi-hidraw.so"],
    };

    static readonly Lock Gate = new();
    static bool _isRegistered;

    /// <summary>Makes P/Invoke of this assembly look here; called before the first one.</summary>
    public static void Register()
    {
        lock (Gate)
        {
            if (!_isRegistered) NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, Resolve);
            _isRegistered = true;
        }
    }

    /// <summary>Loads a library; false when this machine has none.</summary>
    public static bool TryLoad(string name, out nint library)
    {
        foreach (var file in FileNames[name])
        {
            if (NativeLibrary.TryLoad(file, typeof(NativeLibraries).Assembly, null, out library)) return true;
        }
        library = 0;
        return false;
    }

    static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        FileNames.ContainsKey(name) && TryLoad(name, out var library) ? library : 0;
}
