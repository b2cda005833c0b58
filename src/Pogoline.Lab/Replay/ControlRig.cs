using Pogoline.Lab.Control;

namespace Pogoline.Lab.Replay;

/// <summary>A control channel with the surroundings of the recordings.</summary>
sealed class ControlRig
{
    const int AbsurdlyMany = 1 << 16;
    readonly StubControlSystem? _stub;

    public ControlRig(RecordedSetup setup, string release)
    {
        IControlSystem system = setup.Handlers == "real"
            ? new RecordedSystem(setup, release, Events.Add) : _stub = new(release, Events.Add);
        Channel = new(system);
    }

    public ControlChannel Channel { get; }

    /// <summary>What was asked of the surroundings.</summary>
    public List<string> Events { get; } = [];

    public bool HasTask => Channel.HasTask;

    public Mismatch? BusReset()
    {
        Channel.BusReset();
        return null;
    }

    /// <summary>Lets the system thread do so many pieces of work; gives how many there were.</summary>
    public int Run(int most)
    {
        var ran = 0;
        for (; ran < Math.Min(most, AbsurdlyMany) && Channel.HasTask; ran++) Work(Channel.TakeTask());
        return ran;
    }

    public bool FinishDeferred()
    {
        var finished = _stub?.FinishDeferred() ?? false;
        Work(Channel.TakeRest());
        return finished;
    }

    void Work(IEnumerable<TimeSpan> work)
    {
        foreach (var time in work)
        {
            if (time > TimeSpan.Zero) Events.Add($"delay {(int)time.TotalMilliseconds}");
        }
    }
}
