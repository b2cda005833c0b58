using System.Collections.Concurrent;
using Pogoline.Lab.Faults;
using Xunit.Abstractions;

namespace Pogoline.Tests.Programming;

/// <summary>The counts go to <c>artifacts/fault-matrix.txt</c>, from where <c>./test</c> prints them.</summary>
public class FaultMatrixTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Every_fault_in_every_step_on_every_board_ends_passed_passed_after_resume_or_refused_with_the_reason()
    {
        var cells = new ConcurrentBag<Cell>();
        await Parallel.ForEachAsync(FaultMatrix.Journeys, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (journey, _) =>
        {
            foreach (var cell in await FaultMatrix.RunAsync(journey.Board, journey.From, journey.To, journey.Route)) cells.Add(cell);
        });
        List<Cell> all = [.. cells.OrderBy(c => c.Route).ThenBy(c => c.Board, StringComparer.Ordinal)];
        var table = FaultMatrix.Table(all);
        output.WriteLine(table);
        foreach (var cell in all.Where(c => c.End is CellEnd.Lost or CellEnd.Refused or CellEnd.Impossible)) output.WriteLine($"{cell.End} {cell.Board} {cell.Route} {cell.Step}: {cell.Fault.Fault} at {cell.Fault.At} {cell.Fault.Number}: {cell.Why}");
        var artifacts = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts")).FullName;
        await File.WriteAllTextAsync(Path.Combine(artifacts, "fault-matrix.txt"), table);

        Assert.Equal(8, all.Select(c => c.Board).Distinct().Count());
        Assert.Equal(3, all.Select(c => c.Route).Distinct().Count());
        // Those of debug probes and of downloads have cells of their own: ProbeFaultTests, SourceFaultTests.
        Assert.Equal(Enum.GetValues<LabFaultKind>().Where(k => k < LabFaultKind.SwdWait).Order(), all.Select(c => c.Fault.Fault).Distinct().Order());
        Assert.DoesNotContain(all, c => c.End == CellEnd.Lost);
        // Flash that is worn out stays so; nothing else is for good.
        Assert.All(all.Where(c => c.End == CellEnd.Refused), c => Assert.True(c.Fault.Fault == LabFaultKind.WornSector && c.Why is "verify-mismatch, verify-mismatch, verify-mismatch" or "dfu-refused, dfu-refused, dfu-refused", $"{c}"));
        Assert.Contains(all, c => c.End == CellEnd.Refused);
        Assert.All(all.Where(c => c.End == CellEnd.Impossible), c => Assert.True(c.Step is "RestartStep" or "update bootloader", $"{c}"));
    }
}
