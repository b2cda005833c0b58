namespace Pogoline.Programming.Gang;

/// <summary>How many units are worked on at once, how often, and for how long.</summary>
public sealed record GangPolicy
{
    /// <summary>Jobs at once, at least 1.</summary>
    public int Jobs { get; init; } = int.MaxValue;

    /// <summary>How often a unit is tried again after a fault that may pass.</summary>
    public int Retries { get; init; }

    /// <summary>
    /// How long a job may show no progress before the unit counts as hung. The longest regular silence is the wait for a restarted
    /// system, 60 s.
    /// </summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>How long a hung job may take to end by itself before it is left behind.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>The work on one unit.</summary>
/// <typeparam name="T">What the units are.</typeparam>
/// <param name="unit">The unit.</param>
/// <param name="observer">Is told how it gets on.</param>
/// <param name="stop">Ends the job where stopping is safe.</param>
public delegate Task<ProgrammingResult> UnitJob<in T>(T unit, IProgrammingObserver observer, CancellationToken stop) where T : IGangUnit;

/// <summary>Is told how several jobs get on; called from several threads, in order for one unit.</summary>
public interface IGangObserver : IProgrammingObserver
{
    /// <summary>A unit has come and waits for its turn.</summary>
    void Joined(IGangUnit unit);

    /// <summary>A job has begun, or is tried again.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="attempt">1 for the first time.</param>
    void Started(IGangUnit unit, int attempt);

    /// <summary>The last attempt has ended.</summary>
    void Ended(IGangUnit unit, ProgrammingResult result);
}
