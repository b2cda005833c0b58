using System.Text.Json;
using Pogoline.Tests;

namespace Pogoline.Witness;

/// <summary>The routes with a real kernel between Pogoline and the board: its serial port, its control requests, its DFU mode.</summary>
[Collection(Runner.GuestCollection)]
public sealed class RouteKernelTests
{
    [WitnessFact(Need.Guest)]
    public async Task The_manual_flow_by_separate_commands_and_then_a_restore_that_finds_all_in_place()
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Normal, "electron@1.5.2");
        var release = Path.GetDirectoryName(Firmware.File("2.16.0", "electron-bootloader@2.2.0+lto.bin"))!;
        var script = $"""
            {PogolineProgram.Shell} flash --serial {release}/electron-bootloader@2.2.0+lto.bin --json
            {PogolineProgram.Shell} usb dfu --json > /dev/null
            {PogolineProgram.Shell} flash --usb {release}/electron-system-part1@2.2.0.bin {release}/electron-system-part2@2.2.0.bin {release}/electron-system-part3@2.2.0.bin --json
            {PogolineProgram.Shell} usb reset --json > /dev/null
            {PogolineProgram.Shell} restore --os 2.2.0 --source {release} --offline --json
            """;

        var lines = (await Runner.GuestAsync(lab, "sh", "-ec", script)).Require().Trim().Split('\n');

        Assert.Equal(["serial report", "dfu readback dfu readback dfu readback", ""], lines.Select(Written));
        Assert.Equal(1006, lab.Boards[0].Hardware.BootloaderVersion!.Value);
    }

    [WitnessFact(Need.Guest)]
    public async Task Update_as_a_tool_by_control_requests_and_a_restore_by_serial()
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Normal, "photon@2.2.0");
        var (older, newer) = (Path.GetDirectoryName(Firmware.File("2.6.0", "photon-system-part1@1.5.2.bin")), Path.GetDirectoryName(Firmware.File("2.16.0", "photon-system-part1@2.2.0.bin")));
        var script = $"""
            {PogolineProgram.Shell} update --as particle-cli@2.6.0 --allow-downgrade --route control --source {older} --offline --json
            {PogolineProgram.Shell} restore --os 2.2.0 --route serial --source {newer} --offline --json
            """;

        var lines = (await Runner.GuestAsync(lab, "sh", "-ec", script)).Require().Trim().Split('\n');

        Assert.Equal(["control report control report control report", "serial report serial report serial report"], lines.Select(Written));
        Assert.Equal(1006, lab.Boards[0].Hardware.BootloaderVersion!.Value);
    }

    /// <summary>By which route each module of a passed job was written, and how that was checked.</summary>
    static string Written(string line)
    {
        var result = JsonDocument.Parse(line).RootElement;
        Assert.Equal("passed", result.GetProperty("outcome").GetString());
        return string.Join(' ', result.GetProperty("modules").EnumerateArray().Where(m => m.GetProperty("action").GetString() == "written")
            .Select(m => $"{m.GetProperty("route").GetString()} {m.GetProperty("verified").GetString()}"));
    }
}
