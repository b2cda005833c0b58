namespace Pogoline.Host.Usb;

/// <summary>Which unit a name means. Nothing is ever picked silently.</summary>
public static class UnitChoice
{
    /// <summary>The one unit that the name fits, or the only one there is.</summary>
    /// <param name="seen">What is on the bus.</param>
    /// <param name="name">A device ID, a platform or a port path; null for the only unit.</param>
    /// <exception cref="PogolineException"><see cref="UsbFaults.UnitNone"/>, <see cref="UsbFaults.UnitAmbiguous"/>; both list what is there.</exception>
    public static UsbSighting Choose(IReadOnlyList<UsbSighting> seen, string? name)
    {
        ArgumentNullException.ThrowIfNull(seen);
        var matching = name is null ? seen : [.. seen.Where(s => Fits(s, name))];
        return matching switch
        {
            [var only] => only,
            [] when seen.Count == 0 => throw new PogolineException(UsbFaults.UnitNone, "No board is connected.",
                "Connect one by USB, or add --lab BOARD@OS to work on a virtual board."),
            [] => throw new PogolineException(UsbFaults.UnitNone, $"No board is called '{name}'. Connected: {List(seen)}.", "Give --device with a device ID, platform or port of one of these."),
            _ => throw new PogolineException(UsbFaults.UnitAmbiguous, $"{matching.Count} boards {(name is null ? "are connected" : $"fit '{name}'")}: {List(matching)}.",
                $"Name one: --device {Distinction(matching)}."),
        };
    }

    static bool Fits(UsbSighting unit, string name) =>
        Same(unit.DeviceId, name) || Same(unit.Platform.Name, name) || Same(unit.Device.Port, name);

    static bool Same(string? value, string name) => name.Equals(value, StringComparison.OrdinalIgnoreCase);

    static string List(IEnumerable<UsbSighting> units) => string.Join("; ", units);

    // The first one, by what the others do not have.
    static string Distinction(IReadOnlyList<UsbSighting> units) =>
        units[0].DeviceId is { } id && units.Count(u => u.DeviceId == id) == 1 ? id : units[0].Device.Port;
}
