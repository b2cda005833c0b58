using Pogoline.Lab.Probes;

namespace Pogoline.Witness;

/// <summary>stlink-tools, unchanged, in front of the virtual ST-LINK.</summary>
public sealed class StLinkTests
{
    [WitnessTheory(Need.Mock | Need.StLink)]
    [InlineData(ProbeKind.StLinkV2), InlineData(ProbeKind.StLinkV21)]
    public async Task st_info_finds_probe_and_chip(ProbeKind kind)
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Dfu, kind, null, "photon@2.2.0");
        var output = (await Runner.MockAsync(lab, "1-2", "st-info", "--probe")).Require();
        Assert.Contains(lab.Probes[0].Serial, output, StringComparison.Ordinal);
        Assert.Contains("V2J37", output, StringComparison.Ordinal);
        Assert.Matches("flash: +1048576", output);
        Assert.Matches("chipid: +0x0*411", output);
    }

    [WitnessFact(Need.Mock | Need.StLink)]
    public async Task st_flash_writes_verifies_reads_and_resets()
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Dfu, ProbeKind.StLinkV2, null, "photon@2.2.0");
        var data = new byte[9004];
        new Random(1).NextBytes(data);
        var (sent, received) = (lab.Put("sent.bin", data), Path.Combine(lab.Scratch, "received.bin"));
        var result = await Runner.MockAsync(lab, "1-2", "sh", "-ec",
            $"st-flash write {sent} 0x0800C000; st-flash --reset read {received} 0x0800C000 {data.Length}");
        result.Require();
        Assert.Contains("verified", result.Output + result.Errors, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(data, File.ReadAllBytes(received));
        Assert.Equal(data, File.ReadAllBytes(lab.FileOf("internal.bin")).AsSpan(0xC000, data.Length).ToArray());
    }
}
