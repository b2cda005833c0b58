using System.Runtime.CompilerServices;
using Pogoline.Host;
using Pogoline.Host.Serial;
using Pogoline.Host.Usb;
using Pogoline.Programming;

namespace Pogoline.Cli.Commands;

/// <summary>The units that a command works on, the bus that they are on, and the locks that keep other jobs away from them.</summary>
sealed class OpenedUnits : IAsyncDisposable
{
    readonly IUsbBus? _bus;
    readonly UsbArrivals? _arrivals;
    readonly List<IUnit> _units;
    readonly IReadOnlyList<UnitLock> _locks;

    OpenedUnits(IEnumerable<IUnit> units, IUsbBus? bus, UsbArrivals? arrivals, IReadOnlyList<UnitLock> locks) =>
        (_units, _bus, _arrivals, _locks) = ([.. units], bus, arrivals, locks);

    /// <summary>The units that were named, or those that have come so far.</summary>
    public IReadOnlyList<IUnit> Units => _units;

    /// <summary>Units that were named, with the locks on them.</summary>
    public static OpenedUnits Of(IEnumerable<IUnit> units, IUsbBus? bus = null, IReadOnlyList<UnitLock>? locks = null) => new(units, bus, null, locks ?? []);

    /// <summary>Every board of a bus.</summary>
    public static OpenedUnits OnBus(IUsbBus bus) => new([], bus, new(new(bus, new LibSerialPorts(TimeProvider.System)), TimeProvider.System), []);

    /// <summary>The units as they come.</summary>
    /// <param name="watch">Whether to wait for more until it is stopped.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="PogolineException">There is none, and none is waited for.</exception>
    public async IAsyncEnumerable<IUnit> ArrivalsAsync(bool watch, [EnumeratorCancellation] CancellationToken stop)
    {
        foreach (var unit in _units.ToList()) yield return unit;
        if (_arrivals is not null)
        {
            await foreach (var unit in _arrivals.ListAsync(watch, stop))
            {
                _units.Add(unit);
                yield return unit;
            }
            if (_units.Count == 0) throw new PogolineException(UsbFaults.UnitNone, "No board is connected.", "Connect some by USB, or add --watch to wait for them.");
        }
        else if (watch)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, stop);
        }
    }

    /// <summary>Keeps other jobs away from a unit that has come; null for one that was named, whose lock is held already, and for a virtual one.</summary>
    /// <exception cref="PogolineException">Another job works on it.</exception>
    public UnitLock? Lock(IUnit unit) => _arrivals is null ? null : UnitLock.Take(HostPaths.Runtime, unit.DeviceId);

    /// <summary>The job on a unit has ended.</summary>
    public void Release(IUnit unit) => _arrivals?.Release(unit);

    public async ValueTask DisposeAsync()
    {
        foreach (var unit in _units) await unit.DisposeAsync();
        if (_bus is not null) await _bus.DisposeAsync();
        foreach (var taken in _locks) taken.Dispose();
    }
}
