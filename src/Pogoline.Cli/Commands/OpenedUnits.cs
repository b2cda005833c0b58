using Pogoline.Host;
using Pogoline.Host.Usb;
using Pogoline.Programming;

namespace Pogoline.Cli.Commands;

/// <summary>The units that a command works on, the bus that they are on, and the locks that keep other jobs away from them.</summary>
sealed class OpenedUnits(IReadOnlyList<IUnit> units, IUsbBus? bus, IReadOnlyList<UnitLock> locks) : IAsyncDisposable
{
    public IReadOnlyList<IUnit> Units { get; } = units;

    public async ValueTask DisposeAsync()
    {
        foreach (var unit in Units) await unit.DisposeAsync();
        if (bus is not null) await bus.DisposeAsync();
        foreach (var taken in locks) taken.Dispose();
    }
}
