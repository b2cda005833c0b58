using System.CommandLine;
using Pogoline.Cli.Output;
using Pogoline.Host.Releases;
using Pogoline.Planning;
using Pogoline.Platforms;
using Pogoline.Programming;

namespace Pogoline.Cli.Commands;

/// <summary><c>pogoline plan</c>: what would be done, step by step, and why.</summary>
static class PlanCommand
{
    public static Command Create()
    {
        var goal = new GoalOptions();
        var units = new UnitOptions();
        var sources = new SourceOptions();
        var platform = new Option<string?>("--platform", "-p") { Description = "Plan for a board that is not here, of which nothing is known.", HelpName = "name" };
        var from = new Option<string?>("--from") { Description = "With --platform: the release that the board has.", HelpName = "version" };
        var save = new Option<string?>("--save") { Description = "Write the plan to a file that 'restore --plan' runs unchanged.", HelpName = "file" };
        var sign = new Option<string?>("--sign") { Description = "With --save: sign the file with a key of 'keys create', or a PEM file.", HelpName = "key" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new ExampleCommand("plan",
            "Shows what would be done to bring a board to a release, step by step and why; nothing is written.",
            "pogoline plan --os 2.2.0 --lab boron@1.5.2",
            "pogoline plan --os 2.2.0 --platform b5som --from 1.5.2",
            "pogoline plan --os 2.2.0 --platform electron --from 1.5.2 --route serial",
            "pogoline plan --os 1.5.2 --platform boron --from 4.0.2 --route control --json",
            "pogoline plan --os lts --platform photon --app firmware.bin --save photon.plan.json");
        goal.AddTo(command);
        command.Options.Add(platform);
        command.Options.Add(from);
        units.AddTo(command);
        command.Options.Add(save);
        command.Options.Add(sign);
        sources.AddTo(command);
        command.Options.Add(json);
        command.SetAction((parsed, stop) => Terminal.GuardAsync(parsed.GetValue(json), async () =>
        {
            if (units.AreNamed(parsed) && parsed.GetValue(platform) is not null)
            {
                throw new PogolineException(UnitFaults.Usage, "A plan is for one board: one that is here or one that is not.", "Give one of --device, --lab and --platform.");
            }
            using var store = sources.Open(parsed);
            var request = await goal.RequestAsync(parsed, store, stop) ?? throw new PogolineException(UnitFaults.Usage, "No release was named.", "Add --os, such as --os 2.2.0 or --os lts.");
            var (chosen, plan) = parsed.GetValue(platform) is { } name
                ? await PlanUnseenAsync(parsed, goal, request, PlatformCatalog.Require(name), parsed.GetValue(from), store, stop)
                : await PlanSeenAsync(parsed, goal, request, units, sources, store, stop);
            using var key = parsed.GetValue(sign) is { } signer ? KeyPassword.Open(signer) : null;
            if (key is not null && parsed.GetValue(save) is null) throw new PogolineException(UnitFaults.Usage, "Only a plan file can be signed.", "Add --save.");
            if (parsed.GetValue(save) is { } path) await PlanFiles.SaveAsync(plan, chosen.Goal, path, key, stop);
            if (parsed.GetValue(json)) Console.Out.WriteLine(System.Text.Encoding.UTF8.GetString(plan.Save()));
            else PlanView.Write(plan, chosen.Sentences);
            return (int)ExitCode.Passed;
        }));
        return command;
    }

    static async Task<(ChosenGoal, Plan)> PlanUnseenAsync(ParseResult parsed, GoalOptions goal, Pogoline.Releases.ReleaseRequest request, Platform platform,
        string? from, ReleaseStore store, CancellationToken stop)
    {
        var inventory = Inventory.Unknown(platform);
        if (from is not null)
        {
            if (!DeviceOsVersion.TryParse(from, out var version)) throw new PogolineException(UnitFaults.Usage, $"'{from}' is no Device OS version.", "Give one such as 1.5.2.");
            inventory = Inventory.Holding(platform, (await store.GetAsync(version, platform, stop)).Files.Select(f => f.Module));
        }
        var chosen = await goal.ChooseAsync(parsed, request, platform, store, stop);
        var routes = goal.Routes(parsed);
        var through = await new GoalPassages(store).GetAsync(platform, inventory.System, chosen.Goal.Release, RoutePlanner.Main(routes), stop);
        return (chosen, RoutePlanner.Make(inventory, chosen.Goal with { Through = through }, routes));
    }

    static async Task<(ChosenGoal, Plan)> PlanSeenAsync(ParseResult parsed, GoalOptions goal, Pogoline.Releases.ReleaseRequest request, UnitOptions options,
        SourceOptions sources, ReleaseStore store, CancellationToken stop)
    {
        await using var opened = await options.OpenAsync(parsed, sources, stop);
        var unit = opened.Units is [var only] ? only : throw new PogolineException(UnitFaults.Usage, $"{opened.Units.Count} boards were named; a plan is for one.", "Name one board.");
        var chosen = await goal.ChooseAsync(parsed, request, unit.Platform, store, stop);
        var job = new RestoreJob(unit, TimeProvider.System, null) { Routes = goal.Routes(parsed), Passages = new GoalPassages(store).GetAsync };
        return (chosen, await job.PlanAsync(chosen.Goal, stop));
    }
}
