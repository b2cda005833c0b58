namespace Pogoline.Platforms;

/// <summary>The names of areas in the platform data that the engine asks for.</summary>
public static class AreaNames
{
    /// <summary>Where the system puts an update before it is applied, and looks for one when the OTA flag is set.</summary>
    public const string Ota = "ota";

    /// <summary>The master boot record of a Gen 3 board, which comes with no release.</summary>
    public const string Mbr = "mbr";

    /// <summary>Areas of the flash that hold the keys, settings and data of one single board (Gen 2).</summary>
    public static readonly IReadOnlyList<string> DeviceData = ["dctCopy1", "dctCopy2", "eeprom"];
}
