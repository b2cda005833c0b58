namespace Pogoline.Witness;

/// <summary>A real kernel, in a guest: its drivers bind, and it follows a board through a change of mode.</summary>
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
}
