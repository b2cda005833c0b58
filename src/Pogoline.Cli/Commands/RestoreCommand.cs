using System.CommandLine;
using Pogoline.Cli.Output;
using Pogoline.FactoryData;
using Pogoline.Host.Releases;
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
        var run = new RestoreRun();
        var swd = new SwdJobs();
        var command = new ExampleCommand("restore",
            "Brings a board to a release over the routes that are open; everything written by DFU is read back, and the board's own report must show it all.",
            "pogoline restore --os 2.2.0",
            "pogoline restore --os 2.2.0 --device e00fce68a1b2c3d4e5f60718 --dry-run",
            "pogoline restore --os 2.2.0 --lab boron@1.5.2",
            "pogoline restore --os lts --app firmware.bin --lab 'photon@1.5.2*4'",
            "pogoline restore --bundle line.zip --require-signed",
            "pogoline restore --os 2.2.0 --route serial --tinker --lab electron@1.5.2",
            "pogoline restore --os 2.2.0 --factory-data units.csv --lab 'boron@1.5.2*4'",
            "pogoline restore --os 2.2.0 --swd --probe 3104000000001",
            "pogoline restore --os 2.2.0 --swd --probe cmsis-dap-v2 --lab boron@1.5.2",
            "pogoline restore --plan photon.plan.json --lab photon@1.5.2");
        goal.AddTo(command);
        command.Options.Add(plan);
        command.Options.Add(dryRun);
        units.AddTo(command);
        sources.AddTo(command);
        run.AddTo(command);
        swd.AddTo(command);
        command.SetAction((parsed, stop) => Terminal.GuardAsync(run.IsJson(parsed), async () =>
        {
            var path = parsed.GetValue(plan);
            using var store = sources.Open(parsed, hasPlan: path is not null);
            var request = await goal.RequestAsync(parsed, path is null ? store : null, stop);
            if (request is null == path is null) throw new PogolineException(UnitFaults.Usage, "Say what the board is to hold.", "Give either --os or --plan.");
            var saved = path is null ? null : await PlanFiles.LoadAsync(path, sources.Policy(parsed), store.Bundle, stop);
            if (swd.IsMeant(parsed))
            {
                if (saved is not null || parsed.GetValue(dryRun) || goal.Factory(parsed) is not null)
                    throw new PogolineException(UnitFaults.Usage, "--plan, --dry-run and --factory-data are for the routes over USB.", "Leave them out with --swd.");
                return await swd.RestoreAsync(parsed, run, units, sources, platform => goal.ChooseAsync(parsed, request!, platform, store, stop), stop);
            }
            await using var opened = await units.OpenAsync(parsed, sources, stop);
            var boards = opened.Units;
            if (parsed.GetValue(dryRun))
            {
                if (boards is not [var only]) throw new PogolineException(UnitFaults.Usage, $"{boards.Count} boards were named; command lines are for one.", "Name one board.");
                await DryRun.PrintAsync(JobFor(only, null), only, saved, platform => goal.ChooseAsync(parsed, request!, platform, store, stop), run.IsJson(parsed), stop);
                return (int)ExitCode.Passed;
            }
            var factory = new FactoryRun(goal.Factory(parsed));
            return await run.RunAsync(parsed, boards, (board, observer, output) => factory.RunAsync(board, row => saved is not null
                ? RunPlanAsync(JobFor(board, observer, row), board, saved, store, stop)
                : RestoreRun.RunGoalAsync(board, JobFor(board, observer, row), platform => goal.ChooseAsync(parsed, request!, platform, store, stop), output, stop), stop));

            RestoreJob JobFor(IUnit board, IProgrammingObserver? observer, FactoryRow? row = null) =>
                new(board, TimeProvider.System, observer) { Routes = goal.Routes(parsed), Passages = new GoalPassages(store).GetAsync, Factory = row };
        }));
        return command;
    }

    static async Task<ProgrammingResult> RunPlanAsync(RestoreJob job, IUnit unit, Planning.Plan plan, ReleaseStore store, CancellationToken stop)
    {
        try
        {
            var content = await PlanFiles.ContentAsync(plan, store, stop);
            return await job.RunAsync(plan, content, stop);
        }
        catch (PogolineException e)
        {
            return new() { Outcome = Outcome.Refused, Unit = new(unit.DeviceId, unit.Platform.Name, unit.Port), Error = ErrorSummary.Of(e), Exit = e.Code.Exit };
        }
    }
}
