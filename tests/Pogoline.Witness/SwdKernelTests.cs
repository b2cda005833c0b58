using System.Text.Json;
using Pogoline.Lab.Probes;
using Pogoline.Tests;

namespace Pogoline.Witness;

/// <summary>Debug probes that a real kernel has found: one as a HID device, one by bulk transfers.</summary>
[Collection(Runner.GuestCollection)]
public sealed class SwdKernelTests
{
    [WitnessFact(Need.Guest)]
    public async Task A_board_is_restored_through_a_bulk_probe()
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Normal, ProbeKind.CmsisDapV2, null, "photon@1.5.2");
        var release = Path.GetDirectoryName(Firmware.File("2.16.0", "photon-bootloader@2.2.0+lto.bin"));

        var lines = await InGuestAsync(lab, "swd probes", $"restore --swd --os 2.2.0 --allow-option-bytes --source {release} --offline");

        Assert.Contains(lab.Probes[0].Serial, lines[0], StringComparison.Ordinal);
        Assert.Equal("passed", JsonDocument.Parse(lines[1]).RootElement.GetProperty("outcome").GetString());
        Assert.Equal(1006, lab.Boards[0].Hardware.BootloaderVersion!.Value);
        Assert.Equal(DeviceMode.Normal, lab.Boards[0].Mode);
    }

    [WitnessFact(Need.Guest)]
    public async Task A_HID_probe_writes_and_reads_flash()
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Normal, ProbeKind.CmsisDapV1, null, "boron@2.2.0");
        var data = new byte[6001];
        new Random(1).NextBytes(data);

        var lines = await InGuestAsync(lab, "swd probes", $"flash --swd {lab.Put("data.bin", data)}@0x000D8000");

        Assert.Contains(lab.Probes[0].Serial, lines[0], StringComparison.Ordinal);
        Assert.Equal("passed", JsonDocument.Parse(lines[1]).RootElement.GetProperty("outcome").GetString());
        Assert.Equal(data, File.ReadAllBytes(lab.FileOf("internal.bin")).AsSpan(0xD8000, data.Length).ToArray());
    }

    static async Task<string[]> InGuestAsync(RunningLab lab, params string[] commands) =>
        (await Runner.GuestAsync(lab, "sh", "-ec", string.Join('\n', commands.Select(command => $"{PogolineProgram.Shell} {command} --json")))).Require().Trim().Split('\n');
}
