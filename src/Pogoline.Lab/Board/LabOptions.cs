namespace Pogoline.Lab.Board;

/// <summary>How the boards of a lab start.</summary>
public sealed record LabOptions
{
    /// <summary>Where they keep their memories; null when they forget them.</summary>
    public StateFolder? State { get; init; }

    /// <summary>
    /// The mode that they start in. <see cref="DeviceMode.Normal"/> is a board that has been set up; null one that starts as it is, which
    /// may listen by itself.
    /// </summary>
    public DeviceMode? Mode { get; init; }
}
