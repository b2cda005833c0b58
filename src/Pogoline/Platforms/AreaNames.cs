namespace Pogoline.Platforms;

/// <summary>The names of areas in the platform data that the engine asks for.</summary>
public static class AreaNames
{
    /// <summary>Where the system puts an update before it is applied, and looks for one when the OTA flag is set.</summary>
    public const string Ota = "ota";
}
