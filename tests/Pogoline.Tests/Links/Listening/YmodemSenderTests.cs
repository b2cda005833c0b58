using FsCheck;
using FsCheck.Fluent;
using Pogoline.Lab.Board;
using Pogoline.Links.Listening;

namespace Pogoline.Tests.Links.Listening;

public class YmodemSenderTests
{
    [Theory, InlineData(0), InlineData(1), InlineData(128), InlineData(129), InlineData(1024), InlineData(1025), InlineData(300_000)]
    public async Task A_receiver_gets_the_file_byte_for_byte_with_its_name(int size)
    {
        var bench = new Bench();
        var receiver = new StandardReceiver(bench.Wire);
        var progress = 0;
        await bench.SendAsync(Image(size), YmodemDialect.Standard, bytes => progress += bytes);
        Assert.Equal(("image.bin", size, true), (receiver.Name, receiver.Size, receiver.IsOver));
        Assert.Equal(Image(size), receiver.Content);
        Assert.Equal(size, progress);
    }

    [Fact]
    public void Lost_doubled_and_changed_bytes_either_way_are_made_good_or_end_in_a_fault() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
    {
        var random = new Random(seed);
        var bench = new Bench();
        var receiver = new StandardReceiver(bench.Wire);
        bench.Wire.ToReceiver = bytes => random.Next(8) == 0 ? Damage(random, bytes) : bytes;
        bench.Wire.FromReceiver = bytes => random.Next(8) == 0 ? Damage(random, bytes) : bytes;
        try
        {
            bench.SendAsync(Image(9000), YmodemDialect.Standard).Wait(TimeSpan.FromSeconds(30));
            Assert.Equal(Image(9000), receiver.Content);
        }
        catch (AggregateException e) when (e.InnerException is PogolineException fault)
        {
            Assert.NotEmpty(fault.Remedy);
        }
        Assert.True(bench.Wire.Writes < 500);
    }));

    [Fact]
    public async Task A_damaged_packet_is_sent_again()
    {
        var bench = new Bench();
        var receiver = new StandardReceiver(bench.Wire);
        var count = 0;
        bench.Wire.ToReceiver = bytes =>
        {
            if (count++ == 4) bytes[50] ^= 1;
            return bytes;
        };
        await bench.SendAsync(Image(9000), YmodemDialect.Standard);
        Assert.Equal(Image(9000), receiver.Content);
    }

    [Fact]
    public async Task A_storm_of_NAK_ends_after_ten_tries()
    {
        var bench = new Bench();
        bench.Wire.Say("C"u8.ToArray());
        bench.Wire.Receive = _ => bench.Wire.Say([0x15]);
        Assert.Equal(ListeningFaults.OutOfStep, (await bench.FaultAsync(YmodemDialect.Standard)).Code);
        Assert.Equal(YmodemState.MostTries + 2, bench.Wire.Writes);
    }

    [Fact]
    public async Task A_receiver_that_chatters_for_ever_does_not_hold_the_sender()
    {
        var bench = new Bench();
        bench.Wire.Receive = _ => bench.Wire.Say([0x06]);
        bench.Wire.Silence = () => "noise \x06\x15"u8.ToArray();
        await bench.FaultAsync(YmodemDialect.DeviceOs with { EndTimeout = TimeSpan.FromSeconds(30) }, size: 900_000, mayPass: true);
        Assert.InRange(bench.Clock.Elapsed.TotalMinutes, 0, 60);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Silence_from_the_start_ends_in_a_fault(bool isDevice)
    {
        var bench = new Bench();
        Assert.Equal(ListeningFaults.TimedOut, (await bench.FaultAsync(isDevice ? YmodemDialect.DeviceOs : YmodemDialect.Standard)).Code);
        Assert.InRange(bench.Clock.Elapsed.TotalSeconds, 60, 130);
    }

    [Fact]
    public async Task A_cancel_at_any_point_is_quoted()
    {
        for (var at = 0; at < 5; at++)
        {
            var bench = new Bench();
            var count = 0;
            var cancelAt = at;
            bench.Wire.Receive = bytes => bench.Wire.Say(count++ == cancelAt ? [0x18, 0x18, .. "Failed to save chunk!\r\n"u8] : bytes.Length > 1 && bytes[1] == 0 ? [0x06, (byte)'C'] : [0x06]);
            var fault = await bench.FaultAsync(YmodemDialect.DeviceOs, size: 3000);
            Assert.Equal(ListeningFaults.Cancelled, fault.Code);
            Assert.Contains("storing failed", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_single_cancel_character_is_noise()
    {
        var bench = new Bench();
        var receiver = new StandardReceiver(bench.Wire);
        bench.Wire.FromReceiver = bytes => [0x18, .. bytes];
        await bench.SendAsync(Image(3000), YmodemDialect.Standard);
        Assert.Equal(Image(3000), receiver.Content);
    }

    [Theory, InlineData(-1340, "dependency check failed"), InlineData(-1330, "integrity check failed"), InlineData(-77, "without a name")]
    public async Task A_failed_validation_becomes_words(int code, string words)
    {
        var bench = new Bench();
        bench.Wire.Receive = bytes => bench.Wire.Say(bytes is [1, 0, _, 0, ..] ? [0x18, 0x18, .. System.Text.Encoding.ASCII.GetBytes($"Validation failed: {code}\r\n")]
            : bytes.Length > 1 && bytes[1] == 0 ? [0x06, (byte)'C'] : [0x06]);
        var fault = await bench.FaultAsync(YmodemDialect.DeviceOs);
        Assert.Equal(ListeningFaults.Validation, fault.Code);
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cable_pulled_while_an_answer_is_awaited_is_said_with_how_far_it_got()
    {
        var bench = new Bench();
        var count = 0;
        bench.Wire.Receive = _ =>
        {
            if (count++ == 3) bench.Wire.IsPulled = true;
            else bench.Wire.Say(count == 1 ? [0x06, (byte)'C'] : [0x06]);
        };
        var fault = await bench.FaultAsync(YmodemDialect.DeviceOs, size: 9000);
        Assert.Equal(ListeningFaults.Gone, fault.Code);
        Assert.Contains("3072 of 9000 bytes", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_whose_ACK_got_lost_is_not_sent_the_packet_twice_into_its_file()
    {
        // The device: NAK to everything but the packet that it expects, a request after 5 s of silence.
        var bench = new Bench();
        var stored = new List<int>();
        var expected = 0;
        bench.Wire.Receive = bytes =>
        {
            if (bytes is [0x04] || bytes is [1, 0, _, 0, ..]) bench.Wire.Say([0x06]);
            else if (bytes[1] != expected) bench.Wire.Say([0x15]);
            else
            {
                stored.Add(expected++);
                bench.Wire.Say(expected == 1 ? [0x06, (byte)'C'] : [0x06]);
            }
        };
        bench.Wire.Silence = () => "C"u8.ToArray();
        var said = 0;
        bench.Wire.FromReceiver = bytes => said++ == 2 ? null : bytes;
        await bench.SendAsync(Image(4096), YmodemDialect.DeviceOs);
        Assert.Equal([0, 1, 2, 3, 4], stored);
    }

    [Fact]
    public async Task Being_stopped_cancels_the_transfer_at_the_receiver()
    {
        using var stop = new CancellationTokenSource();
        var bench = new Bench();
        byte[] last = [];
        var count = 0;
        bench.Wire.Receive = bytes =>
        {
            last = bytes;
            if (count++ == 3) stop.Cancel();
            bench.Wire.Say(count == 1 ? [0x06, (byte)'C'] : [0x06]);
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.SendAsync(Image(90_000), YmodemDialect.DeviceOs, null, stop.Token));
        Assert.Equal([0x18, 0x18], last);
    }

    static byte[]? Damage(Random random, byte[] bytes)
    {
        var at = random.Next(bytes.Length);
        return random.Next(4) switch
        {
            0 => null,
            1 => [.. bytes[..at], bytes[at], .. bytes[at..]],
            2 => [.. bytes[..at], .. bytes[(at + 1)..]],
            _ => [.. bytes[..at], (byte)(bytes[at] ^ (1 << random.Next(8))), .. bytes[(at + 1)..]],
        };
    }

    static byte[] Image(int size) => YmodemRecordedTests.Image(size);

    sealed class Bench
    {
        readonly LabClock _lab = LabClock.Immediate();

        public Bench() => Wire = new(Clock);

        public VirtualTime Clock => (VirtualTime)_lab.Time;

        public ReceiverWire Wire { get; }

        public Task SendAsync(byte[] image, YmodemDialect dialect, Action<int>? progress = null, CancellationToken stop = default) =>
            new YmodemSender(Wire, _lab.HostTime, dialect).SendAsync("image.bin", image, progress, stop).AsTask();

        public async Task<PogolineException> FaultAsync(YmodemDialect dialect, int size = 100, bool mayPass = false)
        {
            if (!mayPass) return await Assert.ThrowsAsync<PogolineException>(() => SendAsync(Image(size), dialect));
            try
            {
                await SendAsync(Image(size), dialect);
            }
            catch (PogolineException e)
            {
                return e;
            }
            return null!;
        }
    }
}
