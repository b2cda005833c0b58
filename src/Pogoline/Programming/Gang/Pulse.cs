using Microsoft.Extensions.Logging;

namespace Pogoline.Programming.Gang;

/// <summary>Stands between a job and those who watch it: knows when something was last heard of it, and logs each change of what it does.</summary>
sealed class Pulse(IProgrammingObserver observer, ILogger log, TimeProvider time) : IProgrammingObserver
{
    long _heard = time.GetTimestamp();
    (ProgrammingPhase, string) _at;
    volatile string _last = "nothing yet";
    volatile bool _isMute;

    /// <summary>How long nothing was heard.</summary>
    public TimeSpan Silence => time.GetElapsedTime(Interlocked.Read(ref _heard));

    /// <summary>What the job was last heard of.</summary>
    public string Last => _last;

    /// <summary>The job was given up: what it may still say counts no more.</summary>
    public void Mute() => _isMute = true;

    public void On(in ProgrammingEvent step)
    {
        if (_isMute) return;
        Interlocked.Exchange(ref _heard, time.GetTimestamp());
        if (_at != (step.Phase, step.Subject))
        {
            _at = (step.Phase, step.Subject);
            _last = $"{step.Phase} {step.Subject}".ToLowerInvariant();
            ProgrammingLog.At(log, step.DeviceId, step.Phase, step.Subject, step.Total);
        }
        observer.On(step);
    }
}
