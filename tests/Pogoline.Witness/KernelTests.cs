using System.Security.Cryptography;
using System.Text.Json;
using Pogoline.Tests;
using Pogoline.Tests.Lab;

namespace Pogoline.Witness;

/// <summary>A real kernel, in a guest: its drivers bind, and it follows a board through a change of mode.</summary>
[Collection(Runner.GuestCollection)]
public sealed class KernelTests
{
    [WitnessFact(Need.Guest | Need.DfuUtil | Need.Lsusb)]
    public async Task The_kernel_makes_a_serial_port_and_14400_baud_on_it_lead_to_DFU_mode()
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Normal, "boron@2.2.0");
        var port = $"/dev/serial/by-id/usb-Particle_Boron_CDC_Mode_{lab.Boards[0].Hardware.DeviceId}-if00";
        var script = $"""
            lsusb -d 2b04:c00d
            readlink -f {port}
            {Runner.Touch} {port} 14400
            for i in $(seq 100); do dfu-util -l 2>/dev/null | grep -q 2b04:d00d && break; sleep 0.1; done
            dfu-util -l | grep -c 'Found DFU: .2b04:d00d'
            """;
        var output = (await Runner.GuestAsync(lab, "sh", "-ec", script)).Require();
        Assert.Equal(["Bus 001 Device 002: ID 2b04:c00d Particle Boron CDC Mode", "/dev/ttyACM0", "3"], output.Trim().Split('\n'));
        Assert.Equal(DeviceMode.Dfu, lab.Boards[0].Mode);
    }

    [WitnessFact(Need.Guest)]
    public async Task Pogoline_lists_reads_and_restores_a_board_and_watches_it_come_and_go()
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Dfu, "boron@1.5.2");
        var id = lab.Boards[0].Hardware.DeviceId;
        var release = Path.GetDirectoryName(Firmware.File("2.16.0", "boron-bootloader@2.2.0.bin"));
        var script = $"""
            {PogolineProgram.Shell} devices --watch --json > watched & watch=$!
            {PogolineProgram.Shell} dfu upload part.bin --alt 0 --address 0x00030000 --length 10000 > /dev/null
            sha256sum part.bin
            {PogolineProgram.Shell} restore --os 2.2.0 --source {release} --offline --json
            kill -TERM $watch; wait $watch
            cat watched
            """;

        var lines = (await Runner.GuestAsync(lab, "sh", "-ec", script)).Require().Trim().Split('\n');

        var part = Boards.File("boron", "1.5.2", "system-part1").AsSpan(0, 10000);
        Assert.StartsWith(Convert.ToHexStringLower(SHA256.HashData(part)), lines[0], StringComparison.Ordinal);
        Assert.Contains("\"outcome\":\"passed\"", lines[1], StringComparison.Ordinal);
        Assert.Equal("2.2.0", JsonDocument.Parse(lines[1]).RootElement.GetProperty("release").GetString());
        // In DFU mode at first; as its system after the restore, which then tells by control request what it holds.
        var seen = lines[2..].Where(line => line.Contains(id, StringComparison.Ordinal)).Select(line => line.Contains("\"dfu\"", StringComparison.Ordinal) ? "dfu" : "system");
        var states = new List<string>();
        foreach (var state in seen) if (states.LastOrDefault() != state) states.Add(state);
        Assert.Equal(["dfu", "system"], states);
        Assert.Equal(1006, lab.Boards[0].Hardware.BootloaderVersion!.Value);
    }
}
