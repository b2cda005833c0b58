using Pogoline.Lab.Board;
using Pogoline.Links.Dfu;

namespace Pogoline.Tests.Links;

public class PlainDfuTests
{
    static readonly byte[] Firmware = [.. Enumerable.Range(0, 1000).Select(i => (byte)(i * 7))];

    [Theory, InlineData(64, 16), InlineData(8192, 1)]
    public async Task A_firmware_goes_in_blocks_counted_from_0_and_comes_back(ushort transferSize, int blocks)
    {
        var wire = new PlainDfuDevice { TransferSize = transferSize, Busy = 2 };
        var plain = new PlainDfu(await OpenAsync(wire));

        Assert.Equal(DfuManifestation.Idle, await plain.DownloadAsync(0, Firmware, null, CancellationToken.None));
        using var back = new MemoryStream();
        var count = await plain.UploadAsync(0, back, long.MaxValue, null, CancellationToken.None);

        Assert.Equal(Firmware, back.ToArray());
        Assert.Equal(Firmware.Length, count);
        Assert.Equal(Enumerable.Range(0, blocks), wire.Blocks);
    }

    [Fact]
    public async Task A_device_that_waits_for_a_reset_or_leaves_says_so()
    {
        var waits = new PlainDfu(await OpenAsync(new PlainDfuDevice { IsTolerant = false }));
        Assert.Equal(DfuManifestation.WaitsForReset, await waits.DownloadAsync(0, Firmware, null, CancellationToken.None));
    }

    [Fact]
    public async Task A_poll_time_beyond_the_cap_is_not_obeyed_but_known()
    {
        var clock = new LabClock(LabTiming.Datasheet, new VirtualTime());
        var wire = new PlainDfuDevice { PollMilliseconds = 60_000, TransferSize = 1024, Busy = 3 };
        var device = await OpenAsync(wire, clock.HostTime);
        var before = clock.Time.GetTimestamp();

        await new PlainDfu(device).DownloadAsync(0, Firmware, null, CancellationToken.None);

        Assert.Equal(TimeSpan.FromSeconds(60), device.LongestPollTime);
        Assert.InRange(clock.Time.GetElapsedTime(before).TotalSeconds, 3, 6);
    }

    [Fact]
    public async Task A_device_that_is_busy_for_ever_ends_in_a_fault_that_says_what_was_awaited()
    {
        var clock = new LabClock(LabTiming.Datasheet, new VirtualTime());
        var device = await OpenAsync(new PlainDfuDevice { PollMilliseconds = 500, Busy = int.MaxValue }, clock.HostTime);
        var fault = await Assert.ThrowsAsync<PogolineException>(async () => await new PlainDfu(device).DownloadAsync(0, Firmware, null, CancellationToken.None));
        Assert.Equal(DfuFaults.TimedOut, fault.Code);
        Assert.Contains("writing", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_block_is_a_fault_with_the_status_and_leaves_the_device_idle()
    {
        var wire = new PlainDfuDevice { FailsAtBlock = 2 };
        var device = await OpenAsync(wire);
        var fault = await Assert.ThrowsAsync<PogolineException>(async () => await new PlainDfu(device).DownloadAsync(0, Firmware, null, CancellationToken.None));
        Assert.Equal(DfuFaults.Refused, fault.Code);
        Assert.Contains("128 bytes done", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Address", fault.Message, StringComparison.Ordinal);
        Assert.Equal(DfuState.Idle, device.Session.State);
    }

    [Fact]
    public async Task What_the_descriptor_leaves_out_is_not_tried()
    {
        var device = await OpenAsync(new PlainDfuDevice { CanUpload = false });
        var fault = await Assert.ThrowsAsync<PogolineException>(async () => await new PlainDfu(device).UploadAsync(0, Stream.Null, 1, null, CancellationToken.None));
        Assert.Equal(DfuFaults.NotSupported, fault.Code);
        Assert.False(device.IsDfuSe);
    }

    static ValueTask<DfuDevice> OpenAsync(PlainDfuDevice wire, TimeProvider? time = null) =>
        DfuDevice.OpenAsync(wire, time ?? TimeProvider.System, new() { MaximumBlock = ushort.MaxValue }, CancellationToken.None);
}
