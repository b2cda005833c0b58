using Pogoline.Lab.Board;
using Pogoline.Links.Listening;

namespace Pogoline.Tests.Links.Listening;

/// <summary>The sender against what Device OS's own receiver answered.</summary>
public class YmodemRecordedTests
{
    public static TheoryData<int> Sizes => [1, 127, 128, 129, 1023, 1024, 1025, 2048, 3000, 6000];

    [Theory, MemberData(nameof(Sizes))]
    public async Task A_device_takes_the_file_step_by_step(int size)
    {
        var (device, _) = await SendAsync($"transfer-{size}-bytes-block-1024", size);
        Assert.True(device.IsOver);
        foreach (var (ours, recorded) in device.Written.Where(w => w.Ours.Length == w.Recorded.Length))
        {
            // The recorded host did not compute a CRC, which the device does not look at.
            var body = ours.Length > 1 ? ours.Length - 2 : 1;
            Assert.Equal(recorded[..body], ours[..body]);
        }
    }

    [Fact]
    public async Task The_packets_are_those_of_a_host_that_computes_the_crc()
    {
        var (device, _) = await SendAsync("transfer-real-crc", 300);
        Assert.Contains(device.Written, w => w.Ours.Length == 133 && w.Ours.SequenceEqual(w.Recorded));
    }

    [Theory, InlineData("erase-takes-4-seconds", 4), InlineData("finish-takes-20-seconds", 20)]
    public async Task A_device_that_is_busy_for_long_is_waited_for(string scenario, int seconds)
    {
        // As many packets as the recorded host sent of 128 bytes.
        var (device, clock) = await SendAsync(scenario, 2100);
        Assert.True(device.IsOver);
        Assert.InRange(clock.Elapsed.TotalSeconds, seconds, seconds + 3);
    }

    [Theory]
    [InlineData("header-size-too-large-for-area", "ymodem-cancelled", "no room for the file")]
    [InlineData("end-header-first", "ymodem-cancelled", "too many bytes were lost")]
    public async Task A_device_that_gives_up_is_quoted_and_explained(string scenario, string code, string words)
    {
        var fault = await Assert.ThrowsAsync<PogolineException>(() => SendAsync(scenario, 300));
        Assert.Equal(code, fault.Code.Name);
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    static async Task<(RecordedSerialDevice Device, VirtualTime Clock)> SendAsync(string name, int size)
    {
        var clock = new LabClock(LabTiming.None, new VirtualTime());
        var device = new RecordedSerialDevice(GoldenFile.Scenario("ymodem.jsonl.br", name), (VirtualTime)clock.Time);
        await new YmodemSender(device, clock.HostTime, YmodemDialect.DeviceOs).SendAsync("binary", Image(size), null, CancellationToken.None);
        return (device, (VirtualTime)clock.Time);
    }

    public static byte[] Image(int size) => [.. Enumerable.Range(0, size).Select(i => (byte)(7 * i + 13 * (i >> 8) + 1))];
}
