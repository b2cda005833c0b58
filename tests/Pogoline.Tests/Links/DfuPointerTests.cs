using Pogoline.Links.Dfu;
using Pogoline.Platforms;
using Pogoline.Tests.Programming;

namespace Pogoline.Tests.Links;

/// <summary>What is read shows where the address pointer stood; the requests show whether it was set again.</summary>
public class DfuPointerTests
{
    /// <summary>UPLOAD and ABORT.</summary>
    const int ReadInPlace = 2;

    /// <summary>The same behind DNLOAD, two GETSTATUS and ABORT.</summary>
    const int ReadWithAddress = 6;

    [Theory]
    [InlineData("boron")]
    [InlineData("photon")]
    public async Task The_address_is_set_again_only_where_it_has_to_be(string platform)
    {
        await using var bench = new Bench(platform, "2.2.0");
        bench.Board.Reset(TimeSpan.FromSeconds(4));
        await using var pipe = await bench.Unit.OpenAsync(CancellationToken.None);
        var dfu = await DfuDevice.OpenAsync(pipe, bench.Clock.HostTime, CancellationToken.None);
        var traits = PlatformCatalog.Require(platform);
        var flash = traits.Alternates.Single(a => a.Storage == StorageKind.InternalFlash).Number;
        var dct = traits.Alternates.Single(a => a.Storage == StorageKind.Dct).Number;
        var start = RealReleases.Of(platform, "2.2.0").Where(m => m.Id.Function == ModuleFunction.SystemPart).Min(m => m.Range.Start.Value);
        var free = RealReleases.Tinker(platform).Range.Start.Value;
        await ReadAsync(start, 100);

        Assert.Equal(ReadInPlace, await ReadAsync(start + 0x3000, 100));
        Assert.Equal(ReadInPlace + 1, await ReadAsync(start + 0x1000, 0x1004));
        Assert.Equal(ReadWithAddress, await ReadAsync(start + 0x1004, 100));
        Assert.Equal(ReadWithAddress, await ReadAsync(start, 100));

        await dfu.EraseAsync(flash, [free], null, CancellationToken.None);
        Assert.Equal(ReadWithAddress, await ReadAsync(start + 0x3000, 100));
        await dfu.WriteAsync(flash, free, new byte[4], null, CancellationToken.None);
        Assert.Equal(ReadWithAddress, await ReadAsync(start + 0x3000, 100));
        await dfu.ReadAsync(dct, 0x1000, new byte[64], null, CancellationToken.None);
        // SET_INTERFACE is no transfer of the class.
        Assert.Equal(ReadWithAddress + 1, await ReadAsync(start + 0x4000, 100));

        async Task<long> ReadAsync(uint address, int length)
        {
            var before = bench.Board.Traffic.Transfers;
            var got = new byte[length];
            await dfu.ReadAsync(flash, address, got, null, CancellationToken.None);
            Assert.Equal(bench.Board.Hardware.Storage.Internal.Read(new(address), length).ToArray(), got);
            return bench.Board.Traffic.Transfers - before;
        }
    }
}
