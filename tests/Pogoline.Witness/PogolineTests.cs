using System.Text.Json;
using Pogoline.Tests;
using Pogoline.Tests.Lab;

namespace Pogoline.Witness;

/// <summary>Our own program with the real libusb in front of the boards.</summary>
public sealed class PogolineTests
{
    [WitnessFact(Need.Mock)]
    public async Task Lists_every_board_with_its_device_ID()
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Dfu, [.. Boards.Names.Select(name => $"{name}@2.2.0")]);
        var output = (await Runner.MockAllAsync(lab, [.. PogolineProgram.Words, "devices", "--json"])).Require();
        using var json = JsonDocument.Parse(output[output.IndexOf('{', StringComparison.Ordinal)..]);
        var units = json.RootElement.GetProperty("units").EnumerateArray()
            .Select(u => (u.GetProperty("platform").GetString(), u.GetProperty("deviceId").GetString(), u.GetProperty("mode").GetString()));
        Assert.Equal(lab.Boards.Select(b => (b.Hardware.Platform.Name, b.Hardware.DeviceId, "dfu")).Order()!, units.Order());
    }

    [WitnessTheory(Need.Mock)]
    [InlineData("photon", "0x080A0000", 0xA0000), InlineData("b5som", "0x000D4000", 0xD4000)]
    public async Task Writes_and_reads_by_DFU(string board, string address, int offset)
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Dfu, $"{board}@2.2.0");
        var data = new byte[9001];
        new Random(offset).NextBytes(data);
        var (sent, received) = (lab.Put("sent.bin", data), Path.Combine(lab.Scratch, "received.bin"));
        var dfu = $"{PogolineProgram.Shell} dfu";

        (await Runner.MockAsync(lab, "1-1", "sh", "-ec",
            $"{dfu} download {sent} --alt 0 --address {address}; {dfu} upload {received} --alt 'Internal Flash' --address {address} --length {data.Length}")).Require();

        Assert.Equal(data, File.ReadAllBytes(received));
        Assert.Equal(data, File.ReadAllBytes(lab.FileOf("internal.bin")).AsSpan(offset, data.Length).ToArray());
    }

    [WitnessFact(Need.Mock)]
    public async Task Follows_a_board_to_DFU_mode_by_the_baud_rate_and_back()
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Normal, "boron@2.2.0");
        // The mock gives a board another port each time: it must be followed by its device ID.
        var output = (await Runner.MockAsync(lab, "1-1", [.. PogolineProgram.Words, "restore", "--os", "2.2.0", "--json"])).Require();
        Assert.Contains("\"outcome\":\"passed\"", output, StringComparison.Ordinal);
        Assert.Contains(lab.Boards[0].Hardware.DeviceId, output, StringComparison.Ordinal);
    }
}
