using Pogoline.Links;
using Pogoline.Platforms;
using Pogoline.Programming.Gang;

namespace Pogoline.Programming;

/// <summary>
/// One physical device in front of us. It keeps its identity through every change of mode; what it is doing is observed, never assumed.
/// </summary>
public interface IUnit : IGangUnit, IAsyncDisposable
{
    /// <summary>What kind of board it is.</summary>
    Platform Platform { get; }

    string IGangUnit.PlatformName => Platform.Name;

    string IGangUnit.WhenHung =>
        "Unplug it, start DFU mode by hand (hold MODE while plugging in until the LED blinks yellow), then run the same command again: what is already right is not written twice.";

    /// <summary>Whether it is on the bus now, and as what.</summary>
    UnitPresence Presence { get; }

    /// <summary>Waits until the unit is in one of the wanted states, or the deadline passes.</summary>
    /// <param name="wanted">One state, or several joined.</param>
    /// <param name="deadline">How long to wait at most.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <returns>Whether one of them was seen.</returns>
    ValueTask<bool> WaitForAsync(UnitPresence wanted, TimeSpan deadline, CancellationToken stop);

    /// <summary>Opens endpoint 0 of the unit as it is on the bus now.</summary>
    /// <exception cref="PogolineException">The unit is absent, or cannot be opened.</exception>
    ValueTask<IControlPipe> OpenAsync(CancellationToken stop);

    /// <summary>Opens the serial port of the running system.</summary>
    /// <param name="baudRate">Any rate; the system answers at every one, but 14400 and 28800 change its mode.</param>
    /// <param name="stop">Ends the wait for the port.</param>
    /// <exception cref="PogolineException">There is no such port now, or it cannot be opened.</exception>
    ValueTask<ISerialChannel> OpenSerialAsync(uint baudRate, CancellationToken stop);
}

/// <summary>What a host sees of a unit on the bus; a unit is in one state, a wait may name several.</summary>
[Flags]
public enum UnitPresence
{
    /// <summary>No state; a unit is never in it.</summary>
    None = 0,

    /// <summary>Nothing is seen of it.</summary>
    Absent = 1,

    /// <summary>The system's CDC and control interface: normal, listening or safe mode.</summary>
    System = 2,

    /// <summary>The bootloader's DFU interface.</summary>
    Dfu = 4,
}

/// <summary>What a running system says of itself.</summary>
/// <param name="Mode">What it is doing.</param>
/// <param name="Modules">The modules it knows, in the order it reports them.</param>
public sealed record SystemReport(DeviceMode Mode, IReadOnlyList<ReportedModule> Modules);

/// <summary>A module as a running system reports it.</summary>
/// <param name="Module">Function and index.</param>
/// <param name="Version">The module version.</param>
/// <param name="IntegrityOk">Whether its CRC was found right.</param>
/// <param name="DependenciesOk">Whether what it depends on is there.</param>
public sealed record ReportedModule(ModuleId Module, ushort Version, bool IntegrityOk, bool DependenciesOk)
{
    /// <summary>What it depends on; empty where the system does not say.</summary>
    public IReadOnlyList<ModuleDependency> Dependencies { get; init; } = [];
}
