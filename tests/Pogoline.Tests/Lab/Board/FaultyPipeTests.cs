using Pogoline.Lab.Board;
using Pogoline.Links;

namespace Pogoline.Tests.Lab.Board;

public class FaultyPipeTests
{
    static readonly SetupPacket Device = new(0x80, 6, 0x0100, 0, 18);
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Chosen_transfers_fail_and_the_others_reach_the_board()
    {
        await using var unit = Make(_ => null, out var time);
        await using var pipe = new FaultyPipe(await unit.OpenAsync(default), new(LabTiming.Datasheet, time), transfer => transfer.Number switch
        {
            1 => new PipeFault.Stall(),
            2 => new PipeFault.Silence(),
            3 => new PipeFault.Count(7),
            4 => new PipeFault.Answer(data => data[..3]),
            5 => new PipeFault.Answer(_ => new byte[64]),
            _ => null,
        });
        var data = new byte[18];
        Assert.Equal(new(TransferStatus.Completed, 18), await pipe.ReadAsync(Device, data, Timeout, default));
        Assert.Equal(TransferStatus.Stalled, (await pipe.ReadAsync(Device, data, Timeout, default)).Status);
        var before = time.Elapsed;
        Assert.Equal(TransferStatus.TimedOut, (await pipe.ReadAsync(Device, data, Timeout, default)).Status);
        Assert.Equal(Timeout, time.Elapsed - before);
        Assert.Equal(7, (await pipe.ReadAsync(Device, data, Timeout, default)).Count);
        Assert.Equal(3, (await pipe.ReadAsync(Device, data, Timeout, default)).Count);
        Assert.Equal(18, (await pipe.ReadAsync(Device, data, Timeout, default)).Count);
        Assert.All(data, b => Assert.Equal(0, b));
        Assert.Equal(4, unit.Board.Traffic.Transfers);
    }

    [Fact]
    public async Task Once_vanished_a_device_stays_away()
    {
        await using var unit = Make(transfer => transfer.Number == 1 ? new PipeFault.Vanish() : null, out _);
        await using var pipe = await unit.OpenAsync(default);
        Assert.True((await pipe.ReadAsync(Device, new byte[18], Timeout, default)).IsCompleted);
        Assert.Equal(TransferStatus.Gone, (await pipe.WriteAsync(new(0x21, 0x22, 0, 0, 0), default, Timeout, default)).Status);
        Assert.Equal(TransferStatus.Gone, (await pipe.SelectAlternateAsync(0, 0, Timeout, default)).Status);
    }

    static VirtualUnit Make(Func<ControlTransfer, PipeFault?> choose, out VirtualTime time)
    {
        time = new VirtualTime();
        var clock = new LabClock(LabTiming.Datasheet, time);
        var unit = new VirtualUnit(Boards.MakeRunning("boron", "2.2.0", clock), clock, "lab-1") { Wire = pipe => new FaultyPipe(pipe, clock, choose) };
        while (time.AdvanceToNextTimer(TimeSpan.MaxValue)) { }
        return unit;
    }
}
