using System.CommandLine;
using System.Globalization;
using Pogoline.Cli.Output;
using Pogoline.Hex;
using Pogoline.Links.Swd.Targets;
using Pogoline.Programming.Swd;
using Spectre.Console;

namespace Pogoline.Cli.Commands;

/// <summary><c>pogoline swd</c>: boards through debug probes, by hand.</summary>
static class SwdCommand
{
    public static Command Create() => new("swd", "Boards through debug probes: Particle Debugger and other CMSIS-DAP, J-Link, ST-LINK/V2.")
    {
        SwdProbesCommand.Create(), CreateInfo(), CreateRead(), CreateErase(), CreateVerify(), CreateReset(), CreateUnlock(), CreateProtect(), SwdWiringCommand.Create(),
    };

    static Command CreateInfo()
    {
        var command = new SwdTargetCommand("info", "What is on the probe: chip, lock state, device ID, modules, protection. The board goes on running, or restarts if it had to be held in reset.");
        return command.OnTarget(async (target, _, parsed, stop) =>
        {
            var info = await SwdBoardInfo.ReadAsync(target, stop);
            if (target.WasHeldInReset) await target.ResetAsync(stop);
            var notes = target.Notes.Concat(TargetCatalog.Judge(target.Probe.Kind, target.Definition.Generation) is { Fit: not ProgrammerFit.Recommended } verdict ? [verdict.Reason] : []).ToList();
            if (command.IsJson(parsed)) Terminal.Json(new(1, target.Probe.Kind.ToString(), target.Probe.Firmware, info, notes), SwdJson.Default.SwdInfoReport);
            else Print(target, info, notes);
        });
    }

    static Command CreateRead()
    {
        var (address, length, file) = (Address(), new Argument<string>("LENGTH") { Description = "Bytes, 0x… or decimal." }, new Argument<string>("FILE") { Description = "The file to write." });
        var command = new SwdTargetCommand("read", "Copy memory of any kind into a file.");
        command.Add(address);
        command.Add(length);
        command.Add(file);
        return command.OnTarget(async (target, _, parsed, stop) =>
        {
            const uint most = 16 * 1024 * 1024;
            var bytes = Number(parsed.GetValue(length)!);
            if (bytes is 0 or > most) throw new PogolineException(UnitFaults.Usage, $"{bytes} bytes cannot be read at once.", $"Ask for 1 to {most}.");
            var data = new byte[bytes];
            await target.ReadAsync(new(Number(parsed.GetValue(address)!)), data, null, stop);
            if (target.WasHeldInReset) await target.ResetAsync(stop);
            await OutputFile.WriteAllAsync(parsed.GetValue(file)!, data, HexFaults.Output, stop);
            command.Say(parsed, $"{Terminal.Bytes(data.Length)} bytes read.");
        });
    }

    static Command CreateErase()
    {
        var (address, length) = (new Argument<string?>("ADDRESS") { Description = "The first address of a sector.", Arity = ArgumentArity.ZeroOrOne }, new Argument<string?>("LENGTH") { Description = "Bytes; whole sectors.", Arity = ArgumentArity.ZeroOrOne });
        var all = new Option<bool>("--all") { Description = "Everything; needs --allow-mass-erase, and on Gen 3 MBR and UICR are put back from the board itself or --base." };
        var command = new SwdTargetCommand("erase", "Erase sectors, and check that they are blank.") { Changes = true };
        command.Add(address);
        command.Add(length);
        command.Add(all);
        return command.OnTarget(async (target, options, parsed, stop) =>
        {
            var maintenance = new SwdMaintenance(target, options);
            if (parsed.GetValue(all) == parsed.GetValue(address) is not null) throw new PogolineException(UnitFaults.Usage, "Say what to erase.", "Give an address and a length, or --all.");
            if (parsed.GetValue(all))
            {
                await maintenance.EraseAllAsync(stop);
                command.Say(parsed, "Everything was erased.");
                return;
            }
            var range = AddressRange.Of(new(Number(parsed.GetValue(address)!)), Number(parsed.GetValue(length) ?? ""));
            command.Say(parsed, $"{await maintenance.EraseAsync(range, stop)} sectors erased and checked.");
        });
    }

    static Command CreateVerify()
    {
        var files = new Argument<string[]>("FILE") { Description = HexInput.Description, Arity = ArgumentArity.OneOrMore };
        var command = new SwdTargetCommand("verify", "Compare files with what the board holds, by checksums that the target computes.") { files };
        return command.OnTarget(async (target, options, parsed, stop) =>
        {
            var (sectors, different) = await new SwdMaintenance(target, options).CompareAsync(await SwdOptions.SegmentsAsync(parsed.GetValue(files)!, stop), stop);
            await target.ResetAsync(stop);
            if (different.Count > 0) throw new PogolineException(Links.Swd.SwdFaults.Mismatch, $"{different.Count} of {sectors} sectors differ, the first at {different[0]}.", "Write the files with 'pogoline flash --swd'.");
            command.Say(parsed, $"All {sectors} sectors hold what the files say.");
        });
    }

    static Command CreateReset()
    {
        var halt = new Option<bool>("--halt") { Description = "Halt before the first instruction." };
        var command = new SwdTargetCommand("reset", "Reset the board and let it run.") { halt };
        return command.OnTarget(async (target, _, parsed, stop) =>
        {
            if (!parsed.GetValue(halt))
            {
                await target.ResetAsync(stop);
            }
            else
            {
                await target.ResetAndHaltAsync(stop);
                target.LeaveHalted();
            }
            command.Say(parsed, parsed.GetValue(halt) ? "Halted." : "Reset.");
        });
    }

    static Command CreateUnlock()
    {
        var command = new SwdTargetCommand("unlock", "Open a locked chip, which erases it: needs --allow-unlock, and on Gen 3 --base.") { Changes = true };
        return command.OnTarget(async (target, options, parsed, stop) =>
            command.Say(parsed, await new SwdMaintenance(target, options).UnlockAsync(stop) ? "Unlocked; everything on it was erased. Restore it now." : "It is not locked; nothing was done."));
    }

    static Command CreateProtect()
    {
        var state = new Argument<string>("STATE") { Description = "on or off." };
        state.AcceptOnlyFromAmong("on", "off");
        var sectors = new Argument<string>("SECTORS") { Description = "Sectors of a Gen 2 board, such as 0 or 0,5-8." };
        var command = new SwdTargetCommand("protect", "Set or take off the write protection of Gen 2 sectors; needs --allow-option-bytes.") { Changes = true };
        command.Add(state);
        command.Add(sectors);
        return command.OnTarget(async (target, options, parsed, stop) =>
        {
            await new SwdMaintenance(target, options).ProtectAsync(Sectors(parsed.GetValue(sectors)!), parsed.GetValue(state) == "on", stop);
            await target.ResetAsync(stop);
            command.Say(parsed, "The option bytes are set.");
        });
    }

    static Argument<string> Address() => new("ADDRESS") { Description = "The first address, 0x… or decimal." };

    static uint Number(string text) => FlashAddress.TryParse(text, out var value) ? value.Value : throw new PogolineException(UnitFaults.Usage, $"'{text}' is no number.", "Write it as 0x08020000 or decimal.");

    static List<int> Sectors(string text)
    {
        var sectors = new List<int>();
        foreach (var part in text.Split(','))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || !int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first) || !int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last) || last < first || last > 255)
                throw new PogolineException(UnitFaults.Usage, $"'{text}' does not name sectors.", "Write numbers and ranges, such as 0,5-8.");
            sectors.AddRange(Enumerable.Range(first, last - first + 1));
        }
        return sectors;
    }

    static void Print(SwdTarget target, SwdBoardInfo info, List<string> notes)
    {
        Terminal.Out.MarkupLineInterpolated($"[bold]{info.Target}[/] {info.Revision}{(info.IsLocked ? " [red]locked[/]" : "")}, {info.DeviceId ?? "device ID unknown"}, {info.Platform ?? "no module says which board"}");
        Terminal.Out.MarkupLineInterpolated($"probe {target.Probe.Kind}, firmware {target.Probe.Firmware}{(info.Volts is { } volts ? string.Create(CultureInfo.InvariantCulture, $", target {volts:F2} V") : "")}");
        if (info.HasFoundation == false) Terminal.Out.MarkupLine("[yellow]No MBR, or UICR does not name the bootloader: the board cannot start.[/]");
        if (info.ProtectedSectors.Count > 0) Terminal.Out.MarkupLineInterpolated($"write-protected sectors: {string.Join(", ", info.ProtectedSectors)}");
        foreach (var module in info.Modules) Terminal.Out.MarkupLineInterpolated($"  {module.Start} {module.Name} {module.Version}");
        foreach (var note in notes) Terminal.Out.MarkupLineInterpolated($"[yellow]note[/] {note}");
    }
}
