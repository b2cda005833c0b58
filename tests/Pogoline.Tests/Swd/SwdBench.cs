using Pogoline.Lab.Board;
using Pogoline.Lab.Probes;
using SwdTargetOptions = Pogoline.Lab.Swd.SwdTargetOptions;
using Pogoline.Links.Swd.Probes;
using Pogoline.Links.Swd.Targets;
using SwdTarget = Pogoline.Links.Swd.Targets.SwdTarget;
using Pogoline.Platforms;
using Pogoline.Tests.Lab;
using LabProbeKind = Pogoline.Lab.Probes.ProbeKind;
using ProbeKind = Pogoline.Links.Swd.Probes.ProbeKind;

namespace Pogoline.Tests.Swd;

/// <summary>A virtual board with a virtual probe on its debug port; the clock is virtual.</summary>
sealed class SwdBench : IAsyncDisposable
{
    public SwdBench(string board, string os, LabProbeKind kind, LabTiming? timing = null, SwdTargetOptions? target = null)
    {
        Clock = new(timing ?? LabTiming.None, new VirtualTime());
        Unit = new(Boards.Make(board, os, Clock), Clock, "lab-1");
        Probe = Unit.AttachProbe(kind, target: target);
    }

    public LabClock Clock { get; }

    public VirtualUnit Unit { get; }

    public VirtualProbe Probe { get; }

    public VirtualBoard Board => Unit.Board;

    public byte[] Flash => Board.Hardware.Storage.Internal.Read(Board.Hardware.Platform.StorageOf(StorageKind.InternalFlash).Start, 1 << 20).ToArray();

    public ValueTask<IProbe> OpenAsync() => ProbeFactory.OpenAsync(KindOf(Probe.Kind), Probe.Open(), Clock.HostTime, CancellationToken.None);

    public async Task<SwdTarget> ConnectAsync(SwdConnectOptions? options = null) =>
        await SwdTarget.ConnectAsync(await OpenAsync(), options ?? new(), Clock.HostTime, CancellationToken.None);

    public ValueTask DisposeAsync() => Unit.DisposeAsync();

    static ProbeKind KindOf(LabProbeKind kind) => kind switch
    {
        LabProbeKind.CmsisDapV1 => ProbeKind.CmsisDapV1,
        LabProbeKind.CmsisDapV2 => ProbeKind.CmsisDapV2,
        LabProbeKind.JLink => ProbeKind.JLink,
        _ => ProbeKind.StLink,
    };
}
