using Pogoline.Host.Releases;
using Pogoline.Planning;
using Pogoline.Platforms;
using Pogoline.Releases;

namespace Pogoline.Cli.Commands;

/// <summary>Gets the files of the releases that a board has to pass through.</summary>
sealed class GoalPassages(ReleaseStore store)
{
    /// <summary>The releases between two, with their modules; empty when the way is direct.</summary>
    public async ValueTask<IReadOnlyList<PassedRelease>> GetAsync(Platform platform, DeviceOsVersion? from, DeviceOsVersion to, Route route, CancellationToken stop)
    {
        var passed = new List<PassedRelease>();
        foreach (var passage in SteppingStones.Between(platform, from, to, route, range => Choose(platform, range)))
        {
            var release = await store.GetAsync(passage.Release, platform, stop);
            passed.Add(new(passage, GoalOptions.SystemModules(release)));
        }
        return passed;
    }

    /// <summary>The newest that a package carries, which can be had most surely; else the newest there is.</summary>
    DeviceOsVersion? Choose(Platform platform, DeviceOsRange range)
    {
        List<DeviceOsVersion> fitting = [.. store.Catalog.For(platform).Select(r => r.Version).Where(v => !v.IsPreRelease && range.Contains(v))];
        return fitting.LastOrDefault(v => NpmPackage.Carrying(v, platform.Name).Any()) ?? fitting.LastOrDefault();
    }
}
