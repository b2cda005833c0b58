using BenchmarkDotNet.Attributes;
using Pogoline.Lab.Board;
using Pogoline.Links.Dfu;
using Pogoline.Platforms;
using Pogoline.Tests.Links;

namespace Pogoline.Perf;

/// <summary>What the host's side of DFU allocates for a mebibyte, on a board that takes and gives every block at once; the target is 64 KiB.</summary>
[MemoryDiagnoser, InProcess]
public class TransferBenchmarks
{
    readonly byte[] _mebibyte = new byte[1024 * 1024];
    DfuDevice? _dfu;
    DfuAlternate? _alternate;

    [GlobalSetup]
    public async Task Setup()
    {
        var clock = LabClock.Immediate();
        var board = SwdComparison.Make("boron", clock);
        board.PowerOn();
        board.Reset(TimeSpan.FromSeconds(4));
        var unit = new VirtualUnit(board, clock, "lab-1");
        var pipe = new AcceptingPipe(await unit.OpenAsync(CancellationToken.None));
        _dfu = await DfuDevice.OpenAsync(pipe, clock.HostTime, CancellationToken.None);
        _alternate = _dfu.Alternate(PlatformCatalog.Require("boron").Alternates.Single(a => a.Storage == StorageKind.ExternalFlash).Number);
        pipe.AcceptsAll = true;
    }

    [Benchmark]
    public async Task Write() => await _dfu!.WriteAsync(_alternate!.Number, 0x80000000, _mebibyte, null, CancellationToken.None);

    [Benchmark]
    public async Task Read() => await _dfu!.ReadAsync(_alternate!.Number, 0x80000000, _mebibyte, null, CancellationToken.None);
}
