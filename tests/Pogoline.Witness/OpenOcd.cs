using Pogoline.Lab.Probes;

namespace Pogoline.Witness;

/// <summary>OpenOCD, unchanged, in front of the probe of a lab's only board.</summary>
static class OpenOcd
{
    const string Probe = "1-2";

    /// <summary>Runs commands; the program ends behind them.</summary>
    /// <param name="lab">The lab, whose probe it uses.</param>
    /// <param name="commands">What it does, with Tcl between.</param>
    /// <param name="before">Commands before the target's file.</param>
    /// <param name="directly">Whether an ST-LINK is used by registers of its ports instead of its commands for memory.</param>
    public static async Task<Outcome> RunAsync(RunningLab lab, string commands, string before = "", bool directly = false)
    {
        var board = lab.Boards[0].Hardware.Platform;
        List<string> arguments = [.. InterfaceOf(lab.Probes[0].Kind, directly)];
        foreach (var command in new[] { "gdb_port disabled", "tcl_port disabled", "telnet_port disabled", before }.Where(c => c.Length > 0))
            arguments.AddRange(["-c", command]);
        arguments.AddRange(["-f", board.Generation == 2 ? "target/stm32f2x.cfg" : "target/nrf52.cfg", "-c", $"{commands}; exit"]);
        var outcome = await Runner.MockAsync(lab, Probe, [.. HidLibrary(lab), "openocd", .. arguments]);
        return outcome with { Output = outcome.Output + outcome.Errors };
    }

    static string[] InterfaceOf(ProbeKind kind, bool directly) => kind switch
    {
        ProbeKind.CmsisDapV1 => ["-c", "adapter driver cmsis-dap", "-c", "cmsis_dap_backend hid", "-c", "transport select swd", "-c", "adapter speed 1000"],
        ProbeKind.CmsisDapV2 => ["-c", "adapter driver cmsis-dap", "-c", "cmsis_dap_backend usb_bulk", "-c", "transport select swd", "-c", "adapter speed 1000"],
        ProbeKind.JLink => ["-f", "interface/jlink.cfg", "-c", "transport select swd"],
        _ when directly => ["-f", "interface/stlink-dap.cfg", "-c", "transport select dapdirect_swd"],
        _ => ["-f", "interface/stlink.cfg"],
    };

    // There is no hidraw without a kernel: hidapi's other flavour, with the same symbols, reaches the probe by libusb.
    static string[] HidLibrary(RunningLab lab)
    {
        if (lab.Probes[0].Kind != ProbeKind.CmsisDapV1) return [];
        var folder = Directory.CreateDirectory(Path.Combine(lab.Scratch, "hid")).FullName;
        var link = Path.Combine(folder, "libhidapi-hidraw.so.0");
        if (!File.Exists(link)) File.CreateSymbolicLink(link, Needs.HidApiLibUsb!);
        return ["env", $"LD_LIBRARY_PATH={folder}"];
    }
}
