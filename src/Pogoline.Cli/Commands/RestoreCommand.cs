using System.CommandLine;
using Pogoline.Cli.Output;
using Pogoline.Host.Releases;
using Pogoline.Platforms;
using Pogoline.Programming;

namespace Pogoline.Cli.Commands;

/// <summary><c>pogoline restore</c>: the main job.</summary>
static class RestoreCommand
{
    public static Command Create()
    {
        var goal = new GoalOptions();
        var units = new UnitOptions();
        var sources = new SourceOptions();
        var plan = new Option<string?>("--plan") { Description = "Run a plan that 'plan --save' wrote, unchanged.", HelpName = "file" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Write nothing; look at the board and print the command lines of dfu-util that would do the same." };
        var gang = new GangOptions();
        var command = new ExampleCommand("restore",
            "Brings a board to a release; everything written is read back, and the board's own report must show it.",
            "pogoline restore --os 2.2.0",
            "pogoline restore --os 2.2.0 --device e00fce68a1b2c3d4e5f60718 --dry-run",
            "pogoline restore --os 2.2.0 --lab boron@1.5.2",
            "pogoline restore --os lts --app firmware.bin --lab 'photon@1.5.2*4'",
            "pogoline restore --os 2.2.0 --all --jobs 16",
            "pogoline restore --os 2.2.0 --watch",
            "pogoline restore --plan photon.plan.json --lab photon@1.5.2");
        goal.AddTo(command);
        command.Options.Add(plan);
        command.Options.Add(dryRun);
        units.AddTo(command);
        sources.AddTo(command);
        gang.AddTo(command);
        command.SetAction((parsed, stop) => Terminal.GuardAsync(gang.IsJson(parsed), async () =>
        {
            var request = goal.Request(parsed);
            var path = parsed.GetValue(plan);
            if (request is null == path is null) throw new PogolineException(UnitFaults.Usage, "Say what the board is to hold.", "Give either --os or --plan.");
            var saved = path is null ? null : await PlanFiles.LoadAsync(path, stop);
            using var store = sources.Open(parsed);
            await using var opened = await units.OpenAsync(parsed, store, stop, gang.TakesAll(parsed));
            if (parsed.GetValue(dryRun))
            {
                if (opened.Units is not [var only]) throw new PogolineException(UnitFaults.Usage, $"{opened.Units.Count} boards were named; command lines are for one.", "Name one board.");
                await DryRun.PrintAsync(only, saved, platform => goal.ChooseAsync(parsed, request!, platform, store, stop), gang.IsJson(parsed), stop);
                return (int)ExitCode.Passed;
            }
            return await gang.RunAsync(parsed, opened, output => (unit, observer, stopUnit) => saved is not null
                ? RunPlanAsync(unit, saved, store, observer, stopUnit)
                : RunGoalAsync(unit, platform => goal.ChooseAsync(parsed, request!, platform, store, stopUnit), observer, output, stopUnit), stop);
        }));
        return command;
    }

    static async Task<ProgrammingResult> RunGoalAsync(IUnit unit, Func<Platform, Task<ChosenGoal>> choose, IProgrammingObserver observer, IGangOutput output, CancellationToken stop)
    {
        var chosen = await choose(unit.Platform);
        output.Say(unit, chosen.Sentences);
        return await new RestoreJob(unit, TimeProvider.System, observer).RunAsync(chosen.Goal, stop);
    }

    static async Task<ProgrammingResult> RunPlanAsync(IUnit unit, Planning.Plan plan, ReleaseStore store, IProgrammingObserver observer, CancellationToken stop) =>
        await new RestoreJob(unit, TimeProvider.System, observer).RunAsync(plan, await PlanFiles.ContentAsync(plan, store, stop), stop);
}
