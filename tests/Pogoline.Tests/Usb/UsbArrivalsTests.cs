using Pogoline.Host.Usb;

namespace Pogoline.Tests.Usb;

public class UsbArrivalsTests
{
    [Fact]
    public async Task A_board_comes_once_however_often_it_restarts_and_again_when_it_was_unplugged_after_its_job()
    {
        await using var bus = new LabBus();
        var first = bus.Plug("boron", "2.2.0", "1-1");
        var second = bus.Plug("boron", "2.2.0", "1-2");
        bus.Move(second, _ => null);
        var arrivals = new UsbArrivals(new(bus), TimeProvider.System);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var units = arrivals.ListAsync(watch: true, stop.Token).GetAsyncEnumerator(stop.Token);

        Assert.True(await units.MoveNextAsync());
        var unit = units.Current;
        Assert.Equal("1-1", unit.Port);
        var next = units.MoveNextAsync().AsTask();
        first.Reset();
        bus.Move(second, _ => "1-2");
        Assert.True(await next);
        Assert.Equal("1-2", units.Current.Port);

        next = units.MoveNextAsync().AsTask();
        bus.Move(first, _ => null);
        arrivals.Release(unit);
        await Task.Delay(TimeSpan.FromSeconds(4), stop.Token);
        Assert.False(next.IsCompleted);
        bus.Move(first, _ => "1-7");
        Assert.True(await next);
        Assert.Equal(("1-7", first.Hardware.DeviceId), (units.Current.Port, units.Current.DeviceId));
    }
}
