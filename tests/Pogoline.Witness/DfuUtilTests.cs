using System.Globalization;
using System.Text.RegularExpressions;
using Pogoline.Programming;
using Pogoline.Tests.Lab;

namespace Pogoline.Witness;

/// <summary>dfu-util, unchanged, in front of the boards.</summary>
public sealed partial class DfuUtilTests
{
    public static TheoryData<string, int, string, uint, int> Alternates
    {
        get
        {
            var data = new TheoryData<string, int, string, uint, int>();
            foreach (var board in Boards.Names)
            {
                data.Add(board, 0, "internal.bin", Boards.IsGen2(board) ? 0x080A0000u : 0x000D4000u, Boards.IsGen2(board) ? 0xA0000 : 0xD4000);
                data.Add(board, 1, "dct.bin", 3840, 3840);
                if (board == "p1") data.Add(board, 2, "external.bin", 0x00010000, 0x10000);
                if (!Boards.IsGen2(board)) data.Add(board, 2, "external.bin", 0x80210000, 0x210000);
            }
            return data;
        }
    }

    [WitnessFact(Need.Mock | Need.DfuUtil)]
    public async Task Lists_every_alternate_of_every_board_with_its_memory_and_serial_number()
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Dfu, [.. Boards.Names.Select(name => $"{name}@2.2.0")]);
        var output = (await Runner.MockAllAsync(lab, "dfu-util", "-l")).Require();
        var found = FoundLine().Matches(output)
            .Select(m => m.Groups)
            .Select(g => (g[1].Value, int.Parse(g[2].Value, CultureInfo.InvariantCulture), g[3].Value, g[4].Value))
            .Order();
        var expected =
            from board in lab.Boards.Select(board => board.Hardware)
            from alternate in board.Platform.Alternates
            select (board.Platform.DfuUsb!.ToString(), (int)alternate.Number, alternate.TextFor(new(2, 2, 0)), board.DeviceId);
        Assert.Equal(expected.Order(), found);
    }

    [WitnessTheory(Need.Mock | Need.DfuUtil)]
    [MemberData(nameof(Alternates))]
    public async Task Erases_writes_reads_and_leaves(string board, int alternate, string memory, uint address, int offset)
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Dfu, $"{board}@2.2.0");
        var data = new byte[alternate == 1 ? 1000 : 9001];
        new Random(address.GetHashCode()).NextBytes(data);
        var before = File.ReadAllBytes(lab.FileOf(memory));
        var (sent, received) = (lab.Put("sent.bin", data), Path.Combine(lab.Scratch, "received.bin"));
        var at = string.Create(CultureInfo.InvariantCulture, $"0x{address:x8}");
        var dfu = $"dfu-util -d ,{lab.Boards[0].Hardware.Platform.DfuUsb} -a {alternate} -i 0";

        var result = await Runner.MockAsync(lab, "1-1", "sh", "-ec",
            $"{dfu} -s {at} -D {sent}; {dfu} -s {at}:{data.Length} -U {received}; {dfu} -s {at}:leave -D {sent}");

        Assert.Equal(2, result.Require().Split("File downloaded successfully").Length - 1);
        Assert.Equal(data, File.ReadAllBytes(received));
        Assert.Equal(Expected(before, data, offset, alternate, board), File.ReadAllBytes(lab.FileOf(memory)));
        Assert.Equal(UnitPresence.System, lab.Boards[0].Presence);
    }

    [WitnessFact(Need.Mock | Need.DfuUtil)]
    public async Task Is_refused_where_the_bootloader_protects_itself()
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Dfu, "boron@2.2.0");
        var before = File.ReadAllBytes(lab.FileOf("internal.bin"));
        var result = await Runner.MockAsync(
            lab, "1-1", "dfu-util", "-d", ",2b04:d00d", "-a", "0", "-s", "0x00000000", "-D", lab.Put("zeros.bin", new byte[64]));
        Assert.NotEqual(0, result.Exit);
        Assert.Equal(before, File.ReadAllBytes(lab.FileOf("internal.bin")));
    }

    [WitnessFact(Need.Mock | Need.Lsusb)]
    public async Task A_board_that_leaves_comes_back_under_the_ids_of_its_system()
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Dfu, "photon@2.2.0");
        var output = await Runner.MockAsync(lab, "1-1", "sh", "-ec", $"""
            lsusb
            dfu-util -d ,2b04:d006 -a 1 -i 0 -s 3840:leave -D {lab.Put("one.bin", [0])} > /dev/null
            until lsusb | grep -q 2b04:c006; do sleep 0.1; done
            lsusb
            """);
        Assert.Equal(["2b04:d006", "2b04:c006"], IdOf().Matches(output.Require()).Select(m => m.Value));
    }

    // Flash is erased in whole units; the DCT is overwritten as it is.
    static byte[] Expected(byte[] before, byte[] data, int offset, int alternate, string board)
    {
        var unit = alternate switch { 0 when Boards.IsGen2(board) => 0x20000, 1 => 1, _ => 4096 };
        before.AsSpan(offset, (data.Length + unit - 1) / unit * unit).Fill(0xFF);
        data.CopyTo(before, offset);
        return before;
    }

    [GeneratedRegex("Found DFU: \\[(\\w{4}:\\w{4})\\].* alt=(\\d), name=\"([^\"]*)\", serial=\"([^\"]*)\"")]
    private static partial Regex FoundLine();

    [GeneratedRegex("2b04:[0-9a-f]{4}")]
    private static partial Regex IdOf();
}
