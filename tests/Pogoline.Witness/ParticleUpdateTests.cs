using Pogoline.Lab.Boot;
using Pogoline.Tests.Lab;

namespace Pogoline.Witness;

/// <summary>
/// The dfu-util command lines of particle-cli 2.x, in its order, take boards from 1.5.2 to 2.2.0. It writes the bootloader into the OTA
/// region and sets the OTA flag; the system puts it in place.
/// </summary>
public sealed class ParticleUpdateTests
{
    const string From = "1.5.2";
    const string To = "2.2.0";
    const int SoftDeviceHeader = 24;

    [WitnessTheory(Need.Mock | Need.DfuUtil)]
    [InlineData("photon")]
    [InlineData("p1")]
    [InlineData("electron")]
    [InlineData("argon")]
    [InlineData("boron")]
    [InlineData("bsom")]
    public async Task The_board_runs_the_new_release_with_the_new_bootloader(string board)
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Dfu, $"{board}@{From}");
        await WriteAsync(lab, board == "electron" ? Electron() : Boards.IsGen2(board) ? Photon(board) : Gen3(board, 0x80289000));
        AssertRuns(lab, board, [.. ModulesOf(board)]);
    }

    // particle-cli knows one OTA address for all of Gen 3; the new system of this board looks elsewhere, and the old bootloader cannot
    // write there.
    [WitnessFact(Need.Mock | Need.DfuUtil)]
    public async Task B5som_gets_its_bootloader_only_when_the_old_system_still_runs()
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Dfu, $"b5som@{From}");
        var all = Gen3("b5som", 0x80289000);
        await WriteAsync(lab, all);
        Assert.DoesNotContain(Report(lab), module => module == HeaderOf(Boards.File("b5som", To, "bootloader")));

        await using var second = await RunningLab.StartAsync(DeviceMode.Dfu, $"b5som@{From}");
        await WriteAsync(second, all[2..]);
        second.Boards[0].Reset(modeButtonHeld: TimeSpan.FromSeconds(4));
        await WriteAsync(second, [all[0], all[1] with { Leaves = true }]);
        AssertRuns(second, "b5som", [.. ModulesOf("b5som")]);
    }

    static Write[] Photon(string board) =>
    [
        new(0, 0x080C0000, Boards.File(board, To, "bootloader")), new(1, 1753, [0xA5]),
        new(0, 0x08020000, Boards.File(board, To, "system-part1")), new(0, 0x08060000, Boards.File(board, To, "system-part2"), Leaves: true),
    ];

    static Write[] Electron() =>
    [
        new(0, 0x08020000, Boards.File("electron", To, "system-part2")), new(0, 0x08040000, Boards.File("electron", To, "system-part3")),
        new(0, 0x08060000, Boards.File("electron", To, "system-part1")), new(0, 0x080C0000, Boards.File("electron", To, "bootloader")),
        new(1, 1753, [0xA5], Leaves: true),
    ];

    static Write[] Gen3(string board, uint ota) =>
    [
        new(0, 0x00030000, Boards.File(board, To, "system-part1")), new(0, 0x00001000, Boards.File(board, To, "softdevice")[SoftDeviceHeader..]),
        new(2, ota, Boards.File(board, To, "bootloader")), new(1, 1753, [0xA5], Leaves: true),
    ];

    static async Task WriteAsync(RunningLab lab, Write[] writes)
    {
        var dfu = $"dfu-util -d ,{lab.Boards[0].Hardware.Platform.DfuUsb} -i 0";
        var script = writes.Select((w, i) =>
            $"{dfu} -a {w.Alternate} -s 0x{w.Address:x8}{(w.Leaves ? ":leave" : "")} -D {lab.Put($"{i}.bin", w.Data)}");
        var output = (await Runner.MockAsync(lab, "1-1", "sh", "-ec", string.Join('\n', script))).Require();
        Assert.Equal(writes.Length, output.Split("File downloaded successfully").Length - 1);
    }

    static void AssertRuns(RunningLab lab, string board, (ModuleId, ushort)[] modules)
    {
        var report = Report(lab);
        Assert.All(modules, module => Assert.Contains(module, report));
        Assert.False(lab.Boards[0].IsSafeMode);
        foreach (var name in Boards.IsGen2(board) ? new[] { "system-part1", "system-part2" } : ["system-part1"])
        {
            var file = Boards.File(board, To, name);
            Assert.True(ModuleImage.TryRead(file, lab.Boards[0].Hardware.Platform.Generation, out var image));
            var offset = (int)(image.Header.Start - lab.Boards[0].Hardware.Flash.Range.Start);
            Assert.Equal(file, File.ReadAllBytes(lab.FileOf("internal.bin"))[offset..(offset + file.Length)]);
        }
    }

    static List<(ModuleId, ushort)> Report(RunningLab lab) =>
        [.. (lab.Boards[0].ReadInventory() ?? []).Where(entry => entry.IntegrityOk).Select(entry => (entry.Header.Module, entry.Header.Version))];

    static IEnumerable<(ModuleId, ushort)> ModulesOf(string board) =>
        Boards.Files(board, To, tinker: false).Select(path => HeaderOf(File.ReadAllBytes(path), board));

    static (ModuleId, ushort) HeaderOf(byte[] file, string board = "b5som") =>
        ModuleImage.TryRead(file, Boards.IsGen2(board) ? 2 : 3, out var image) 
            ? (image.Header.Module, image.Header.Version) : throw new InvalidDataException();

    sealed record Write(int Alternate, uint Address, byte[] Data, bool Leaves = false);
}
