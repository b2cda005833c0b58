using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Pogoline.Lab.Board;
using Pogoline.Lab.Faults;
using Pogoline.Programming;
using Pogoline.Tests.Programming;
using Outcome = Pogoline.Programming.Outcome;

namespace Pogoline.Tests.Lab.Faults;

public class LabFaultPlanTests
{
    const string Example = """
        {"schema":1,"faults":[
          {"fault":"powerCut","at":"erase","number":3,"seconds":2,"board":"lab-1"},
          {"fault":"cablePull","at":"transfer","number":120,"seconds":2},
          {"fault":"flashFlip","at":"program","number":40,"bit":7},
          {"fault":"wornSector","address":"0x00030000","bit":11},
          {"fault":"wrongReport","at":"report","times":3},
          {"fault":"slowErase","factor":20},
          {"fault":"clockDrift","factor":1.05}]}
        """;

    [Fact]
    public void A_plan_is_read_from_JSON()
    {
        var plan = LabFaultPlan.Load(Encoding.UTF8.GetBytes(Example));
        Assert.Equal(7, plan.Faults.Count);
        Assert.Equal(new() { Fault = LabFaultKind.PowerCut, At = LabMoment.Erase, Number = 3, Seconds = 2, Board = "lab-1" }, plan.Faults[0]);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"schema":2,"faults":[]}""")]
    [InlineData("""{"faults":[null]}""")]
    [InlineData("""{"faults":[{"fault":"powerCut"}]}""")]
    [InlineData("""{"faults":[{"fault":"fire","at":"erase"}]}""")]
    [InlineData("""{"faults":[{"fault":"wornSector","address":"here"}]}""")]
    [InlineData("""{"faults":[{"fault":"stall","at":"erase"}]}""")]
    [InlineData("""{"faults":[{"fault":"powerCut","at":"erase","number":-3}]}""")]
    [InlineData("""{"faults":[{"fault":"powerCut","at":"erase","seconds":-1}]}""")]
    [InlineData("""{"faults":[{"fault":"slowErase","factor":1e300}]}""")]
    [InlineData("""{"faults":[{"fault":"powerCut","at":"erase","unknown":1}]}""")]
    public void A_plan_that_is_none_is_refused(string json) =>
        Assert.Equal(LabFaults.FaultPlan, Assert.Throws<PogolineException>(() => LabFaultPlan.Load(Encoding.UTF8.GetBytes(json))).Code);

    [Fact]
    public void Whatever_a_file_holds_it_is_a_plan_or_refused() => Prop.ForAll(ArbMap.Default.ArbFor<(int At, byte Value)>(), change =>
    {
        var bytes = Encoding.UTF8.GetBytes(Example);
        bytes[(int)((uint)change.At % bytes.Length)] = change.Value;
        try
        {
            return LabFaultPlan.Load(bytes).Faults.All(f => f.Problem is null);
        }
        catch (PogolineException e)
        {
            return e.Code == LabFaults.FaultPlan;
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Theory]
    [InlineData(LabFaultKind.PowerCut, LabMoment.Erase, 5, "dfu-gone")]
    [InlineData(LabFaultKind.PowerCut, LabMoment.Byte, 12345, "dfu-gone")]
    [InlineData(LabFaultKind.BrownOut, LabMoment.Program, 9, "dfu-gone")]
    [InlineData(LabFaultKind.CablePull, LabMoment.Transfer, 200, "dfu-gone")]
    [InlineData(LabFaultKind.Reenumerate, LabMoment.Transfer, 200, "dfu-gone")]
    [InlineData(LabFaultKind.FlashFlip, LabMoment.Program, 20, "verify-mismatch")]
    public async Task A_fault_happens_at_its_moment_and_the_board_comes_back(LabFaultKind kind, LabMoment at, long number, string code)
    {
        await using var bench = new Bench("boron", "1.5.2");
        new LabFaultPlan { Faults = [new() { Fault = kind, At = at, Number = number, Seconds = 1, Bit = 100 }] }.ApplyTo([bench.Unit]);
        var first = await bench.RestoreAsync("2.2.0");
        Assert.Equal(code, first.Error?.Code);
        var second = await bench.RestoreAsync("2.2.0");
        Assert.True(second.Outcome == Outcome.Passed, second.Error?.Message);
    }

    [Fact]
    public async Task A_worn_sector_never_verifies_and_a_slow_one_or_a_slow_clock_only_takes_longer()
    {
        var part = RealReleases.Of("boron", "2.2.0").Single(m => m.Id.Function == ModuleFunction.SystemPart);
        await using (var worn = new Bench("boron", "1.5.2"))
        {
            var bit = Enumerable.Range(0, 4096 * 8).First(b => (part.Image.Span[b / 8] & (1 << (b % 8))) != 0);
            new LabFaultPlan { Faults = [new() { Fault = LabFaultKind.WornSector, Address = part.Range.Start.ToString(), Bit = bit }] }.ApplyTo([worn.Unit]);
            foreach (var _ in new[] { 1, 2 }) Assert.Equal("verify-mismatch", (await worn.RestoreAsync("2.2.0")).Error?.Code);
            Assert.Equal(UnitPresence.Dfu, worn.Unit.Presence);
        }
        await using var slow = new Bench("boron", "1.5.2", LabTiming.Datasheet);
        await slow.Unit.WaitForAsync(UnitPresence.System, TimeSpan.FromSeconds(30), CancellationToken.None);
        new LabFaultPlan { Faults = [new() { Fault = LabFaultKind.SlowErase, Factor = 3 }, new() { Fault = LabFaultKind.ClockDrift, Factor = 1.2 }] }.ApplyTo([slow.Unit]);
        var result = await slow.RestoreAsync("2.2.0");
        Assert.Equal(Outcome.Passed, result.Outcome);
        Assert.True(result.Seconds > 1.5 * result.FloorSeconds);
    }

    [Fact]
    public async Task A_wrong_report_is_not_believed_to_be_the_wanted_one()
    {
        await using var bench = new Bench("boron", "1.5.2");
        new LabFaultPlan { Faults = [new() { Fault = LabFaultKind.WrongReport, At = LabMoment.Report, Number = 2, Times = 100000 }] }.ApplyTo([bench.Unit]);
        Assert.Equal("report-mismatch", (await bench.RestoreAsync("2.2.0")).Error?.Code);
    }
}
