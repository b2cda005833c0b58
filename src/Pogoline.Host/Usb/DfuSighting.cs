namespace Pogoline.Host.Usb;

/// <summary>A device with a DFU interface, Particle's or not.</summary>
/// <param name="Device">The USB device.</param>
/// <param name="Details">Its strings, and why it cannot be used.</param>
public sealed record DfuSighting(UsbDeviceInfo Device, UsbDetails Details)
{
    /// <summary>Whether it is in DFU mode; otherwise it can be told to go there.</summary>
    public bool IsDfuMode => Device.Interfaces.Any(i => i.IsDfuMode);

    /// <summary>Every device with a DFU interface, in the order of ports.</summary>
    public static async ValueTask<IReadOnlyList<DfuSighting>> LookAsync(IUsbBus bus, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(bus);
        var devices = bus.List().Where(d => d.Interfaces.Any(i => i.IsDfu));
        return await Task.WhenAll(devices.Select(async d => new DfuSighting(d, await bus.DescribeAsync(d, stop).ConfigureAwait(false)))).ConfigureAwait(false);
    }

    /// <summary>The one device that the name fits, or the only one there is.</summary>
    /// <param name="seen">What is on the bus.</param>
    /// <param name="name"><c>vendor:product</c> in hex, a serial number or a port path; null for the only one.</param>
    /// <param name="inDfuMode">Whether only devices in DFU mode count.</param>
    /// <exception cref="PogolineException"><see cref="UsbFaults.UnitNone"/>, <see cref="UsbFaults.UnitAmbiguous"/>, or why it cannot be used.</exception>
    public static DfuSighting Choose(IReadOnlyList<DfuSighting> seen, string? name, bool inDfuMode)
    {
        List<DfuSighting> matching = [.. seen.Where(s => (s.IsDfuMode || !inDfuMode) && (name is null || s.Fits(name)))];
        if (matching is [var only]) return only.Details.Problem is { } problem ? throw problem.ToException() : only;
        var there = seen.Count == 0 ? "None is connected." : $"Connected: {string.Join("; ", seen)}.";
        throw matching.Count == 0
            ? new PogolineException(UsbFaults.UnitNone, $"No device{(inDfuMode ? " in DFU mode" : " with DFU")}{(name is null ? "" : $" fits '{name}'")}. {there}",
                "Put the device into DFU mode and run 'pogoline dfu list'.")
            : new PogolineException(UsbFaults.UnitAmbiguous, $"{matching.Count} devices fit: {string.Join("; ", matching)}.",
                $"Name one: --device {matching[0].Device.Port}.");
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Device.Id} {(Details.SerialNumber.Length > 0 ? Details.SerialNumber : "(no serial number)")} at {Device.Port}{(IsDfuMode ? "" : ", at run time")}";

    bool Fits(string name) => name.Equals(Device.Id.ToString(), StringComparison.OrdinalIgnoreCase)
        || name.Equals(Details.SerialNumber, StringComparison.OrdinalIgnoreCase) || name == Device.Port;
}
