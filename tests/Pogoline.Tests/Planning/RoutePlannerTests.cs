using System.Collections.Concurrent;
using Pogoline.Modules;
using Pogoline.Planning;
using Pogoline.Platforms;

namespace Pogoline.Tests.Planning;

public class RoutePlannerTests
{
    static readonly ReleaseOrders Golden = ReleaseOrders.Load();
    static readonly ConcurrentDictionary<(string, string), IReadOnlyList<FirmwareModule>> Files = new();

    public static TheoryData<string, Route> Ways
    {
        get
        {
            var ways = new TheoryData<string, Route>();
            foreach (var platform in Golden.Releases.Keys)
            {
                ways.Add(platform, Route.Serial);
                ways.Add(platform, Route.Control);
            }
            return ways;
        }
    }

    [Theory, MemberData(nameof(Ways))]
    public void Between_any_two_releases_the_steps_are_an_order_that_the_board_accepts_or_there_is_none(string platform, Route route)
    {
        foreach (var pair in Golden.Pairs.Where(p => p.Platform == platform))
        {
            var accepted = ReleaseOrders.Pair.Read(pair.AcceptedOrders).ToList();
            var throughout = ReleaseOrders.Pair.Read(pair.Orders).ToList();
            var way = Passages(platform, pair.From, pair.To, route);
            if (Try(platform, pair.From, pair.To, route, way) is not { } plan)
            {
                Assert.True(accepted.Count == 0, $"{platform} {pair.From} → {pair.To} is refused, but there are orders");
                continue;
            }
            var steps = Assert.IsAssignableFrom<IEnumerable<UpdateStep>>(plan.Steps.Cast<UpdateStep>()).ToList();
            RequireAccepted(platform, pair.From, steps);
            if (way.Count > 0) continue;
            var order = string.Join(" ", steps.Select(s => NameOf(platform, pair.To, s.Id)));
            Assert.Contains(order, throughout.Count > 0 ? throughout : accepted);
            Assert.All(steps, s => Assert.Equal((pair.To, route), (s.Release!.ToString(), s.Route)));
            Assert.Equal(throughout.Count == 0 && accepted.Count > 0, steps.Exists(s => s.LeavesSafeMode));
        }
    }

    /// <summary>Plays the steps by the rules of a running system, which are tested by themselves.</summary>
    static void RequireAccepted(string name, string from, List<UpdateStep> steps)
    {
        var platform = PlatformCatalog.Require(name);
        var board = BoardOf(name, from);
        foreach (var step in steps)
        {
            var module = Inventory.Describe(FilesOf(name, step.Release!.ToString()).Single(m => m.Id == step.Id));
            Assert.Equal(UpdateRefusal.None, UpdateAcceptance.Check(platform, board, module));
            board = [.. board.Where(m => m.Id != module.Id), module];
        }
        foreach (var module in FilesOf(name, steps[^1].Release!.ToString())) Assert.Equal(module.Version, board.Single(m => m.Id == module.Id).Version);
        Assert.DoesNotContain(DependencyClosure.Unmet(board), u => u.Need.Module.Function != ModuleFunction.Ncp);
    }

    static Plan? Try(string name, string from, string to, Route route, IReadOnlyList<Passage> way)
    {
        var platform = PlatformCatalog.Require(name);
        var inventory = Inventory.Holding(platform, FilesOf(name, from));
        try
        {
            return RoutePlanner.Make(inventory, GoalOf(name, to) with { Through = [.. way.Select(p => new PassedRelease(p, FilesOf(name, p.Release.ToString())))] }, [route]);
        }
        catch (PogolineException e) when (e.Code == PlanFaults.Route)
        {
            Assert.Contains("−13", e.Message, StringComparison.Ordinal);
            return null;
        }
    }

    static IReadOnlyList<Passage> Passages(string platform, string from, string to, Route route) => SteppingStones.Between(
        PlatformCatalog.Require(platform), DeviceOsVersion.Parse(from), DeviceOsVersion.Parse(to), route,
        range => Golden.Releases[platform].Keys.Select(DeviceOsVersion.Parse).Where(range.Contains).Max());

    static IReadOnlyList<FirmwareModule> FilesOf(string platform, string release) => Files.GetOrAdd((platform, release), key =>
        [.. Golden.Releases[key.Item1][key.Item2].Modules.Select(m => m.AsFile(PlatformCatalog.Require(key.Item1)))]);

    static List<InstalledModule> BoardOf(string name, string release) => [.. Inventory.Holding(PlatformCatalog.Require(name), FilesOf(name, release)).Modules];

    static string NameOf(string platform, string release, ModuleId id) =>
        Golden.Releases[platform][release].Modules.Single(m => (ModuleFunction)m.Function == id.Function && m.Index == id.Index).Name;

    static Goal GoalOf(string platform, string os) => new() { Release = DeviceOsVersion.Parse(os), Modules = FilesOf(platform, os), MayDowngrade = true };
}
