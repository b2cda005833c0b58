using Pogoline.Platforms;

namespace Pogoline.Hex.Kit;

/// <summary>The scripts of a kit, one folder a program. Each writes the image, compares it with what the chip then has, and starts the board.</summary>
static class KitScripts
{
    public static IEnumerable<KitFile> Of(ProgrammerKit kit)
    {
        foreach (var file in OpenOcd(kit).Concat(JLink(kit))) yield return file;
        if (kit.Chip.NrfjprogFamily is { } family)
        {
            var erase = kit.ErasesChip ? "--chiperase" : kit.HasRegisters ? "--sectoranduicrerase" : "--sectorerase";
            foreach (var file in Pair("nrfjprog", $"nrfjprog -f {family} --program {{0}} {erase} --verify --reset", kit)) yield return file;
        }
        if (kit.Chip.CubeProgrammer)
        {
            foreach (var file in Pair("stm32cubeprogrammer", "STM32_Programmer_CLI -c port=SWD freq=1000 mode=UR reset=HWrst -w {0} -v -rst", kit)) yield return file;
        }
    }

    static IEnumerable<KitFile> OpenOcd(ProgrammerKit kit)
    {
        yield return KitFile.Text("openocd/interface.cfg", $"# The debug probe: {kit.Probe.DisplayName}\nsource [find {kit.Probe.OpenOcdInterface}]\ntransport select {kit.Probe.Transport}\n");
        yield return KitFile.Text("openocd/program.cfg", string.Join('\n', OpenOcdProgram(kit)) + "\n");
        yield return KitFile.Text("openocd/program.sh", Shell("openocd -f interface.cfg -f program.cfg"));
        yield return KitFile.Batch("openocd/program.bat", Batch("openocd -f interface.cfg -f program.cfg"));
    }

    static IEnumerable<string> OpenOcdProgram(ProgrammerKit kit)
    {
        yield return $"# {kit.Image.Platform.DisplayName}, Device OS {kit.Image.Release}";
        yield return "gdb_port disabled";
        yield return "tcl_port disabled";
        yield return "telnet_port disabled";
        yield return $"source [find {kit.Chip.OpenOcdTarget}]";
        yield return "adapter speed 1000";
        yield return "init";
        yield return "reset halt";
        var sectors = Sectors(kit.Image.Platform);
        if (kit.Chip.ProtectsSectors) yield return $"flash protect 0 0 {sectors.Max(s => s.Last)} off";
        if (kit.ErasesChip)
        {
            yield return kit.Chip.OpenOcdChipErase!;
            yield return $"flash write_image ../{kit.HexName}";
        }
        else
        {
            yield return $"flash write_image erase ../{kit.HexName}";
        }
        yield return $"verify_image ../{kit.HexName}";
        if (kit.Chip.ProtectsSectors)
        {
            foreach (var (first, last) in sectors.Where(s => s.IsSystem).Select(s => (s.First, s.Last))) yield return $"flash protect 0 {first} {last} on";
        }
        yield return "echo \"PROGRAMMED AND VERIFIED\"";
        yield return "reset run";
        yield return "shutdown";
    }

    static IEnumerable<KitFile> JLink(ProgrammerKit kit)
    {
        var erase = kit.ErasesChip ? "erase\n" : "";
        yield return KitFile.Text("jlink/program.jlink", $"r\nh\n{erase}loadfile ../{kit.HexName}\nr\ng\nexit\n");
        var commander = $"-device {kit.Chip.JLinkDevice} -if SWD -speed 1000 -autoconnect 1 -NoGui 1 -ExitOnError 1 -CommandFile program.jlink";
        yield return KitFile.Text("jlink/program.sh", Shell($"JLinkExe {commander}"));
        yield return KitFile.Batch("jlink/program.bat", Batch($"JLink.exe {commander}"));
        yield return KitFile.Batch("jlink/jflash.bat", $"""
            @echo off
            rem J-Flash needs a project, made once: File > New project, device {kit.Chip.JLinkDevice}, SWD, 1000 kHz; save it here as board.jflash.
            cd /d "%~dp0"
            JFlash.exe -openprj"board.jflash" -open"..\{kit.HexName}" -{(kit.ErasesChip ? "erasechip" : "erasesectors")} -program -verify -startapp -exit
            exit /b %errorlevel%
            """ + "\n");
    }

    static IEnumerable<KitFile> Pair(string folder, string command, ProgrammerKit kit)
    {
        yield return KitFile.Text($"{folder}/program.sh", Shell(command.Replace("{0}", $"../{kit.HexName}", StringComparison.Ordinal)));
        yield return KitFile.Batch($"{folder}/program.bat", Batch(command.Replace("{0}", $"..\\{kit.HexName}", StringComparison.Ordinal)));
    }

    // The erase units of bootloader and system parts, joined where they touch; and those of the user part.
    static List<(int First, int Last, bool IsSystem)> Sectors(Platform platform)
    {
        var flash = platform.StorageOf(StorageKind.InternalFlash);
        var units = flash.EraseUnits(flash.Range).ToList();
        var found = new List<(int First, int Last, bool IsSystem)>();
        var places = platform.Components.Where(c => c.Storage == StorageKind.InternalFlash)
            .Select(c => (c.Positions[0].Range, IsSystem: c.Function is ModuleFunction.Bootloader or ModuleFunction.SystemPart)).OrderBy(p => p.Range.Start);
        foreach (var (range, isSystem) in places)
        {
            var (first, last) = (units.FindIndex(u => u.Overlaps(range)), units.FindLastIndex(u => u.Overlaps(range)));
            if (found is [.., var before] && before.Last + 1 == first && before.IsSystem == isSystem) found[^1] = (before.First, last, isSystem);
            else found.Add((first, last, isSystem));
        }
        return found;
    }

    static string Shell(string command) => $"#!/bin/sh\ncd \"$(dirname \"$0\")\" || exit 1\nexec {command}\n";

    static string Batch(string command) => $"@echo off\ncd /d \"%~dp0\"\n{command}\nexit /b %errorlevel%\n";
}
