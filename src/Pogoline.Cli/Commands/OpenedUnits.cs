using Pogoline.Host.Usb;
using Pogoline.Programming;

namespace Pogoline.Cli.Commands;

/// <summary>The units that a command works on, and the bus that they are on.</summary>
sealed class OpenedUnits(IReadOnlyList<IUnit> units, IUsbBus? bus) : IAsyncDisposable
{
    public IReadOnlyList<IUnit> Units { get; } = units;

    public async ValueTask DisposeAsync()
    {
        foreach (var unit in Units) await unit.DisposeAsync();
        if (bus is not null) await bus.DisposeAsync();
    }
}
