namespace Pogoline.Links.Swd.Targets;

/// <summary>When to hold the target in reset while connecting.</summary>
public enum UnderReset
{
    /// <summary>When it does not answer otherwise.</summary>
    WhenNeeded,

    /// <summary>At once.</summary>
    Always,

    /// <summary>Never.</summary>
    Never,
}

/// <summary>How to connect.</summary>
public sealed record SwdConnectOptions
{
    /// <summary>SWCLK in hertz; lowered by itself when the wires do not bear it.</summary>
    public int ClockHz { get; init; } = 4_000_000;

    /// <summary>Whether the reset line may help.</summary>
    public UnderReset UnderReset { get; init; } = UnderReset.WhenNeeded;

    /// <summary>The board that is expected, for the wiring notes of an error; null when it is not known.</summary>
    public string? Board { get; init; }
}
