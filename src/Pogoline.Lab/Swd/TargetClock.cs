using Pogoline.Lab.Board;

namespace Pogoline.Lab.Swd;

/// <summary>
/// The time of a target in nanoseconds. It follows the clock of the lab, and runs ahead of it inside a command of a probe, whose duration
/// is only waited for when the answer is fetched. Where nothing takes any time it stands still.
/// </summary>
/// <param name="clock">The clock of the lab.</param>
sealed class TargetClock(LabClock clock)
{
    readonly long _start = clock.Time.GetTimestamp();

    /// <summary>Now.</summary>
    public long Now { get; set; }

    /// <summary>Whether anything takes time.</summary>
    public bool Passes => clock.Timing.Passes;

    /// <summary>The time of the lab's clock.</summary>
    public long LabNow => Passes ? (long)clock.Time.GetElapsedTime(_start).TotalNanoseconds : 0;

    /// <summary>Not earlier than the lab's clock.</summary>
    public void CatchUp() => Now = Math.Max(Now, LabNow);

    /// <summary>Lets time pass.</summary>
    public void Advance(double nanoseconds)
    {
        if (Passes) Now += (long)nanoseconds;
    }

    /// <summary>The end of something that begins now or at that moment, whichever is later.</summary>
    public long After(long notBefore, TimeSpan duration) => Passes ? Math.Max(Now, notBefore) + (long)duration.TotalNanoseconds : Now;
}
