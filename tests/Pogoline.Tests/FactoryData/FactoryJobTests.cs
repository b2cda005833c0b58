using System.Security.Cryptography;
using System.Text;
using Pogoline.FactoryData;
using Pogoline.Planning;
using Pogoline.Platforms;
using Pogoline.Programming;
using Pogoline.Tests.Lab;
using Pogoline.Tests.Programming;

namespace Pogoline.Tests.FactoryData;

public class FactoryJobTests
{
    public static TheoryData<string> AllBoards => [.. Boards.Names];

    [Theory]
    [MemberData(nameof(AllBoards))]
    public async Task Values_arrive_in_the_configuration_of_every_board_and_nothing_else_changes(string platform)
    {
        await using var bench = new Bench(platform, platform == "tracker" ? "2.2.0" : "1.5.2");
        var before = Dct(bench).ToArray();
        var row = Row(platform);
        var os = Boards.IsGen2(platform) ? "2.3.1" : platform == "tracker" ? "4.0.2" : "2.2.0";
        var result = await RunAsync(bench, row, os);
        Assert.True(result.Outcome == Outcome.Passed, result.Error?.ToString());
        var values = row.For(PlatformCatalog.Require(platform));
        foreach (var value in values) Assert.True(Dct(bench).Slice(value.Field.Offset, value.Field.Size).SequenceEqual(value.Bytes.Span), value.ToString());
        // What lies before, between and behind the places.
        foreach (var value in values) Assert.All(new[] { value.Field.Offset - 1, value.Field.Offset + value.Field.Size }, at => Assert.Equal(before[at], Dct(bench)[at]));
        Assert.Equal(0xFF, Dct(bench)[1753]);
    }

    [Fact]
    public async Task A_second_run_writes_nothing_and_passes()
    {
        await using var bench = new Bench("boron", "2.2.0");
        Assert.Equal(Outcome.Passed, (await RunAsync(bench, Row("boron"), "2.2.0")).Outcome);
        var before = bench.FlashDigest();
        Assert.Equal(Outcome.Passed, (await RunAsync(bench, Row("boron"), "2.2.0")).Outcome);
        Assert.Equal(before, bench.FlashDigest());
    }

    [Theory]
    [InlineData("photon", 3), InlineData("electron", 1), InlineData("boron", 1)]
    public void The_step_is_in_the_last_pass_ahead_of_its_flags_or_in_one_of_its_own(string platform, int fromEnd)
    {
        var plan = Make(platform, "2.2.0", ["claimCode"]);
        var at = plan.Steps.ToList().FindIndex(s => s is FactoryStep);
        Assert.All(plan.Steps.Skip(at + 1), step => Assert.True(step is DctByteStep or RestartStep));
        if (fromEnd == 3) Assert.IsType<EnterDfuStep>(plan.Steps[at - 1]);
        else Assert.IsType<WriteStep>(plan.Steps[at - 1]);
    }

    [Fact]
    public void A_plan_names_fields_and_holds_no_value()
    {
        var plan = Make("boron", "2.2.0", ["claimCode", "setupCode"]);
        var text = Encoding.UTF8.GetString(plan.Save());
        Assert.Contains("\"step\": \"factoryData\"", text, StringComparison.Ordinal);
        Assert.Equal(["claimCode", "setupCode"], Plan.Load(plan.Save()).Steps.OfType<FactoryStep>().Single().Fields);
    }

    [Theory]
    [InlineData("deviceKey"), InlineData("claimCode", "claimCode"), InlineData]
    public void A_plan_that_writes_other_fields_is_refused(params string[] fields)
    {
        var plan = Make("boron", "2.2.0", ["claimCode"]);
        var bad = plan with { Steps = [.. plan.Steps.Select(s => s is FactoryStep ? new FactoryStep(fields, "") : s)] };
        Assert.Equal(PlanFaults.BadPlan, Assert.Throws<PogolineException>(() => PlanCheck.Require(bad, PlatformCatalog.Require("boron"))).Code);
    }

    [Fact]
    public async Task A_plan_with_factory_data_is_not_run_without_it_nor_the_other_way_round()
    {
        await using var bench = new Bench("boron", "1.5.2");
        var goal = Bench.GoalOf("boron", "2.2.0");
        var with = RoutePlanner.Make(Inventory.Unknown(PlatformCatalog.Require("boron")), goal with { FactoryFields = ["claimCode"] }, [Route.Dfu]);
        var without = RoutePlanner.Make(Inventory.Unknown(PlatformCatalog.Require("boron")), goal, [Route.Dfu]);
        var before = bench.FlashDigest();
        foreach (var (plan, row) in new[] { (with, null), (with, Row("boron")), (without, Row("boron")) })
        {
            var result = await new RestoreJob(bench.Unit, bench.Clock.HostTime, null) { Factory = row }.RunAsync(plan, Bench.ContentOf(goal), CancellationToken.None);
            Assert.Equal((Outcome.Refused, "factory-values-missing"), (result.Outcome, result.Error?.Code));
        }
        Assert.Equal(before, bench.FlashDigest());
    }

    [Fact]
    public void Factory_data_needs_DFU()
    {
        var fault = Assert.Throws<PogolineException>(() => RoutePlanner.Make(
            Inventory.Holding(PlatformCatalog.Require("boron"), RealReleases.Of("boron", "1.5.2")), Bench.GoalOf("boron", "2.2.0") with { FactoryFields = ["claimCode"] }, [Route.Serial]));
        Assert.Equal(PlanFaults.Route, fault.Code);
    }

    static Plan Make(string platform, string os, string[] fields) => RoutePlanner.Make(
        Inventory.Unknown(PlatformCatalog.Require(platform)), Bench.GoalOf(platform, os) with { FactoryFields = fields }, [Route.Dfu]);

    static Task<ProgrammingResult> RunAsync(Bench bench, FactoryRow row, string os) => new RestoreJob(bench.Unit, bench.Clock.HostTime, null) { Factory = row }
        .RunAsync(Bench.GoalOf(bench.Unit.Platform.Name, os) with { FactoryFields = [.. row.Fields] }, CancellationToken.None).AsTask();

    static ReadOnlySpan<byte> Dct(Bench bench) => bench.Board.Hardware.Storage.Dct.Bytes;

    static FactoryRow Row(string platform)
    {
        using var rsa = RSA.Create(2048);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = platform is "photon" or "p1" ? rsa.ExportSubjectPublicKeyInfo() : curve.ExportSubjectPublicKeyInfo();
        return new(1, new Dictionary<string, string> { ["claimCode"] = new('c', 63), ["setupCode"] = "ABC123", ["serverKey"] = Convert.ToBase64String(key) });
    }
}
