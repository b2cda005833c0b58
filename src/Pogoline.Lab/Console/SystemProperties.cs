using Pogoline.Lab.Control;

namespace Pogoline.Lab.Console;

/// <summary>The properties by which a system introduces itself, each with its key, its name on the console and its value.</summary>
static class SystemProperties
{
    const int LongestValue = 31;

    /// <summary>All that the system has, in its order.</summary>
    public static IEnumerable<(string Key, string Name, string Value)> Of(IRunningSystem system) =>
    [
        .. Present(("ms", "Device Secret", system.MobileSecret), ("sn", "Serial Number", system.SerialNumber)),
        .. OfModem(system),
    ];

    /// <summary>Those of the modem.</summary>
    public static IEnumerable<(string Key, string Name, string Value)> OfModem(IRunningSystem system) => Present(
        ("imei", "IMEI", system.Modem?.Imei), ("iccid", "ICCID", system.Modem?.Iccid), ("cellfw", "Cell Radio Version", system.Modem?.Version));

    static IEnumerable<(string Key, string Name, string Value)> Present(params (string Key, string Name, string? Value)[] properties) =>
        from property in properties
        where property.Value is not null
        select (property.Key, property.Name, property.Value![..Math.Min(property.Value.Length, LongestValue)]);
}
