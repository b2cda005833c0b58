using System.CommandLine;
using Pogoline.Cli.Output;
using Pogoline.Host.Bundles;
using Pogoline.Planning;
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
        var backup = new Option<string?>("--from-backup") { Description = "Put back what 'backup' read.", HelpName = "file" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Write nothing; look at the board and print the command lines of dfu-util that would do the same; with --swd the plan." };
        var gang = new GangOptions();
        var swd = new SwdJobs();
        var command = new ExampleCommand("restore",
            "Brings a board to a release over the routes that are open; everything written by DFU is read back, and the board's own report must show it all.",
            "pogoline restore --os 2.2.0",
            "pogoline restore --os 2.2.0 --device e00fce68a1b2c3d4e5f60718 --dry-run",
            "pogoline restore --os 2.2.0 --lab boron@1.5.2",
            "pogoline restore --os lts --app firmware.bin --lab 'photon@1.5.2*4'",
            "pogoline restore --bundle line.zip --require-signed",
            "pogoline restore --os 2.2.0 --route serial --tinker --lab electron@1.5.2",
            "pogoline restore --os 2.2.0 --all --jobs 16",
            "pogoline restore --os 2.2.0 --watch",
            "pogoline restore --from-backup before.zip",
            "pogoline restore --os 2.2.0 --factory-data units.csv --lab 'boron@1.5.2*4'",
            "pogoline restore --os 2.2.0 --swd --probe 3104000000001",
            "pogoline restore --os 2.2.0 --swd --all --jobs 8",
            "pogoline restore --os 2.2.0 --swd --dry-run",
            "pogoline restore --os 2.2.0 --swd --probe cmsis-dap-v2 --lab boron@1.5.2",
            "pogoline restore --plan photon.plan.json --lab photon@1.5.2");
        goal.AddTo(command);
        command.Options.Add(plan);
        command.Options.Add(backup);
        command.Options.Add(dryRun);
        units.AddTo(command);
        sources.AddTo(command);
        gang.AddTo(command);
        swd.AddTo(command);
        command.SetAction((parsed, stop) => Terminal.GuardAsync(gang.IsJson(parsed), async () =>
        {
            var (path, kept) = (parsed.GetValue(plan), parsed.GetValue(backup));
            using var store = sources.Open(parsed, hasPlan: path is not null);
            var request = await goal.RequestAsync(parsed, path is null && kept is null ? store : null, stop);
            if (new object?[] { request, path, kept }.Count(given => given is not null) != 1)
                throw new PogolineException(UnitFaults.Usage, "Say what the board is to hold.", "Give one of --os, --plan and --from-backup.");
            if (kept is not null) MachineLock.Default.RequireUnlocked("A backup");
            var saved = path is null ? null : await PlanFiles.LoadAsync(path, sources.Policy(parsed), store.Bundle, stop);
            var image = kept is null ? null : await BackupFiles.LoadAsync(kept, stop);
            if (swd.IsMeant(parsed))
            {
                if (image is not null || goal.Factory(parsed) is not null)
                    throw new PogolineException(UnitFaults.Usage, "--from-backup and --factory-data are for the routes over USB.", "Leave them out with --swd.");
                ValueTask<Goal> ChooseAsync(Platform platform, CancellationToken stopChoose) =>
                    saved is null ? FromRequestAsync(platform, stopChoose) : PlanFiles.GoalAsync(saved, platform, store, stopChoose);
                async ValueTask<Goal> FromRequestAsync(Platform platform, CancellationToken stopChoose) => (await goal.ChooseAsync(parsed, request!, platform, store, stopChoose)).Goal;
                return parsed.GetValue(dryRun) ? await swd.PlanAsync(parsed, gang, units, sources, ChooseAsync, stop)
                    : await swd.RestoreAsync(parsed, gang, units, sources, store, ChooseAsync, stop);
            }
            await using var opened = await units.OpenAsync(parsed, sources, stop, gang.TakesAll(parsed));
            if (parsed.GetValue(dryRun))
            {
                if (opened.Units is not [var only]) throw new PogolineException(UnitFaults.Usage, $"{opened.Units.Count} boards were named; command lines are for one.", "Name one board.");
                if (image is not null) throw new PogolineException(UnitFaults.Usage, "--dry-run is for releases and plans.", "Leave one of --dry-run and --from-backup away.");
                var job = new RestoreJob(only, TimeProvider.System, null) { Routes = goal.Routes(parsed), Passages = new GoalPassages(store).GetAsync };
                await DryRun.PrintAsync(job, only, saved, platform => goal.ChooseAsync(parsed, request!, platform, store, stop), gang.IsJson(parsed), stop);
                return (int)ExitCode.Passed;
            }
            var jobs = gang.Jobs(parsed, store);
            var factory = new FactoryRun(goal.Factory(parsed));
            return await gang.RunAsync(parsed, opened, output => (unit, observer, stopUnit) => factory.RunAsync(unit, async row =>
            {
                if (saved is not null) return await jobs.RunAsync(unit, saved, observer, stopUnit, row);
                if (image is not null) return await jobs.RunAsync(unit, await BackupFiles.GoalAsync(image, unit.Platform, store, stopUnit), goal.Routes(parsed), observer, stopUnit, row);
                var chosen = await goal.ChooseAsync(parsed, request!, unit.Platform, store, stopUnit);
                output.Say(unit, chosen.Sentences);
                return await jobs.RunAsync(unit, chosen.Goal, goal.Routes(parsed), observer, stopUnit, row);
            }, stopUnit), stop);
        }));
        return command;
    }
}
