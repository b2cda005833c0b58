using System.Text.Json;
using Pogoline.Tests;

namespace Pogoline.Witness;

/// <summary>Pogoline with a real serial port, <c>/dev/ttyACM0</c>, in a guest with a real kernel.</summary>
[Collection(Runner.GuestCollection)]
public sealed class SerialKernelTests
{
    [WitnessFact(Need.Guest)]
    public async Task Pogoline_identifies_a_board_and_sends_it_a_bootloader_through_its_serial_port()
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Listening, "boron@1.5.2");
        var script = $"""
            {PogolineProgram.Shell} identify --json
            {PogolineProgram.Shell} flash --serial {Firmware.File("2.16.0", "boron-bootloader@2.2.0.bin")} --json
            """;

        var lines = (await Runner.GuestAsync(lab, "sh", "-ec", script)).Require().Trim().Split('\n');

        var unit = JsonDocument.Parse(lines[0]).RootElement.GetProperty("units")[0];
        Assert.Equal((lab.Boards[0].Hardware.DeviceId, "listening", "1.5.2"),
            (unit.GetProperty("deviceId").GetString(), unit.GetProperty("mode").GetString(), unit.GetProperty("release").GetString()));
        Assert.Equal(15, unit.GetProperty("imei").GetString()!.Length);
        Assert.Contains("\"outcome\":\"passed\"", lines[1], StringComparison.Ordinal);
        Assert.Contains("\"route\":\"serial\"", lines[1], StringComparison.Ordinal);
        Assert.Equal(1006, lab.Boards[0].Hardware.BootloaderVersion!.Value);
    }

    [WitnessFact(Need.Guest)]
    public async Task A_board_is_led_through_its_modes_by_separate_commands()
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Normal, "photon@2.2.0");
        var script = $"""
            {PogolineProgram.Shell} usb start-listening --json
            {PogolineProgram.Shell} serial version --json
            {PogolineProgram.Shell} usb dfu --json
            {PogolineProgram.Shell} usb reset --json
            """;

        var lines = (await Runner.GuestAsync(lab, "sh", "-ec", script)).Require().Trim().Split('\n');

        Assert.Contains("\"mode\":\"listening\",\"confirmed\":true", lines[0], StringComparison.Ordinal);
        Assert.Contains("\"release\":\"2.2.0\"", lines[1], StringComparison.Ordinal);
        Assert.Contains("\"mode\":\"dfu\",\"confirmed\":true", lines[2], StringComparison.Ordinal);
        Assert.Contains("\"confirmed\":true", lines[3], StringComparison.Ordinal);
    }
}
