namespace Pogoline.Lab.Boot;

/// <summary>
/// What a system makes of an update. The numbers are the results that Device OS 2.0.0 and later report; earlier systems refuse the same
/// modules, but say only that they did.
/// </summary>
public enum UpdateCode
{
    /// <summary>Accepted.</summary>
    Accepted = 0,

    /// <summary>Every slot is taken, Gen 2.</summary>
    NoSlotGen2 = -100,

    /// <summary>Every slot is taken, Gen 3.</summary>
    NoSlot = -260,

    /// <summary>The system does not know such a module, or it ends outside its bounds.</summary>
    ModuleNotFound = -1300,

    /// <summary>This kind of module cannot be compressed.</summary>
    NotSupported = -1310,

    /// <summary>The CRC is wrong.</summary>
    Integrity = -1330,

    /// <summary>A dependency is missing or too old.</summary>
    Dependency = -1340,

    /// <summary>A member of a combined image lies beyond the OTA area (2.x).</summary>
    Range = -1350,

    /// <summary>A member of a combined image lies beyond the OTA area (3.0.0 and later).</summary>
    TooLarge = -1351,

    /// <summary>The module was built for another platform.</summary>
    Platform = -1360,

    /// <summary>The header's flags do not fit its position.</summary>
    Format = -1370,
}
