using Pogoline.Host.Serial;
using Pogoline.Links;
using Pogoline.Platforms;
using Pogoline.Programming;

namespace Pogoline.Host.Usb;

/// <summary>
/// A board on the USB bus, followed through every re-enumeration: by its device ID wherever it appears, or by its port where it has no ID
/// or shares it with another board.
/// </summary>
public sealed class UsbUnit : IUnit
{
    /// <summary>How soon a device is looked at again that cannot be opened yet; nothing announces that its permissions were set.</summary>
    static readonly TimeSpan Recheck = TimeSpan.FromMilliseconds(100);

    readonly UsbUnitFinder _finder;
    readonly TimeProvider _time;
    readonly string? _id;
    UsbSighting? _last;

    internal UsbUnit(UsbUnitFinder finder, TimeProvider time, UsbSighting seen, bool followById)
    {
        (_finder, _time, _last, Platform) = (finder, time, seen, seen.Platform);
        _id = followById ? seen.DeviceId : null;
        Port = seen.Device.Port;
        DeviceId = seen.DeviceId ?? Port;
    }

    /// <inheritdoc/>
    public Platform Platform { get; }

    /// <summary>The device ID; the port path when the board gives none.</summary>
    public string DeviceId { get; }

    /// <inheritdoc/>
    public string Port { get; private set; }

    /// <inheritdoc/>
    public UnitPresence Presence => _last is { } last && _finder.Bus.List().Any(d => d.Key == last.Device.Key) ? last.Presence : UnitPresence.Absent;

    /// <inheritdoc/>
    public async ValueTask<bool> WaitForAsync(UnitPresence wanted, TimeSpan deadline, CancellationToken stop)
    {
        var started = _time.GetTimestamp();
        while (true)
        {
            var changed = _finder.Bus.Changed;
            var seen = Match(await _finder.LookAsync(stop).ConfigureAwait(false));
            (_last, Port) = (seen, seen?.Device.Port ?? Port);
            var presence = seen?.Presence ?? UnitPresence.Absent;
            var isReady = seen?.Problem is null;
            if ((presence & wanted) != 0 && isReady) return true;
            var left = deadline - _time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero) return (presence & wanted) == 0 ? false : throw seen!.Problem!.ToException();
            await NextAsync(changed, isReady || left < Recheck ? left : Recheck, stop).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IControlPipe> OpenAsync(CancellationToken stop) => _last is { } last ? _finder.Bus.OpenAsync(last.Device, stop)
        : throw new PogolineException(UsbFaults.Gone, $"{Platform.Name} {DeviceId} is not on the bus.", "Plug it in again, or wait until it is back.");

    /// <inheritdoc/>
    public async ValueTask<ISerialChannel> OpenSerialAsync(uint baudRate, CancellationToken stop)
    {
        await WaitForAsync(UnitPresence.System, TimeSpan.Zero, stop).ConfigureAwait(false);
        if (_last is not { Presence: UnitPresence.System } last)
        {
            throw new PogolineException(SerialFaults.None, $"{Platform.Name} {DeviceId} has no serial port now: its system does not run.", "Wait until its system runs, or use DFU.");
        }
        if (_finder.Ports is not { } ports) throw new PogolineException(SerialFaults.None, "Serial ports are not used here.", "Use control requests or DFU.");
        return await UnitSerialPorts.OpenAsync(ports, last, baudRate, _time, stop).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Which of the boards that are seen is this one; null when none is, or when it cannot be told.</summary>
    internal UsbSighting? Match(IReadOnlyList<UsbSighting> seen)
    {
        var here = seen.FirstOrDefault(s => s.Device.Port == Port && s.Platform == Platform);
        if (_id is null) return here;
        List<UsbSighting> same = [.. seen.Where(s => s.DeviceId == _id)];
        return same switch
        {
            [var only] => only,
            // One that cannot be asked for its ID yet is believed by its port.
            [] => here is { DeviceId: null } ? here : null,
            _ => same.Find(s => s.Device.Port == Port),
        };
    }

    async ValueTask NextAsync(Task changed, TimeSpan atMost, CancellationToken stop)
    {
        try
        {
            await changed.WaitAsync(atMost, _time, stop).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The caller looks once more and judges by its deadline.
        }
    }
}
