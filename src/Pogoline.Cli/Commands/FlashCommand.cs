using System.CommandLine;
using Pogoline.Cli.Output;
using Pogoline.Host.Bundles;
using Pogoline.Modules;
using Pogoline.Planning;
using Pogoline.Programming;

namespace Pogoline.Cli.Commands;

/// <summary><c>pogoline flash FILE…</c>: single files by hand, over one route or the one that fits.</summary>
static class FlashCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "Module files (bootloader, NCP, SoftDevice, system parts, user firmware), or archives of them; with --swd also Intel HEX and bare bytes as FILE@ADDRESS.", Arity = ArgumentArity.OneOrMore };
        var serial = new Option<bool>("--serial") { Description = "By YMODEM in listening mode; the board is brought there." };
        var usb = new Option<bool>("--usb") { Description = "By DFU; the board is brought to DFU mode. One that was there stays there until user firmware or a bootloader is written." };
        var control = new Option<bool>("--control") { Description = "By USB control requests to the running system." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Write nothing; look at the board and print the command lines of dfu-util that would do the same." };
        var units = new UnitOptions();
        var sources = new SourceOptions();
        var gang = new GangOptions();
        var swd = new SwdJobs();
        var command = new ExampleCommand("flash",
            "Installs single files by hand: without a route the one that fits each file, and why. A file that a route cannot take is refused with the one that can.",
            "pogoline flash firmware.bin",
            "pogoline flash --serial boron-bootloader@2.2.0+lto.bin",
            "pogoline flash --usb system-part1.bin system-part2.bin --lab photon@1.5.2",
            "pogoline flash --control argon-ncp-firmware@0.0.5.bin",
            "pogoline flash --swd firmware.bin",
            "pogoline flash --swd kit.hex data.bin@0x080E0000",
            "pogoline flash --usb system-part1.bin --dry-run") { files, serial, usb, control, dryRun };
        command.Validators.Add(result =>
        {
            if (new[] { serial, usb, control }.Count(result.GetValue) > 1) result.AddError("Give one of --serial, --usb and --control.");
        });
        units.AddTo(command);
        sources.AddForLabTo(command);
        gang.AddTo(command);
        swd.AddTo(command);
        command.SetAction((parsed, stop) => Terminal.GuardAsync(gang.IsJson(parsed), async () =>
        {
            MachineLock.Default.RequireUnlocked("A file given by hand");
            if (swd.IsMeant(parsed))
            {
                return await swd.FlashAsync(parsed, gang, units, sources, parsed.GetValue(files)!, stop);
            }
            var read = await FlashFiles.ReadAsync(parsed.GetValue(files)!, stop);
            Route? only = parsed.GetValue(serial) ? Route.Serial : parsed.GetValue(usb) ? Route.Dfu : parsed.GetValue(control) ? Route.Control : null;
            using var store = sources.OpenForLab(parsed);
            await using var opened = await units.OpenAsync(parsed, sources, stop, gang.TakesAll(parsed));
            if (parsed.GetValue(dryRun))
            {
                if (opened.Units is not [var one]) throw new PogolineException(UnitFaults.Usage, $"{opened.Units.Count} boards were named; command lines are for one.", "Name one board.");
                var (choice, _) = FlashRoutes.Choose(one, read.For(one.Platform), only);
                var plan = await new RestoreJob(one, TimeProvider.System, null) { Routes = choice }.PlanAsync(GoalOf(one, read.For(one.Platform)), stop);
                DryRun.Print(plan, one, read.NameOf, gang.IsJson(parsed));
                return (int)ExitCode.Passed;
            }
            var jobs = gang.Jobs(parsed, store);
            return await gang.RunAsync(parsed, opened, output => (unit, observer, stopUnit) =>
            {
                var modules = read.For(unit.Platform);
                var (routes, why) = FlashRoutes.Choose(unit, modules, only);
                output.Say(unit, why);
                return jobs.RunAsync(unit, GoalOf(unit, modules), routes, observer, stopUnit);
            }, stop);
        }));
        return command;
    }

    static Goal GoalOf(IUnit unit, IReadOnlyList<FirmwareModule> modules) => new()
    {
        Release = FlashRoutes.ReleaseOf(unit.Platform, modules),
        Modules = modules,
        MayDowngrade = true,
        IsByHand = true,
        StaysInDfu = unit.Presence == UnitPresence.Dfu && modules.All(m => m.Id.Function is ModuleFunction.SystemPart or ModuleFunction.RadioStack),
    };
}
