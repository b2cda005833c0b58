using System.Globalization;
using System.Text;
using Pogoline.Lab.Boot;
using Pogoline.Lab.Probes;
using Pogoline.Tests.Lab;

namespace Pogoline.Witness;

/// <summary>Particle's documented OpenOCD commands put a whole release on a board, which then starts and reports it.</summary>
public sealed class OpenOcdReleaseTests
{
    const string From = "1.5.2", To = "2.2.0";

    // Master boot record, SoftDevice, system, user firmware, bootloader and UICR in one file, as the restore images have them.
    [WitnessTheory(Need.Mock | Need.OpenOcd)]
    [InlineData("boron", ProbeKind.JLink), InlineData("b5som", ProbeKind.JLink)]
    public async Task Gen_3_from_a_mass_erased_chip(string board, ProbeKind probe)
    {
        var source = Boards.Make(board, To);
        await using var lab = await RunningLab.StartAsync(DeviceMode.Dfu, probe, null, $"{board}@{From}");
        var hex = lab.Put("restore.hex", Hex(
            [(0, source.Hardware.Flash.Cells.ToArray(), source.Hardware.Flash.Range), (0x10001000, source.Hardware.Storage.Uicr, AddressRange.Of(new(0x10001000), 0x308))]));

        (await OpenOcd.RunAsync(lab, $"adapter speed 1000; init; soft_reset_halt; nrf5 mass_erase; flash write_image {hex}; verify_image {hex}; reset")).Require();

        AssertRuns(lab, board);
    }

    [WitnessTheory(Need.Mock | Need.OpenOcd)]
    [InlineData("photon", ProbeKind.JLink), InlineData("electron", ProbeKind.StLinkV2)]
    public async Task Gen_2_with_the_configuration_table_kept(string board, ProbeKind probe)
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Dfu, probe, null, $"{board}@{From}");
        var table = lab.Boards[0].Hardware.Storage.Dct.Bytes.ToArray();
        var hex = lab.Put("restore.hex", Hex([.. Modules(board)]));

        (await OpenOcd.RunAsync(lab,
            $"init; reset halt; flash protect 0 0 8 off; program {hex} verify; flash protect 0 0 0 on; flash protect 0 5 8 on; reset")).Require();

        AssertRuns(lab, board);
        Assert.Equal(table[3618..3630], lab.Boards[0].Hardware.Storage.Dct.Bytes[3618..3630].ToArray());
    }

    static void AssertRuns(RunningLab lab, string board)
    {
        var report = (lab.Boards[0].ReadInventory() ?? []).Where(entry => entry.IntegrityOk).Select(entry => (entry.Header.Module, entry.Header.Version)).ToList();
        Assert.All(Boards.Files(board, To), path =>
        {
            Assert.True(ModuleImage.TryRead(File.ReadAllBytes(path), lab.Boards[0].Hardware.Platform.Generation, out var image));
            if (image.Header.Module.Function != ModuleFunction.Ncp) Assert.Contains((image.Header.Module, image.Header.Version), report);
        });
        Assert.False(lab.Boards[0].IsSafeMode);
    }

    static IEnumerable<(uint, byte[], AddressRange)> Modules(string board)
    {
        var source = Boards.Make(board, To).Hardware.Flash;
        foreach (var path in Boards.Files(board, To).Append(null))
        {
            // An Electron's bootloader comes with its system.
            if (path is null) yield return (0x08000000, source.Cells[..0x4000].ToArray(), AddressRange.Of(new(0x08000000), 0x4000));
            else if (ModuleImage.TryRead(File.ReadAllBytes(path), 2, out var image) && image.Header.Start.Value != 0x08000000)
                yield return (image.Header.Start.Value, File.ReadAllBytes(path), AddressRange.Of(image.Header.Start, (uint)image.Header.ImageLength));
        }
    }

    // Rows of 16 bytes; what is erased is left out, as far as it fills a row.
    static byte[] Hex(IReadOnlyList<(uint Start, byte[] Data, AddressRange Range)> parts)
    {
        var text = new StringBuilder();
        foreach (var (start, data, _) in parts)
        {
            uint? upper = null;
            for (var at = 0; at < data.Length; at += 16)
            {
                var row = data.AsSpan(at, Math.Min(16, data.Length - at));
                if (row.IndexOfAnyExcept((byte)0xFF) < 0) continue;
                var address = start + (uint)at;
                if (upper != address >> 16) Row(text, 0, 4, [(byte)(address >> 24), (byte)(address >> 16)]);
                upper = address >> 16;
                Row(text, (ushort)address, 0, row);
            }
        }
        Row(text, 0, 1, []);
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    static void Row(StringBuilder text, ushort address, byte kind, ReadOnlySpan<byte> data)
    {
        byte[] row = [(byte)data.Length, (byte)(address >> 8), (byte)address, kind, .. data];
        var sum = (byte)-row.Sum(b => b);
        text.Append(CultureInfo.InvariantCulture, $":{Convert.ToHexString(row)}{sum:X2}\n");
    }
}
