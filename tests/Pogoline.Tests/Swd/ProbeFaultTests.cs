using Pogoline.Lab.Faults;
using Pogoline.Lab.Probes;
using Pogoline.Modules;
using Pogoline.Programming;
using Pogoline.Programming.Swd;
using Pogoline.Tests.Programming;
using Xunit.Abstractions;

namespace Pogoline.Tests.Swd;

/// <summary>A bootloader is written through debug probes that fail as a fault plan says.</summary>
public class ProbeFaultTests(ITestOutputHelper output)
{
    const int Storm = 1_000_000;

    static readonly LabFault[] Faults =
    [
        new() { Fault = LabFaultKind.SwdWait, At = LabMoment.Swd, Number = 3000, Times = 20 },
        new() { Fault = LabFaultKind.SwdWait, At = LabMoment.Swd, Number = 3000, Times = Storm },
        new() { Fault = LabFaultKind.SwdFault, At = LabMoment.Swd, Number = 3000 },
        new() { Fault = LabFaultKind.SwdParity, At = LabMoment.Swd, Number = 3000, Times = 3 },
        new() { Fault = LabFaultKind.SwdSilence, At = LabMoment.Swd, Number = 3000 },
        new() { Fault = LabFaultKind.ProbeStall, At = LabMoment.Probe, Number = 60 },
        new() { Fault = LabFaultKind.ProbeUnplug, At = LabMoment.Probe, Number = 60 },
        new() { Fault = LabFaultKind.ProbeUnplug, At = LabMoment.Probe, Number = 5 },
    ];

    static FirmwareModule Bootloader { get; } = RealReleases.Of("boron", "2.2.0").Single(m => m.Id.Function == ModuleFunction.Bootloader);

    [Theory, InlineData(ProbeKind.CmsisDapV2), InlineData(ProbeKind.JLink), InlineData(ProbeKind.StLinkV21)]
    public async Task A_job_through_a_probe_that_fails_passes_or_is_refused_with_the_reason_and_passes_the_next_time(ProbeKind kind)
    {
        foreach (var fault in Faults)
        {
            await using var bench = new SwdBench("boron", "1.5.2", kind);
            new LabFaultPlan { Faults = [fault] }.ApplyTo(bench.Unit, bench.Probe);

            var first = await RestoreAsync(bench);

            output.WriteLine($"{kind} {fault.Fault} at {fault.At} {fault.Number}, {fault.Times} times: {first.Outcome} {first.Error?.Code}");
            // What no repeating helps against must be seen, or the fault did not happen.
            if (fault.Times == Storm || fault.Fault is LabFaultKind.SwdFault or LabFaultKind.ProbeStall or LabFaultKind.ProbeUnplug) Assert.Equal((fault, Outcome.Failed), (fault, first.Outcome));
            if (first.Outcome != Outcome.Passed)
            {
                Assert.False(string.IsNullOrEmpty(first.Error?.Code) || string.IsNullOrEmpty(first.Error.Message) || string.IsNullOrEmpty(first.Error.Remedy), $"{fault}");
                Assert.NotEqual("defect", first.Error.Code);
                new LabFaultPlan { Faults = [new() { Fault = LabFaultKind.ProbeStall, At = LabMoment.Probe, Number = long.MaxValue / 2 }] }.ApplyTo(bench.Unit, bench.Probe);
                bench.Probe.Plug();
                var second = await RestoreAsync(bench);
                Assert.True(second.Outcome == Outcome.Passed, $"{fault}: {first.Error.Code}, then {second.Error?.Message}");
            }
            Assert.True(bench.Board.Hardware.Storage.Internal.Read(Bootloader.Range.Start, Bootloader.DeviceBytes.Length).SequenceEqual(Bootloader.DeviceBytes.Span), $"{fault}");
        }
    }

    /// <summary>What the host does then takes its timeouts; here it is seen that the packet is lost and the next one is not.</summary>
    [Fact]
    public async Task A_lost_packet_gets_no_answer_and_the_next_one_does()
    {
        await using var bench = new SwdBench("boron", "2.2.0", ProbeKind.CmsisDapV2);
        new LabFaultPlan { Faults = [new() { Fault = LabFaultKind.ProbeLoss, At = LabMoment.Probe }] }.ApplyTo(bench.Unit, bench.Probe);
        await using var pipe = bench.Probe.Open();
        byte[] firmwareVersion = [0x00, 0x04];
        var answer = new byte[64];
        var timeout = TimeSpan.FromMilliseconds(100);

        Assert.True((await pipe.WriteAsync(firmwareVersion, timeout, CancellationToken.None)).IsCompleted);
        Assert.Equal(Pogoline.Links.TransferStatus.TimedOut, (await pipe.ReadAsync(answer, timeout, CancellationToken.None)).Status);
        Assert.True((await pipe.WriteAsync(firmwareVersion, timeout, CancellationToken.None)).IsCompleted);
        Assert.True((await pipe.ReadAsync(answer, timeout, CancellationToken.None)).IsCompleted);
    }

    static async Task<ProgrammingResult> RestoreAsync(SwdBench bench)
    {
        try
        {
            var job = new SwdJob(await bench.OpenAsync(), "probe-1", new(), bench.Clock.HostTime, null);
            return await job.RestoreAsync((platform, _) => new(Bench.GoalOf(platform.Name, "2.2.0") with { Modules = [Bootloader], IsByHand = true }), CancellationToken.None);
        }
        catch (PogolineException e)
        {
            // The probe could not even be opened.
            return new() { Outcome = Outcome.Failed, Unit = new("", "", ""), Error = ErrorSummary.Of(e) };
        }
    }
}
