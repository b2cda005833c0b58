using System.Runtime.InteropServices;

namespace Pogoline.Host.Usb.Native;

/// <summary>The functions of libusb-1.0 that are used; 1.0.21 or later. Enumerations and structures are those of its public header.</summary>
static unsafe partial class LibUsb
{
    const string Library = NativeLibraries.Usb;

    static LibUsb() => NativeLibraries.Register();

    [LibraryImport(Library, EntryPoint = "libusb_init")]
    public static partial LibUsbError Init(out nint context);

    [LibraryImport(Library, EntryPoint = "libusb_exit")]
    public static partial void Exit(nint context);

    [LibraryImport(Library, EntryPoint = "libusb_get_version")]
    public static partial LibUsbVersion* GetVersion();

    [LibraryImport(Library, EntryPoint = "libusb_has_capability")]
    public static partial int HasCapability(uint capability);

    [LibraryImport(Library, EntryPoint = "libusb_get_device_list")]
    public static partial nint GetDeviceList(ContextHandle context, out nint* list);

    [LibraryImport(Library, EntryPoint = "libusb_free_device_list")]
    public static partial void FreeDeviceList(nint* list, int unreference);

    [LibraryImport(Library, EntryPoint = "libusb_get_device_descriptor")]
    public static partial LibUsbError GetDeviceDescriptor(nint device, out LibUsbDeviceDescriptor descriptor);

    [LibraryImport(Library, EntryPoint = "libusb_get_active_config_descriptor")]
    public static partial LibUsbError GetActiveConfiguration(nint device, out LibUsbConfiguration* configuration);

    [LibraryImport(Library, EntryPoint = "libusb_get_config_descriptor")]
    public static partial LibUsbError GetConfiguration(nint device, byte index, out LibUsbConfiguration* configuration);

    [LibraryImport(Library, EntryPoint = "libusb_free_config_descriptor")]
    public static partial void FreeConfiguration(LibUsbConfiguration* configuration);

    [LibraryImport(Library, EntryPoint = "libusb_get_bus_number")]
    public static partial byte GetBusNumber(nint device);

    [LibraryImport(Library, EntryPoint = "libusb_get_device_address")]
    public static partial byte GetDeviceAddress(nint device);

    [LibraryImport(Library, EntryPoint = "libusb_get_device_speed")]
    public static partial int GetDeviceSpeed(nint device);

    [LibraryImport(Library, EntryPoint = "libusb_get_port_numbers")]
    public static partial int GetPortNumbers(nint device, byte* ports, int length);

    [LibraryImport(Library, EntryPoint = "libusb_open")]
    public static partial LibUsbError Open(nint device, out nint handle);

    [LibraryImport(Library, EntryPoint = "libusb_close")]
    public static partial void Close(nint handle);

    [LibraryImport(Library, EntryPoint = "libusb_set_auto_detach_kernel_driver")]
    public static partial LibUsbError SetAutoDetachKernelDriver(OpenDeviceHandle handle, int enable);

    [LibraryImport(Library, EntryPoint = "libusb_claim_interface")]
    public static partial LibUsbError ClaimInterface(OpenDeviceHandle handle, int number);

    [LibraryImport(Library, EntryPoint = "libusb_release_interface")]
    public static partial LibUsbError ReleaseInterface(OpenDeviceHandle handle, int number);

    [LibraryImport(Library, EntryPoint = "libusb_set_interface_alt_setting")]
    public static partial LibUsbError SetInterfaceAlternate(OpenDeviceHandle handle, int number, int alternate);

    [LibraryImport(Library, EntryPoint = "libusb_reset_device")]
    public static partial LibUsbError ResetDevice(OpenDeviceHandle handle);

    [LibraryImport(Library, EntryPoint = "libusb_alloc_transfer")]
    public static partial LibUsbTransfer* AllocateTransfer(int isochronousPackets);

    [LibraryImport(Library, EntryPoint = "libusb_free_transfer")]
    public static partial void FreeTransfer(LibUsbTransfer* transfer);

    [LibraryImport(Library, EntryPoint = "libusb_submit_transfer")]
    public static partial LibUsbError SubmitTransfer(LibUsbTransfer* transfer);

    [LibraryImport(Library, EntryPoint = "libusb_cancel_transfer")]
    public static partial LibUsbError CancelTransfer(LibUsbTransfer* transfer);

    [LibraryImport(Library, EntryPoint = "libusb_handle_events")]
    public static partial LibUsbError HandleEvents(ContextHandle context);

    [LibraryImport(Library, EntryPoint = "libusb_interrupt_event_handler")]
    public static partial void InterruptEventHandler(ContextHandle context);

    [LibraryImport(Library, EntryPoint = "libusb_hotplug_register_callback")]
    public static partial LibUsbError RegisterHotplug(ContextHandle context, int events, int flags, int vendor, int product, int deviceClass,
        delegate* unmanaged<nint, nint, int, nint, int> callback, nint userData, out int registration);

    [LibraryImport(Library, EntryPoint = "libusb_hotplug_deregister_callback")]
    public static partial void DeregisterHotplug(ContextHandle context, int registration);
}
