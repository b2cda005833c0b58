using Pogoline.Host.Hid;
using Pogoline.Host.Usb;
using Pogoline.Links;
using Pogoline.Links.Swd.Probes;

namespace Pogoline.Host.Probes;

/// <summary>Finds debug probes among the USB devices, and opens them. One is never picked silently among several.</summary>
public sealed class ProbeFinder(LibUsbBus bus, TimeProvider time)
{
    const byte VendorClass = 0xFF;
    const byte HidClass = 0x03;
    const int ReportSize = 64;

    static readonly TimeSpan StringTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Every probe, in the order of ports.</summary>
    public async ValueTask<IReadOnlyList<ProbeSighting>> LookAsync(CancellationToken stop)
    {
        var hids = HidDevices.List();
        var probes = new List<ProbeSighting>();
        foreach (var device in bus.List().Where(MayBeProbe))
        {
            if (await RecogniseAsync(device, hids, stop).ConfigureAwait(false) is { } probe) probes.Add(probe);
        }
        return probes;
    }

    /// <summary>The one probe that the name means, or the only one there is.</summary>
    /// <exception cref="PogolineException"><see cref="UsbFaults.UnitNone"/>, <see cref="UsbFaults.UnitAmbiguous"/>, or why it cannot be used.</exception>
    public async ValueTask<ProbeSighting> ChooseAsync(string? name, CancellationToken stop)
    {
        var seen = await LookAsync(stop).ConfigureAwait(false);
        List<ProbeSighting> matching = [.. seen.Where(p => name is null || p.Fits(name))];
        if (matching is [var only]) return only.Problem is { } problem ? throw problem.ToException() : only;
        throw matching.Count == 0
            ? new PogolineException(UsbFaults.UnitNone, $"No probe{(name is null ? "" : $" '{name}'")} is connected.{(seen.Count == 0 ? "" : $" Connected: {string.Join("; ", seen)}.")}",
                "Plug the probe in, and look at 'pogoline swd probes'.")
            : new PogolineException(UsbFaults.UnitAmbiguous, $"{matching.Count} probes fit: {string.Join("; ", matching)}.",
                $"Name one: --probe {(matching[0].SerialNumber.Length > 0 && matching.Select(p => p.SerialNumber).Distinct().Count() == matching.Count ? matching[0].SerialNumber : matching[0].Device.Port)}.");
    }

    /// <summary>Opens a probe.</summary>
    /// <exception cref="PogolineException">It cannot be opened, with the true cause.</exception>
    public async ValueTask<IProbe> OpenAsync(ProbeSighting probe, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(probe);
        if (probe.Problem is { } problem) throw problem.ToException();
        return await ProbeFactory.OpenAsync(probe.Kind, OpenPipe(probe), time, stop).ConfigureAwait(false);
    }

    IPacketPipe OpenPipe(ProbeSighting probe)
    {
        if (probe.Hid is { } hid) return HidDevices.Open(hid, probe.Interface.FirstOf(isIn: false)?.PacketSize ?? probe.Interface.FirstOf(isIn: true)?.PacketSize ?? ReportSize);
        if (probe.Kind == ProbeKind.CmsisDapV1)
        {
            throw HidDevices.IsInstalled
                ? new PogolineException(UsbFaults.Other, $"The HID interface of {probe} is not to be seen.", "Unplug the probe and plug it in again; in a container, give it the hidraw device.")
                : new PogolineException(UsbFaults.Library, $"hidapi is not on this machine, and {probe} is a HID device.", HidDevices.InstallLibrary);
        }
        return new UsbPacketPipe(bus.Connect(probe.Device), probe.Interface);
    }

    static bool MayBeProbe(UsbDeviceInfo device) => device.Interfaces.Any(i => (i.Class == VendorClass && HasBulkPair(i)) || i.Class == HidClass);

    static bool HasBulkPair(UsbInterfaceInfo i) => i.Endpoints.Any(e => e is { IsBulk: true, IsIn: false }) && i.Endpoints.Any(e => e is { IsBulk: true, IsIn: true });

    async ValueTask<ProbeSighting?> RecogniseAsync(UsbDeviceInfo device, IReadOnlyList<HidDevice> hids, CancellationToken stop)
    {
        if (device.Id.Vendor == ProbeIds.StVendor && ProbeIds.StLinkProducts.Contains(device.Id.Product))
        {
            return await MakeAsync(ProbeKind.StLink, device, device.Interfaces.FirstOrDefault(i => i.Number == 0), null, stop).ConfigureAwait(false);
        }
        if (await FindCmsisDapAsync(device, hids, stop).ConfigureAwait(false) is { } dap) return dap;
        if (device.Id.Vendor != ProbeIds.SeggerVendor) return null;
        // J-Link: all of FF, and exactly two bulk endpoints.
        foreach (var i in device.Interfaces.Where(i => i is { Class: VendorClass, Subclass: VendorClass, Protocol: VendorClass } && i.Endpoints.Count == 2 && HasBulkPair(i)))
        {
            return await MakeAsync(ProbeKind.JLink, device, i, null, stop).ConfigureAwait(false);
        }
        return null;
    }

    async ValueTask<ProbeSighting?> FindCmsisDapAsync(UsbDeviceInfo device, IReadOnlyList<HidDevice> hids, CancellationToken stop)
    {
        // Bulk first: it is the faster one where a probe has both.
        foreach (var i in device.Interfaces.Where(i => i is { Class: VendorClass, Subclass: 0 } && i.Endpoints is [{ IsBulk: true, IsIn: false }, { IsBulk: true, IsIn: true }, ..]))
        {
            if (await IsNamedCmsisDapAsync(device, i, stop).ConfigureAwait(false)) return await MakeAsync(ProbeKind.CmsisDapV2, device, i, null, stop).ConfigureAwait(false);
        }
        var details = await bus.DescribeAsync(device, stop).ConfigureAwait(false);
        foreach (var i in device.Interfaces.Where(i => i.Class == HidClass))
        {
            var hid = hids.FirstOrDefault(h => IsHidOf(h, device, i.Number, details.SerialNumber));
            if (details.Product.Contains(ProbeIds.CmsisDapName, StringComparison.OrdinalIgnoreCase) || hid?.Product.Contains(ProbeIds.CmsisDapName, StringComparison.OrdinalIgnoreCase) == true
                || await IsNamedCmsisDapAsync(device, i, stop).ConfigureAwait(false))
            {
                return await MakeAsync(ProbeKind.CmsisDapV1, device, i, hid, stop).ConfigureAwait(false);
            }
        }
        return null;
    }

    static bool IsHidOf(HidDevice hid, UsbDeviceInfo device, byte number, string serialNumber)
    {
        if (hid.Id != device.Id) return false;
        if (LinuxUsb.This?.PlaceOfHid(hid.Path) is { } place) return place == (device.Port, number);
        return (hid.Interface < 0 || hid.Interface == number) && hid.SerialNumber.Equals(serialNumber, StringComparison.OrdinalIgnoreCase);
    }

    async ValueTask<bool> IsNamedCmsisDapAsync(UsbDeviceInfo device, UsbInterfaceInfo info, CancellationToken stop)
    {
        if (LinuxUsb.This?.ReadInterfaceName(device, info.Number) is { } name) return name.Contains(ProbeIds.CmsisDapName, StringComparison.OrdinalIgnoreCase);
        if (info.NameIndex == 0 || LinuxUsb.This?.FindProblem(device) is not null) return (await bus.DescribeAsync(device, stop).ConfigureAwait(false)).Product.Contains(ProbeIds.CmsisDapName, StringComparison.OrdinalIgnoreCase);
        try
        {
            var pipe = await bus.OpenAsync(device, stop).ConfigureAwait(false);
            await using (pipe.ConfigureAwait(false))
            {
                return (await StandardRequests.ReadStringAsync(pipe, info.NameIndex, StringTimeout, stop).ConfigureAwait(false)).Contains(ProbeIds.CmsisDapName, StringComparison.OrdinalIgnoreCase);
            }
        }
        catch (PogolineException)
        {
            return false;
        }
    }

    async ValueTask<ProbeSighting> MakeAsync(ProbeKind kind, UsbDeviceInfo device, UsbInterfaceInfo info, HidDevice? hid, CancellationToken stop)
    {
        var details = await bus.DescribeAsync(device, stop).ConfigureAwait(false);
        return new(kind, device, info, details.Product, SerialOf(kind, details.SerialNumber), hid, kind == ProbeKind.CmsisDapV1 ? null : details.Problem);
    }

    /// <summary>Early ST-LINK/V2 have twelve raw bytes where the text should be.</summary>
    static string SerialOf(ProbeKind kind, string text) =>
        kind == ProbeKind.StLink && text.Length is > 0 and < 24 && text.Any(c => !char.IsAsciiLetterOrDigit(c)) ? string.Concat(text.Select(c => ((byte)c).ToString("X2", System.Globalization.CultureInfo.InvariantCulture))) : text;
}
