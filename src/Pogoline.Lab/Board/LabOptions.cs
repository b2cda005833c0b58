namespace Pogoline.Lab.Board;

/// <summary>How the boards of a lab start.</summary>
public sealed record LabOptions
{
    /// <summary>Where they keep their memories; null when they forget them.</summary>
    public StateFolder? State { get; init; }

    /// <summary>
    /// The mode that they start in; in normal and safe mode they have been set up first. Null: as they are, which may be listening.
    /// </summary>
    public DeviceMode? Mode { get; init; }
}
