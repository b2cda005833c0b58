using Pogoline.Modules;
using Pogoline.Planning;
using Pogoline.Platforms;

namespace Pogoline.Releases.Bundles;

/// <summary>What goes beyond hashes: that the content of a bundle is what it is called.</summary>
public static class BundleCheck
{
    /// <summary>Refuses a bundle whose modules are not the release's, or whose plans do what a plan must not do or name what is not in it.</summary>
    /// <exception cref="PogolineException">Those of <see cref="ReleaseAssembler"/>, <see cref="PlanCheck"/> and <see cref="ModuleReader"/>, and <see cref="BundleFaults.Invalid"/>.</exception>
    public static async ValueTask RequireAsync(ReleaseBundle bundle, CancellationToken stop)
    {
        var assembler = new ReleaseAssembler(ReleaseCatalog.Default);
        foreach (var name in bundle.Manifest.Platforms)
        {
            var platform = PlatformCatalog.Require(name);
            var files = await ReleaseFileFinder.FindAsync(bundle.Modules(name), bundle.Manifest.Release, platform, stop).ConfigureAwait(false)
                ?? throw Invalid(bundle, $"it has no release files for {name}");
            assembler.Assemble(files);
            if (bundle.App(name) is { } app && ModuleReader.Require(app, BundleRules.AppPath(name)) is var module
                && (module.Id.Function != ModuleFunction.UserPart || module.Header.PlatformId != platform.Id)) throw Invalid(bundle, $"the user firmware for {name} is none");
            RequirePlan(bundle, platform);
        }
    }

    static void RequirePlan(ReleaseBundle bundle, Platform platform)
    {
        var plan = Plan.Load(bundle.Plan(platform.Name).Span);
        PlanCheck.Require(plan, platform);
        if (plan.Release != bundle.Manifest.Release) throw Invalid(bundle, $"the plan for {platform.Name} is for Device OS {plan.Release}");
        if (plan.Modules.FirstOrDefault(m => m.Sha256 is not null && bundle.Find(m.Sha256) is null) is { } absent)
            throw Invalid(bundle, $"the plan for {platform.Name} writes a {absent.Name} that is not in it");
    }

    static PogolineException Invalid(ReleaseBundle bundle, string why) =>
        new(BundleFaults.Invalid, $"{bundle.Name} is refused: {why}.", "Make the bundle again with 'pogoline bundle create'.");
}
