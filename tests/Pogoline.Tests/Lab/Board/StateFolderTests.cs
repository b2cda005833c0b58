using Pogoline.Lab.Board;
using Pogoline.Lab.UsbIp;
using Pogoline.Links;
using Pogoline.Tests.Lab.UsbIp;

namespace Pogoline.Tests.Lab.Board;

public sealed class StateFolderTests : IDisposable
{
    readonly string _root = Directory.CreateTempSubdirectory("pogoline-state-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("photon", "internal.bin=1048576 dct.bin=16384 otp.bin=528")]
    [InlineData("p1", "internal.bin=1048576 external.bin=1048576 dct.bin=16384 otp.bin=528")]
    [InlineData("boron", "internal.bin=1048576 external.bin=4194304 dct.bin=8391 otp.bin=256 uicr.bin=776 eeprom.bin=4096")]
    public async Task Each_memory_is_a_file(string board, string files)
    {
        using var unit = (await MakeAsync(board)).Board;
        var found = new DirectoryInfo(Of(unit, "")).GetFiles("*.bin").Select(file => $"{file.Name}={file.Length}");
        Assert.Equal(files.Split(' ').Order(), found.Order());
        Assert.Equal(unit.Hardware.Flash.Cells.ToArray(), File.ReadAllBytes(Of(unit, "internal.bin")));
    }

    [Theory]
    [InlineData("photon", 0x080A0000u)]
    [InlineData("boron", 0x000D4000u)]
    public async Task What_DFU_writes_is_in_the_file_at_once_and_in_the_board_of_the_next_lab(string name, uint address)
    {
        byte[] data = [0, 1, 2, 3, 4, 5, 6, 7];
        int offset;
        using (var board = (await MakeAsync(name, mode: DeviceMode.Dfu)).Board)
        {
            offset = (int)(address - board.Hardware.Flash.Range.Start.Value);
            Dfu(board, [0x41, .. BitConverter.GetBytes(address)], 0);
            Dfu(board, [0x21, .. BitConverter.GetBytes(address)], 0);
            Dfu(board, data, 2);
            Assert.Equal(data, File.ReadAllBytes(Of(board, "internal.bin"))[offset..(offset + data.Length)]);
            Assert.Equal(0xFF, File.ReadAllBytes(Of(board, "internal.bin"))[offset + data.Length]);
        }
        using var again = (await MakeAsync(name, files: [])).Board;
        Assert.Equal(data, again.Hardware.Flash.Cells.Slice(offset, data.Length).ToArray());
    }

    [Fact]
    public async Task Fresh_discards_what_was_kept()
    {
        using (var board = (await MakeAsync("boron")).Board) File.WriteAllBytes(Of(board, "otp.bin"), new byte[256]);
        using (var board = (await MakeAsync("boron")).Board) Assert.Equal(0, board.Hardware.Storage.Otp[7]);
        using var fresh = (await MakeAsync("boron", fresh: true)).Board;
        Assert.Equal(0xFF, fresh.Hardware.Storage.Otp[7]);
    }

    [Fact]
    public async Task A_folder_belongs_to_one_lab_at_a_time()
    {
        using var board = (await MakeAsync("photon")).Board;
        var e = await Assert.ThrowsAsync<PogolineException>(() => MakeAsync("photon"));
        Assert.Equal(LabFaults.StateFile, e.Code);
    }

    [Theory]
    [InlineData("internal.bin", "")]
    [InlineData("dct.bin", "short")]
    [InlineData("board.json", "{")]
    [InlineData("board.json", """{"schema":1,"platform":"argon","ncpVersion":0,"hasWifiCredentials":false}""")]
    public async Task A_state_that_does_not_fit_is_refused_and_names_the_way_out(string file, string content)
    {
        using (var board = (await MakeAsync("photon")).Board) File.WriteAllText(Of(board, file), content);
        var e = await Assert.ThrowsAsync<PogolineException>(() => MakeAsync("photon"));
        Assert.Equal(LabFaults.State, e.Code);
        Assert.Contains("--fresh", e.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DeviceMode.Normal)]
    [InlineData(DeviceMode.Dfu)]
    [InlineData(DeviceMode.Safe)]
    [InlineData(DeviceMode.Listening)]
    public async Task Every_board_starts_in_the_mode_that_is_asked_for(DeviceMode mode)
    {
        foreach (var name in Boards.Names)
        {
            using var board = (await MakeAsync(name, mode: mode, keep: false)).Board;
            Assert.Equal((name, mode), (name, board.Mode));
        }
    }

    [Fact]
    public async Task When_the_files_can_no_longer_be_written_the_client_is_cut_off_and_the_server_says_why()
    {
        var clock = new LabClock(LabTiming.None, TimeProvider.System);
        using var board = (await MakeAsync("photon", clock: clock)).Board;
        File.Delete(Of(board, "board.json"));
        Directory.CreateDirectory(Of(board, "board.json"));
        board.Hardware.NcpVersion = 1;
        await using var server = UsbIpServer.Start([board], clock, 0);
        using var client = await UsbIpClient.ImportAsync(server.Port, "1-1");
        Assert.Equal(0, (await client!.ControlAsync(new(0x80, 6, 0x0100, 0, 18))).Status);
        await client.SubmitAsync(0, isIn: true, 18, [], new(0x80, 6, 0x0100, 0, 18));
        await client.AssertClosedAsync();
        var e = await Assert.ThrowsAsync<PogolineException>(() => server.Completion.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(LabFaults.StateFile, e.Code);
    }

    static void Dfu(VirtualBoard board, byte[] data, ushort block)
    {
        board.Transfer(board.Enumeration, new(0x21, 1, block, 0, (ushort)data.Length), data, default);
        for (var i = 0; i < 2; i++)
            Assert.Equal(TransferStatus.Completed, board.Transfer(board.Enumeration, new(0xA1, 3, 0, 0, 6), default, new byte[6]).Result.Status);
    }

    string Of(VirtualBoard board, string file) => Path.Combine(_root, board.Hardware.DeviceId, file);

    async Task<VirtualUnit> MakeAsync(
        string board, bool fresh = false, DeviceMode? mode = null, IReadOnlyList<ReadOnlyMemory<byte>>? files = null, bool keep = true,
        LabClock? clock = null)
    {
        var units = await VirtualLab.MakeAsync(
            [LabSpec.Parse($"{board}@2.2.0")],
            (_, os, _) => new(files ?? [.. Boards.Files(board, os.ToString()).Select(path => (ReadOnlyMemory<byte>)File.ReadAllBytes(path))]),
            clock ?? LabClock.Immediate(), CancellationToken.None, new() { State = keep ? new(_root, fresh) : null, Mode = mode });
        return units[0];
    }
}
