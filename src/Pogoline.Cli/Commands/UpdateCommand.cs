using System.CommandLine;
using Pogoline.Cli.Output;
using Pogoline.Host.Releases;
using Pogoline.Platforms;
using Pogoline.Releases;

namespace Pogoline.Cli.Commands;

/// <summary><c>pogoline update</c>: to the release that this build pins, upwards only, the NCP untouched.</summary>
static class UpdateCommand
{
    public static Command Create()
    {
        var units = new UnitOptions();
        var sources = new SourceOptions();
        var gang = new GangOptions();
        var tool = new Option<string?>("--as") { Description = "Take the release that this version of the vendor's command line carried, such as particle-cli@2.6.0.", HelpName = "tool" };
        var allowDowngrade = new Option<bool>("--allow-downgrade") { Description = "Go down to an older release than the board has." };
        var route = GoalOptions.RouteOption();
        var command = new ExampleCommand("update",
            "Updates Device OS to the release that this build pins: of a long-term-support line, never a feature release; user firmware and NCP stay.",
            "pogoline update",
            "pogoline update --all --jobs 8",
            "pogoline update --lab boron@1.5.2",
            "pogoline update --as particle-cli@2.6.0 --allow-downgrade --lab photon@2.2.0",
            "pogoline update --route control --lab argon@1.5.2") { tool, allowDowngrade, route };
        units.AddTo(command);
        sources.AddTo(command);
        gang.AddTo(command);
        command.SetAction((parsed, stop) => Terminal.GuardAsync(gang.IsJson(parsed), async () =>
        {
            var named = parsed.GetValue(tool) is { } text ? ToolRelease.Require(text) : null;
            using var store = sources.Open(parsed);
            await using var opened = await units.OpenAsync(parsed, sources, stop, gang.TakesAll(parsed));
            var jobs = gang.Jobs(parsed, store);
            return await gang.RunAsync(parsed, opened, output => async (unit, observer, stopUnit) =>
            {
                var chosen = await ChooseAsync(unit.Platform, named, parsed.GetValue(allowDowngrade), store, stopUnit);
                output.Say(unit, chosen.Sentences);
                return await jobs.RunAsync(unit, chosen.Goal, GoalOptions.Routes(parsed.GetValue(route)), observer, stopUnit);
            }, stop);
        }));
        return command;
    }

    static async Task<ChosenGoal> ChooseAsync(Platform platform, ToolRelease? tool, bool mayDowngrade, ReleaseStore store, CancellationToken stop)
    {
        var version = tool?.ReleaseFor(platform) ?? ToolRelease.PinnedFor(platform);
        var release = await store.GetAsync(version, platform, stop);
        var choice = new ReleaseChoice(version, store.Catalog.LineOf(version), tool is null ? $"{version} is the release that this build pins." : $"{version} is what {tool} carried.", null);
        return new(choice, release, new()
        {
            Release = version,
            Modules = [.. GoalOptions.SystemModules(release).Where(m => m.Id.Function != ModuleFunction.Ncp && (tool is null || tool.Carries.Contains(m.Id.Function)))],
            MayDowngrade = mayDowngrade,
        });
    }
}
