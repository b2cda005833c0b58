using Pogoline.Host.Bundles;
using Pogoline.Host.Releases;
using Pogoline.Planning;
using Pogoline.Platforms;
using Pogoline.Programming;
using Pogoline.Releases.Bundles;
using Pogoline.Tests.Lab;
using Pogoline.Tests.Programming;

namespace Pogoline.Tests.Releases.Bundles;

public class BundleRestoreTests
{
    public static TheoryData<string> AllBoards => [.. Boards.Names];

    [Theory]
    [MemberData(nameof(AllBoards))]
    public async Task Every_board_is_restored_from_a_bundle_alone(string platform)
    {
        var (from, to) = platform == "tracker" ? ("4.0.2", "2.2.0") : ("1.5.2", "2.2.0");
        using var folder = new TemporaryFolder();
        var path = folder.Write("line.zip", await SampleBundles.MakeAsync(to, [platform], withApp: true));
        var source = new BundleReleaseSource(path, new(new(folder.Path), locked: null, requireSigned: false));
        using var store = ReleaseSources.Of(source);
        var release = await store.GetAsync(DeviceOsVersion.Parse(to), PlatformCatalog.Require(platform), CancellationToken.None);
        await using var bench = new Bench(platform, from);
        var result = await bench.Job.RunAsync(new Goal
        {
            Release = release.Version,
            Modules = [.. release.Files.Where(f => f.Component.Function is not (ModuleFunction.UserPart or ModuleFunction.Ncp)).Select(f => f.Module)],
            MayDowngrade = true,
        }, CancellationToken.None);
        Assert.True(result.Outcome == Outcome.Passed, result.Error?.ToString());
        Assert.All(RealReleases.Of(platform, to).Where(m => m.Id.Function == ModuleFunction.SystemPart), module => Assert.True(bench.Holds(module)));
    }

    [Theory]
    [MemberData(nameof(AllBoards))]
    public async Task The_plan_in_a_bundle_brings_a_board_to_the_release_with_its_user_firmware(string platform)
    {
        await using var bench = new Bench(platform, "2.2.0");
        var os = Boards.IsGen2(platform) ? "2.3.1" : "4.0.2";
        var bundle = ReleaseBundle.Require("line.zip", await SampleBundles.MakeAsync(os, [platform], withApp: true));
        var plan = Plan.Load(bundle.Plan(platform).Span);
        var content = plan.Modules.Select(m => m.Sha256).OfType<string>().ToDictionary(sha256 => sha256, sha256 => bundle.Find(sha256)!.Value);
        var result = await bench.Job.RunAsync(plan, content, CancellationToken.None);
        Assert.True(result.Outcome == Outcome.Passed, result.Error?.ToString());
        Assert.True(bench.Holds(RealReleases.Tinker(platform)));
    }
}
