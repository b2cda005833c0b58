using System.Globalization;
using Pogoline.Platforms;
using Pogoline.Tests;

namespace Pogoline.Perf.Usb;

/// <summary>
/// Writing by DFU, ours and dfu-util's, on the same untimed boards, taking turns; the best run of each counts. Ours reads everything back
/// and a restore of ours also looks at the board first and waits for its restart; dfu-util reads back in one row of each board only.
/// </summary>
static class DfuComparison
{
    const int Runs = 5;
    const double Target = 0.7;
    const int SampleBytes = 256 * 1024;

    public static async Task<int> RunAsync(string program)
    {
        var folder = Directory.CreateTempSubdirectory("pogoline-perf-");
        try
        {
            Console.WriteLine($"{"written by DFU, untimed board",-40}{"KiB",6}{"dfu-util s",12}{"ours s",10}{"ratio",8}{"transfers/KiB",16}{"ours",8}");
            var isMet = true;
            foreach (var (board, address) in new[] { ("boron", 0xB4000u), ("photon", 0x080A0000u) }) isMet &= await SampleAsync(program, folder, board, address);
            foreach (var board in new[] { "boron", "photon" }) isMet &= await RestoreAsync(program, folder, board);
            Console.WriteLine($"target: a ratio of at most {Target.ToString(CultureInfo.InvariantCulture)}, and fewer transfers");
            return isMet ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static async Task<bool> SampleAsync(string program, DirectoryInfo folder, string board, uint address)
    {
        var path = Path.Combine(folder.FullName, $"{board}.sample");
        var data = new byte[SampleBytes];
        new Random(1).NextBytes(data);
        await File.WriteAllBytesAsync(path, data);
        await using var lab = await ServedBoards.StartAsync($"{board}@2.2.0");
        var id = lab.Board.Hardware.Platform.DfuUsb!;
        string[] theirs = ["dfu-util", "-d", $",{id}", "-a", "0", "-s", $"0x{address:x8}", "-D", path];
        string[] ours = [program, "dfu", "download", path, "--alt", "0", "--address", $"0x{address:x8}"];
        return await CompareAsync($"256 KiB, {board}", SampleBytes, () => lab.RunAsync(theirs), () => lab.RunAsync(ours));
    }

    static async Task<bool> RestoreAsync(string program, DirectoryInfo folder, string board)
    {
        const string from = "1.5.2", to = "2.2.0";
        var writes = Writes(board, to);
        var release = Path.GetDirectoryName(Firmware.File("2.16.0", $"{board}-bootloader@{to}{(board == "photon" ? "+lto" : "")}.bin"))!;
        var tool = $"dfu-util -d ,{PlatformCatalog.Require(board).DfuUsb}";
        string File(int i) => Path.Combine(folder.FullName, $"{board}.{i}");
        string Write(int i, string suffix) => $"{tool} -a {writes[i].Alternate} -s 0x{writes[i].Address:x8}{suffix} -D {File(i)}";
        string Check(int i) =>
            $"rm -f {File(i)}.back; {tool} -a {writes[i].Alternate} -s 0x{writes[i].Address:x8}:{writes[i].Data.Length} -U {File(i)}.back; cmp {File(i)} {File(i)}.back";
        var all = Enumerable.Range(0, writes.Count).ToList();
        foreach (var i in all) await System.IO.File.WriteAllBytesAsync(File(i), writes[i].Data);
        var last = writes.Count - 1;
        var written = string.Join("; ", all.Select(i => Write(i, i == last ? ":leave" : "")));
        // Leaving takes a write, so the last file, which is one byte, is written once more.
        var checkedToo = string.Join("; ", [.. all.Select(i => Write(i, "")), .. all.Select(Check), Write(last, ":leave")]);
        string[] ours = [program, "restore", "--os", to, "--source", release, "--offline"];
        var bytes = writes.Sum(w => w.Data.Length);
        var isMet = await CompareAsync($"{from} to {to}, {board}", bytes, () => OnceAsync(["bash", "-ec", written]), () => OnceAsync(ours));
        return isMet & await CompareAsync("  and read back by dfu-util", bytes, () => OnceAsync(["bash", "-ec", checkedToo]), () => OnceAsync(ours));

        async Task<Run> OnceAsync(string[] command)
        {
            await using var lab = await ServedBoards.StartAsync($"{board}@{from}");
            return await lab.RunAsync(command);
        }
    }

    static async Task<bool> CompareAsync(string name, int bytes, Func<Task<Run>> theirs, Func<Task<Run>> ours)
    {
        var (best, own) = (new Run(double.MaxValue, 0), new Run(double.MaxValue, 0));
        for (var i = 0; i < Runs; i++)
        {
            if (await theirs() is var other && other.Seconds < best.Seconds) best = other;
            if (await ours() is var mine && mine.Seconds < own.Seconds) own = mine;
        }
        var kib = bytes / 1024.0;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-40}{kib,6:F0}{best.Seconds,12:F3}{own.Seconds,10:F3}{own.Seconds / best.Seconds,8:F2}{best.Transfers / kib,16:F2}{own.Transfers / kib,8:F2}"));
        return own.Seconds <= Target * best.Seconds && own.Transfers < best.Transfers;
    }

    // The command lines of particle-cli 2.x, in its order.
    static List<(int Alternate, uint Address, byte[] Data)> Writes(string board, string os)
    {
        var modules = RealReleases.Of(board, os);
        byte[] Image(ModuleFunction function, byte index = 0) => [.. modules.Single(m => m.Id == new ModuleId(function, index)).Image.Span];
        return board == "photon"
            ? [(0, 0x080C0000, Image(ModuleFunction.Bootloader)), (1, 1753, [0xA5]), (0, 0x08020000, Image(ModuleFunction.SystemPart, 1)), (0, 0x08060000, Image(ModuleFunction.SystemPart, 2))]
            : [(0, 0x00030000, Image(ModuleFunction.SystemPart, 1)), (0, 0x00001000, Image(ModuleFunction.RadioStack)[24..]), (2, 0x80289000, Image(ModuleFunction.Bootloader)), (1, 1753, [0xA5])];
    }
}
