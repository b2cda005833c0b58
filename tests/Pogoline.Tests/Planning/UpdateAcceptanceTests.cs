using Pogoline.Planning;
using Pogoline.Platforms;

namespace Pogoline.Tests.Planning;

public class UpdateAcceptanceTests
{
    static readonly ReleaseOrders Golden = ReleaseOrders.Load();

    public static TheoryData<string> Platforms => [.. Golden.Releases.Keys];

    [Theory, MemberData(nameof(Platforms))]
    public void A_running_system_takes_the_modules_of_another_release_in_exactly_the_known_orders(string platform)
    {
        var pairs = Golden.Pairs.Where(p => p.Platform == platform).ToList();
        Assert.NotEmpty(pairs);
        foreach (var pair in pairs)
        {
            var (installed, modules) = Setup(pair);
            Assert.Equal(pair.Steps.Order(), modules.Keys.Order());
            Assert.Equal(ReleaseOrders.Pair.Read(pair.AcceptedOrders).Order(), Orders(pair, installed, modules, throughout: false));
            Assert.Equal(ReleaseOrders.Pair.Read(pair.Orders).Order(), Orders(pair, installed, modules, throughout: true));
        }
    }

    [Theory, MemberData(nameof(Platforms))]
    public void A_module_sent_too_early_is_refused_with_the_known_code(string platform)
    {
        foreach (var pair in Golden.Pairs.Where(p => p.Platform == platform))
        {
            var (installed, modules) = Setup(pair);
            var refused = modules.Select(m => (m.Key, Code: (int)UpdateAcceptance.Check(PlatformCatalog.Require(platform), installed, m.Value)))
                .Where(m => m.Code != 0).ToDictionary(m => m.Key, m => m.Code);
            Assert.Equal(pair.RefusedAsFirstStep ?? [], refused);
        }
    }

    static (List<InstalledModule> Installed, Dictionary<string, InstalledModule> Modules) Setup(ReleaseOrders.Pair pair)
    {
        var from = Golden.Releases[pair.Platform][pair.From].Modules;
        var to = Golden.Releases[pair.Platform][pair.To].Modules;
        var installed = from.Select(m => m.AsInstalled()).ToList();
        // What the recordings assume beside the files: Electron's own bootloader, and the NCP of a Tracker that runs 4.x.
        if (pair.Platform == "electron" && installed.TrueForAll(m => m.Id.Function != ModuleFunction.Bootloader))
        {
            installed.Add(new() { Id = new(ModuleFunction.Bootloader, 0), Version = 400 });
        }
        if (pair.Platform == "tracker" && pair.From.StartsWith('4')) installed.Add(new() { Id = new(ModuleFunction.Ncp, 0), Version = 7 });
        return (installed, to.Where(m => from.TrueForAll(f => f.Sha256 != m.Sha256)).ToDictionary(m => m.Name, m => m.AsInstalled()));
    }

    static IEnumerable<string> Orders(ReleaseOrders.Pair pair, List<InstalledModule> installed, Dictionary<string, InstalledModule> modules, bool throughout) =>
        UpdateAcceptance.Orders(PlatformCatalog.Require(pair.Platform), installed, modules.Values, throughout)
            .Select(order => string.Join(" ", order.Select(step => modules.Single(m => m.Value == step).Key))).Order();
}
