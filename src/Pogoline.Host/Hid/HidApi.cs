using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pogoline.Host.Hid;

/// <summary>The functions of hidapi that are used; 0.9 or later.</summary>
static unsafe partial class HidApi
{
    const string Library = NativeLibraries.Hid;

    static HidApi() => NativeLibraries.Register();

    [LibraryImport(Library, EntryPoint = "hid_init")]
    public static partial int Init();

    [LibraryImport(Library, EntryPoint = "hid_enumerate")]
    public static partial HidInfo* Enumerate(ushort vendor, ushort product);

    [LibraryImport(Library, EntryPoint = "hid_free_enumeration")]
    public static partial void FreeEnumeration(HidInfo* devices);

    [LibraryImport(Library, EntryPoint = "hid_open_path", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint OpenPath(string path);

    [LibraryImport(Library, EntryPoint = "hid_write")]
    public static partial int Write(HidHandle device, byte* data, nuint length);

    [LibraryImport(Library, EntryPoint = "hid_read_timeout")]
    public static partial int ReadTimeout(HidHandle device, byte* data, nuint length, int milliseconds);

    [LibraryImport(Library, EntryPoint = "hid_close")]
    public static partial void Close(nint device);
}

/// <summary><c>struct hid_device_info</c>, up to the members that every version has.</summary>
[StructLayout(LayoutKind.Sequential)]
unsafe struct HidInfo
{
    public byte* Path;
    public ushort Vendor;
    public ushort Product;
    public nint SerialNumber;
    public ushort Release;
    public nint Manufacturer;
    public nint ProductName;
    public ushort UsagePage;
    public ushort Usage;
    public int Interface;
    public HidInfo* Next;
}

/// <summary>A <c>hid_device*</c>.</summary>
sealed class HidHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public HidHandle(nint device) : base(ownsHandle: true) => SetHandle(device);

    protected override bool ReleaseHandle()
    {
        HidApi.Close(handle);
        return true;
    }
}
