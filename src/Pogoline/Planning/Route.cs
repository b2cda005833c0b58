using System.Text.Json.Serialization;

namespace Pogoline.Planning;

/// <summary>A way in.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Route>))]
public enum Route
{
    /// <summary>The bootloader's USB DFU: writes memory, validates nothing, reads back.</summary>
    [JsonStringEnumMemberName("dfu")] Dfu,

    /// <summary>YMODEM on the serial console of listening mode: the running system validates and applies one file a restart.</summary>
    [JsonStringEnumMemberName("serial")] Serial,

    /// <summary>USB control requests to the running system: as serial, in every mode of the system.</summary>
    [JsonStringEnumMemberName("control")] Control,
}

/// <summary>Spells routes.</summary>
public static class RouteNames
{
    /// <summary>The stable name, as in JSON and on the command line.</summary>
    public static string Name(this Route route) => route switch { Route.Dfu => "dfu", Route.Serial => "serial", _ => "control" };

    /// <summary>The name for people.</summary>
    public static string Spelled(this Route route) => route switch { Route.Dfu => "DFU", Route.Serial => "serial", _ => "control requests" };
}
