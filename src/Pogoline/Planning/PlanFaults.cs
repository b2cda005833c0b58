namespace Pogoline.Planning;

/// <summary>Faults found before the first write.</summary>
public static class PlanFaults
{
    /// <summary>A module is for another platform.</summary>
    public static readonly FaultCode Platform = new("plan-platform", ExitCode.Refused, "The file was made for another kind of board.");

    /// <summary>The platform has no place for such a module, or the module lies elsewhere or does not fit.</summary>
    public static readonly FaultCode Range = new("plan-range", ExitCode.Refused, "The file is for another Device OS layout, or is no module of this platform.");

    /// <summary>A module is damaged.</summary>
    public static readonly FaultCode Damaged = new("plan-module-damaged", ExitCode.Refused, "The file was truncated or changed.");

    /// <summary>A module is of a kind that cannot be written to its place: compressed, combined or encrypted.</summary>
    public static readonly FaultCode Packed = new("plan-module-packed", ExitCode.Refused, "The file is made for transfer to a running system, not for the flash.");

    /// <summary>After the plan something would need a module that is not there.</summary>
    public static readonly FaultCode Dependency = new("plan-dependency", ExitCode.Refused, "The modules do not belong together.");

    /// <summary>The release does not work on a board as it is, and this route cannot change that.</summary>
    public static readonly FaultCode Route = new("plan-route", ExitCode.Refused, "The change needs another route, or a release in between.");

    /// <summary>The route cannot take such a file.</summary>
    public static readonly FaultCode FileMode = new("plan-file-mode", ExitCode.Refused, "The file goes in another mode of the device.");

    /// <summary>The NCP firmware is older than what is there, or no version that exists for the board.</summary>
    public static readonly FaultCode Ncp = new("plan-ncp", ExitCode.Refused, "The NCP firmware of a Tracker never goes down; the Argon has only one.");

    /// <summary>The board would get an older release, and that was not asked for by its exact version.</summary>
    public static readonly FaultCode Downgrade = new("plan-downgrade", ExitCode.Refused, "A range or line was asked for, and the board has a newer release.");

    /// <summary>The user firmware on the board cannot stay.</summary>
    public static readonly FaultCode AppLost = new("plan-app-lost", ExitCode.Refused, "The user firmware needs another Device OS, or lies where the release puts something else.");

    /// <summary>A plan file cannot be read, or does something that a plan must not do.</summary>
    public static readonly FaultCode BadPlan = new("plan-invalid", ExitCode.BadInput, "The plan file was damaged or edited.");

    /// <summary>A saved plan does not fit the board.</summary>
    public static readonly FaultCode Stale = new("plan-stale", ExitCode.Refused, "The plan was made for a board in another state.");

    /// <summary>The content that a saved plan names cannot be had.</summary>
    public static readonly FaultCode Content = new("plan-content-missing", ExitCode.Unavailable, "The cache does not hold the files of the plan any more.");
}
