namespace Pogoline.Programming;

/// <summary>Turns what an executor does into events, with the share of the job that is done by expected time.</summary>
/// <param name="deviceId">The unit.</param>
/// <param name="observer">Who is told; may be null.</param>
sealed class JobProgress(string deviceId, IProgrammingObserver? observer)
{
    ProgrammingPhase _phase;
    string _subject = "";
    long _done, _total;
    double _weightDone;

    /// <summary>The expected time of everything that will be counted, in seconds; 0 when it is not known yet.</summary>
    public double ExpectedSeconds { get; set; }

    /// <summary>Seconds that a byte of a phase and subject is expected to take.</summary>
    public Func<ProgrammingPhase, string, double> SecondsPerByte { get; set; } = (_, _) => 0;

    /// <summary>Something without a count is being done.</summary>
    public void Say(ProgrammingPhase phase, string subject) => Begin(phase, subject, 0);

    /// <summary>Starts counting.</summary>
    public void Begin(ProgrammingPhase phase, string subject, long total)
    {
        (_phase, _subject, _done, _total) = (phase, subject, 0, total);
        Tell();
    }

    /// <summary>Counts bytes of what was begun.</summary>
    public void Add(int bytes)
    {
        _done += bytes;
        _weightDone += bytes * SecondsPerByte(_phase, _subject);
        Tell();
    }

    void Tell() => observer?.On(new(deviceId, _phase, _subject, _done, _total, ExpectedSeconds > 0 ? Math.Min(1, _weightDone / ExpectedSeconds) : 0));
}
