using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Pogoline.Lab.Board;
using Pogoline.Links;
using Pogoline.Links.Control;
using Pogoline.Tests.Modules;

namespace Pogoline.Tests.Links.Control;

public class ControlSessionTests
{
    static readonly LabClock Clock = LabClock.Immediate();

    [Theory, InlineData(0), InlineData(1), InlineData(64), InlineData(65), InlineData(4096), InlineData(4097), InlineData(65535)]
    public async Task A_payload_of_any_size_arrives_and_a_reply_of_any_size_comes_back(int size)
    {
        var data = new byte[size];
        Random.Shared.NextBytes(data);
        var device = new ScriptedControlDevice { Handler = (_, payload) => (0, payload), Pending = 3 };
        var reply = await RequestAsync(device, ControlRequestType.Echo, data);
        Assert.Equal(data, reply.Data.ToArray());
        Assert.All(device.Setups, s => Assert.InRange(s.Length, 1, 4096));
        Assert.Equal(new SetupPacket(0xC0, 5, 0, 0, 64), device.Setups[0]);
    }

    [Fact]
    public async Task A_device_that_is_busy_for_a_while_is_asked_again()
    {
        var device = new ScriptedControlDevice { Refusals = 5, RefusalStatus = 3 };
        Assert.True((await RequestAsync(device, ControlRequestType.StartListening)).Result.IsSuccess);
        Assert.Single(device.Handled);
    }

    [Theory, InlineData(3), InlineData(4)]
    public async Task A_device_that_never_has_room_ends_in_a_fault(byte status)
    {
        var device = new ScriptedControlDevice { Refusals = int.MaxValue, RefusalStatus = status };
        var (fault, seconds) = await FaultAsync(device, ControlRequestType.DeviceId);
        Assert.Equal(ControlFaults.Busy, fault.Code);
        Assert.InRange(seconds, 60, 62);
    }

    [Fact]
    public async Task A_request_that_is_pending_for_ever_ends_in_a_fault_and_is_dropped()
    {
        var device = new ScriptedControlDevice { Pending = int.MaxValue };
        var (fault, seconds) = await FaultAsync(device, ControlRequestType.DeviceId);
        Assert.Equal(ControlFaults.TimedOut, fault.Code);
        Assert.InRange(seconds, 60, 62);
        Assert.Equal(new SetupPacket(0xC0, 5, 0, 1, 64), device.Setups[^1]);
        Assert.True(device.Setups.Count < 100, "it was asked too often");
    }

    [Fact]
    public async Task A_reply_of_4_GB_is_refused_and_dropped()
    {
        var device = new ScriptedControlDevice { DeclaredSize = uint.MaxValue };
        var (fault, _) = await FaultAsync(device, ControlRequestType.GetModuleInfo);
        Assert.Equal(ControlFaults.Nonsense, fault.Code);
        Assert.Contains("4294967295", fault.Message, StringComparison.Ordinal);
        Assert.Equal(5, device.Setups[^1].Request);
    }

    [Fact]
    public async Task A_request_that_a_device_loses_after_a_reset_is_sent_once_more_if_that_does_no_harm()
    {
        var device = new ScriptedControlDevice { Lost = 1, Handler = (_, _) => (0, [1]) };
        Assert.Equal(1, (await RequestAsync(device, ControlRequestType.IsSetupDone)).Data.Length);
        var careful = new ScriptedControlDevice { Lost = 1 };
        Assert.Equal(ControlFaults.Lost, (await FaultAsync(careful, ControlRequestType.FinishFirmwareUpdate)).Fault.Code);
        Assert.Single(careful.Handled);
        var forgetful = new ScriptedControlDevice { Lost = int.MaxValue };
        Assert.Equal(ControlFaults.Lost, (await FaultAsync(forgetful, ControlRequestType.IsSetupDone)).Fault.Code);
    }

    [Fact]
    public async Task A_reply_that_breaks_off_is_asked_for_again()
    {
        var device = new ScriptedControlDevice { Handler = (_, _) => (0, new byte[9000]) };
        var broken = false;
        device.Fault = (_, setup) => setup.Request == 4 && !broken && (broken = true) ? new(TransferStatus.BusError, 0) : null;
        Assert.Equal(9000, (await RequestAsync(device, ControlRequestType.GetModuleInfo)).Data.Length);
        Assert.Equal(2, device.Handled.Count);
    }

    [Theory]
    [InlineData(TransferStatus.Stalled, "control-not-supported")]
    [InlineData(TransferStatus.Gone, "control-gone")]
    [InlineData(TransferStatus.TimedOut, "control-timeout")]
    [InlineData(TransferStatus.BusError, "control-lost")]
    public async Task A_device_that_does_not_serve_requests_or_is_away_is_said_to(TransferStatus status, string code)
    {
        var device = new ScriptedControlDevice { Fault = (_, _) => new(status, 0) };
        Assert.Equal(code, (await FaultAsync(device, ControlRequestType.DeviceId)).Fault.Code.Name);
    }

    [Fact]
    public async Task A_device_that_goes_at_any_transfer_ends_in_a_fault_and_is_not_asked_again()
    {
        for (var at = 0; at < 8; at++)
        {
            var goneAt = at;
            var device = new ScriptedControlDevice { Handler = (_, payload) => (0, payload), Pending = 1, Fault = (number, _) => number >= goneAt ? new(TransferStatus.Gone, 0) : null };
            var fault = await Assert.ThrowsAsync<PogolineException>(() => RequestAsync(device, ControlRequestType.Echo, new byte[5000]));
            Assert.Equal(ControlFaults.Gone, fault.Code);
            Assert.Equal(at + 1, device.Setups.Count);
        }
    }

    [Fact]
    public async Task A_stopped_request_is_dropped()
    {
        using var stop = new CancellationTokenSource();
        var device = new ScriptedControlDevice { Pending = int.MaxValue };
        device.Fault = (number, _) =>
        {
            if (number == 4) stop.Cancel();
            return null;
        };
        var session = await ControlSession.OpenAsync(device, Clock.HostTime, CancellationToken.None);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await session.RequestAsync(ControlRequestType.DeviceId, default, ControlSession.DefaultTimeout, stop.Token));
        Assert.Equal(new SetupPacket(0xC0, 5, 0, 1, 64), device.Setups[^1]);
    }

    [Theory]
    [InlineData(-120, "control-not-supported", "not supported (-120)")]
    [InlineData(-1340, "control-refused", "dependency check failed (-1340)")]
    [InlineData(-219, "control-refused", "flash error (-219)")]
    [InlineData(-31337, "control-refused", "an error without a name (-31337)")]
    public async Task A_negative_result_becomes_words(int result, string code, string words)
    {
        var device = new ScriptedControlDevice { Handler = (_, _) => (result, []) };
        var requests = new ControlRequests(await ControlSession.OpenAsync(device, Clock.HostTime, CancellationToken.None));
        var fault = await Assert.ThrowsAsync<PogolineException>(async () => await requests.ResetAsync(CancellationToken.None));
        Assert.Equal(code, fault.Code.Name);
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
        Assert.NotEmpty(fault.Remedy);
    }

    [Theory, InlineData(-100), InlineData(-1310), InlineData(-1320), InlineData(-1330), InlineData(-1350), InlineData(-1360), InlineData(-1380), InlineData(-1801)]
    public void Every_result_code_that_is_known_has_words(int code) => Assert.DoesNotContain("without a name", new SystemError(code).ToString(), StringComparison.Ordinal);

    [Fact]
    public void Nothing_that_a_device_answers_makes_the_readers_throw() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(ModuleGenerators.Bytes(0, 400).ToArbitrary(), bytes =>
    {
        ServiceReply.TryRead(bytes, out _);
        if (ModuleInfo.TryRead(bytes, out var modules) == OperationStatus.Done) Assert.All(modules, m => Assert.NotEqual(ModuleFunction.None, m.Id.Function));
    }));

    [Fact]
    public void Whatever_a_device_answers_a_request_ends() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
    {
        var random = new Random(seed);
        var device = new ScriptedControlDevice
        {
            Handler = (_, payload) => (random.Next(-3, 2), new byte[random.Next(3) * 3000]),
            Pending = random.Next(3),
            Fault = (_, _) => random.Next(40) == 0 ? new((TransferStatus)random.Next(1, 5), 0) : null,
            Garble = reply =>
            {
                if (random.Next(10) == 0) reply[random.Next(reply.Length)] = (byte)random.Next(256);
                return random.Next(20) == 0 ? reply[..random.Next(reply.Length)] : reply;
            },
        };
        try
        {
            RequestAsync(device, ControlRequestType.Echo, new byte[random.Next(200)]).Wait(TimeSpan.FromSeconds(20));
        }
        catch (AggregateException e) when (e.InnerException is PogolineException)
        {
            // An end all the same.
        }
        Assert.True(device.Setups.Count < 1000);
    }));

    static async Task<ControlReply> RequestAsync(ScriptedControlDevice device, ControlRequestType type, byte[]? payload = null)
    {
        var session = await ControlSession.OpenAsync(device, LabClock.Immediate().HostTime, CancellationToken.None);
        return await session.RequestAsync(type, payload, ControlSession.DefaultTimeout, CancellationToken.None);
    }

    static async Task<(PogolineException Fault, double Seconds)> FaultAsync(ScriptedControlDevice device, ControlRequestType type)
    {
        var clock = LabClock.Immediate();
        var fault = await Assert.ThrowsAsync<PogolineException>(async () =>
            await (await ControlSession.OpenAsync(device, clock.HostTime, CancellationToken.None)).RequestAsync(type, default, ControlSession.DefaultTimeout, CancellationToken.None));
        return (fault, ((VirtualTime)clock.Time).Elapsed.TotalSeconds);
    }
}
