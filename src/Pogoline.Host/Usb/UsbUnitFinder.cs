using System.Collections.Concurrent;
using Pogoline.Host.Serial;
using Pogoline.Platforms;
using Pogoline.Programming;

namespace Pogoline.Host.Usb;

/// <summary>Finds the boards among the devices of a bus. One finder serves all units, so that no device is asked for its ID twice.</summary>
/// <param name="bus">The bus; it outlives the finder.</param>
/// <param name="ports">The serial ports among which those of the boards are; null where only USB is used.</param>
public sealed class UsbUnitFinder(IUsbBus bus, ISerialPorts? ports = null)
{
    readonly ConcurrentDictionary<(byte, byte, string, UsbId), UsbSighting> _known = new();

    /// <summary>The bus.</summary>
    public IUsbBus Bus { get; } = bus;

    /// <summary>The serial ports; null where only USB is used.</summary>
    public ISerialPorts? Ports { get; } = ports;

    /// <summary>Every board in every mode, also those that cannot be opened, in the order of their ports.</summary>
    public async ValueTask<IReadOnlyList<UsbSighting>> LookAsync(CancellationToken stop)
    {
        var devices = Bus.List();
        foreach (var gone in _known.Keys.Except(devices.Select(d => d.Key)).ToList()) _known.TryRemove(gone, out _);
        var sightings = await Task.WhenAll(devices.Select(device => DescribeAsync(device, stop))).ConfigureAwait(false);
        return [.. sightings.OfType<UsbSighting>()];
    }

    /// <summary>The one board that a name means, or the only one there is; ready to be worked on.</summary>
    /// <param name="name">A device ID, a platform or a port path; null for the only board.</param>
    /// <param name="time">The clock of the unit's deadlines.</param>
    /// <param name="stop">Ends the search.</param>
    /// <exception cref="PogolineException"><see cref="UsbFaults.UnitNone"/>, <see cref="UsbFaults.UnitAmbiguous"/>, or why it cannot be used.</exception>
    public async ValueTask<UsbUnit> ChooseAsync(string? name, TimeProvider time, CancellationToken stop)
    {
        var seen = await LookAsync(stop).ConfigureAwait(false);
        var chosen = UnitChoice.Choose(seen, name);
        if (chosen.Problem is { } problem) throw problem.ToException();
        var isUnique = chosen.DeviceId is not null && seen.Count(s => s.DeviceId == chosen.DeviceId) == 1;
        return new(this, time, chosen, followById: isUnique);
    }

    async Task<UsbSighting?> DescribeAsync(UsbDeviceInfo device, CancellationToken stop)
    {
        if (_known.TryGetValue(device.Key, out var known)) return known;
        if (PlatformCatalog.Find(device.Id) is not { } found) return null;
        var details = await Bus.DescribeAsync(device, stop).ConfigureAwait(false);
        var id = details.SerialNumber.Trim().ToLowerInvariant();
        var sighting = new UsbSighting(device, found.Platform, found.IsDfu ? UnitPresence.Dfu : UnitPresence.System, id.Length > 0 ? id : null, details.Problem);
        // A problem may pass: udev sets permissions a moment after the device has come.
        if (sighting.Problem is null) _known[device.Key] = sighting;
        return sighting;
    }
}
