using Microsoft.Win32.SafeHandles;

namespace Pogoline.Host.Usb.Native;

/// <summary>A <c>libusb_context*</c>.</summary>
sealed class ContextHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public ContextHandle(nint context) : base(ownsHandle: true) => SetHandle(context);

    protected override bool ReleaseHandle()
    {
        LibUsb.Exit(handle);
        return true;
    }
}

/// <summary>A <c>libusb_device_handle*</c>; keeps its context alive.</summary>
sealed class OpenDeviceHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    readonly ContextHandle _context;

    public OpenDeviceHandle(nint device, ContextHandle context) : base(ownsHandle: true)
    {
        var isHeld = false;
        context.DangerousAddRef(ref isHeld);
        _context = context;
        SetHandle(device);
    }

    protected override bool ReleaseHandle()
    {
        LibUsb.Close(handle);
        _context.DangerousRelease();
        return true;
    }
}
