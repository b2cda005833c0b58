using Pogoline.Lab.Board;
using Pogoline.Lab.Probes;
using Pogoline.Lab.Swd;

namespace Pogoline.Lab.Faults;

/// <summary>Makes faults happen to a debug probe and on the two wires behind it.</summary>
sealed class ProbeFaultInjector(VirtualProbe probe, LabClock clock, IReadOnlyList<LabFault> faults)
{
    readonly Dictionary<LabMoment, long> _counts = [];
    ITimer? _return;

    /// <summary>Takes its place between host, probe and target.</summary>
    public void Attach()
    {
        probe.Fault = (_, _) => OnPacket();
        probe.Target.Fault = _ => OnTransaction();
    }

    PipeFault? OnPacket()
    {
        if (Due(LabMoment.Probe) is not { } fault) return null;
        switch (fault.Fault)
        {
            case LabFaultKind.ProbeLoss:
                return new PipeFault.Silence();
            case LabFaultKind.ProbeStall:
                return new PipeFault.Stall();
            default:
                if (fault.Seconds is { } seconds) _return = clock.Time.CreateTimer(_ => Return(), null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
                return new PipeFault.Vanish();
        }
    }

    void Return()
    {
        _return?.Dispose();
        probe.Plug();
    }

    SwdFault? OnTransaction() => Due(LabMoment.Swd)?.Fault switch
    {
        LabFaultKind.SwdWait => SwdFault.Wait,
        LabFaultKind.SwdFault => SwdFault.Error,
        LabFaultKind.SwdParity => SwdFault.Parity,
        LabFaultKind.SwdSilence => SwdFault.Silence,
        _ => null,
    };

    LabFault? Due(LabMoment moment)
    {
        var now = _counts[moment] = _counts.GetValueOrDefault(moment) + 1;
        return faults.FirstOrDefault(f => f.At == moment && now >= f.Number && now < f.Number + f.Times);
    }
}
