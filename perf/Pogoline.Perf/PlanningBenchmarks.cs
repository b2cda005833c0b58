using BenchmarkDotNet.Attributes;
using Pogoline.Planning;
using Pogoline.Platforms;
using Pogoline.Tests;

namespace Pogoline.Perf;

/// <summary>Planning a restore from modules that were checked before; the target is 2 ms.</summary>
[MemoryDiagnoser, InProcess]
public class PlanningBenchmarks
{
    Inventory _inventory = Inventory.Unknown(PlatformCatalog.Require("boron"));
    Goal _goal = new() { Release = new(0, 0, 0), Modules = [] };

    [Params("photon", "electron", "boron", "b5som")]
    public string Board { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _inventory = Inventory.Holding(PlatformCatalog.Require(Board), RealReleases.Of(Board, "1.5.2").Append(RealReleases.Tinker(Board)));
        _goal = new() { Release = DeviceOsVersion.Parse("2.2.0"), Modules = RealReleases.Of(Board, "2.2.0") };
    }

    [Benchmark]
    public int Plan() => DfuPlanner.Make(_inventory, _goal).Steps.Count;
}
