using Pogoline.Links.Dfu;
using Pogoline.Platforms;
using Pogoline.Tests.Programming;

namespace Pogoline.Tests.Links;

public class DfuAllocationTests
{
    /// <summary>What is counted is the host side alone: the channel answers at once and keeps nothing.</summary>
    [Fact]
    public async Task Writing_and_reading_a_mebibyte_allocates_less_than_64_KiB_each()
    {
        const int size = 512 * 1024;
        await using var bench = new Bench("boron", "2.2.0");
        bench.Board.Reset(TimeSpan.FromSeconds(4));
        await using var pipe = new AcceptingPipe(await bench.Unit.OpenAsync(CancellationToken.None));
        var dfu = await DfuDevice.OpenAsync(pipe, bench.Clock.HostTime, CancellationToken.None);
        var alternate = PlatformCatalog.Require("boron").Alternates.Single(a => a.Storage == StorageKind.ExternalFlash);
        var data = new byte[size];
        pipe.AcceptsAll = true;
        Func<ValueTask>[] transfers =
        [
            () => dfu.WriteAsync(alternate.Number, alternate.Offset.Value, data, null, CancellationToken.None),
            () => dfu.ReadAsync(alternate.Number, alternate.Offset.Value, data, null, CancellationToken.None),
        ];
        foreach (var transfer in transfers)
        {
            await transfer();
            var before = GC.GetAllocatedBytesForCurrentThread();
            var running = transfer();
            Assert.True(running.IsCompletedSuccessfully, "it has to stay on this thread to be counted");
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.InRange(allocated * (1024 * 1024 / size), 0, 64 * 1024);
        }
    }
}
