using System.Diagnostics;
using System.Globalization;
using Pogoline.Hex;
using Pogoline.Tests;

namespace Pogoline.Perf;

/// <summary>
/// A hex file of 100 MB read, checked and written again by whole processes that take turns, so that what else the machine does hits all of them. The
/// best run of each counts, by processor time with start-up, which a busy machine disturbs least; the clock is shown as well.
/// </summary>
static class HexComparison
{
    const int Size = 100_000_000;
    const long MemoryTarget = 80_000_000;
    const int Runs = 5;

    const string NodeScript = """
        const fs = require('fs');
        const MemoryMap = require(process.argv[2]);
        fs.writeFileSync(process.argv[4], MemoryMap.fromHex(fs.readFileSync(process.argv[3], 'ascii')).asHexString());
        """;

    // The name, how much slower it must be than ours, how often it runs: one run of the slowest takes longer than all others.
    sealed record Peer(string Name, double Target, int Runs, string[] Command);

    sealed record Result(double Wall, double Cpu, long Memory);

    public static int Run(string program, string[] arguments)
    {
        var runs = arguments is [var text, ..] ? int.Parse(text, CultureInfo.InvariantCulture) : Runs;
        var folder = Directory.CreateTempSubdirectory("pogoline-perf-");
        try
        {
            string In(string name) => Path.Combine(folder.FullName, name);
            var (input, output) = (In("in.hex"), In("out.hex"));
            Write(input, Size, shuffled: false);
            var script = In("nrf.js");
            File.WriteAllText(script, NodeScript);
            var package = Path.Combine(NpmCache.Install("nrf-intel-hex@1.4.0"), "node_modules", "nrf-intel-hex");
            List<Peer> peers =
            [
                new("objcopy", 3, runs, ["objcopy", "-I", "ihex", "-O", "ihex", input, output]),
                new("srec_cat", 8, runs, ["srec_cat", input, "-intel", "-o", output, "-intel"]),
                new("nrf-intel-hex", 40, 1, ["node", script, package, input, output]),
            ];
            var results = peers.ToDictionary(p => p.Name, _ => new List<Result>());
            var ours = new List<Result>();
            for (var run = 0; run < runs; run++)
            {
                ours.Add(Time([program, "hex", "convert", input, output]));
                Require(output, Size);
                foreach (var peer in peers.Where(p => run < p.Runs)) results[peer.Name].Add(Time(peer.Command));
            }
            Say($"a hex file of {new FileInfo(input).Length / 1e6:F0} MB, read, checked and written; best of {runs} runs (nrf-intel-hex: one)");
            Say($"  {"",-16} {"CPU s",8} {"clock s",8} {"MB/s",8} {"peak MB",8}   ours is faster, by CPU and by the clock");
            Row("Pogoline", ours, "");
            var isMet = true;
            foreach (var peer in peers)
            {
                var (cpu, wall) = (results[peer.Name].Min(r => r.Cpu) / ours.Min(r => r.Cpu), results[peer.Name].Min(r => r.Wall) / ours.Min(r => r.Wall));
                Row(peer.Name, results[peer.Name], string.Create(CultureInfo.InvariantCulture, $"{cpu:F1} ×, {wall:F1} ×  (target {peer.Target} ×)"));
                isMet &= cpu >= peer.Target;
            }
            return Memory(program, In, output) && isMet ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static bool Memory(string program, Func<string, string> path, string output)
    {
        Say($"peak memory of ours (target below {MemoryTarget / 1e6:F0} MB)");
        var isMet = true;
        foreach (var (size, shuffled) in new[] { (10_000_000, false), (100_000_000, false), (400_000_000, false), (100_000_000, true) })
        {
            var input = path("size.hex");
            Write(input, size, shuffled);
            var result = Time([program, "hex", "convert", input, output]);
            Require(output, size);
            Say($"  {size / 1e6,4:F0} MB{(shuffled ? ", not in the order of addresses" : "")}: {result.Memory / 1e6:F1} MB");
            isMet &= result.Memory < MemoryTarget;
        }
        return isMet;
    }

    // Random bytes, in pieces of 64 KiB.
    static void Write(string path, int size, bool shuffled)
    {
        const int piece = 0x10000, charactersOfPiece = 16 + (piece / 16 * 44);
        var random = new Random(1);
        var order = Enumerable.Range(0, (size + charactersOfPiece - 1) / charactersOfPiece).ToArray();
        if (shuffled) random.Shuffle(order);
        using var file = File.Create(path);
        var bytes = new byte[piece];
        foreach (var number in order)
        {
            new Random(number).NextBytes(bytes);
            var image = new MemoryImage();
            image.Replace(new((uint)number * piece), bytes);
            file.Write(HexWriter.ToBytes(image).AsSpan()[..^":00000001FF\n".Length]);
        }
        file.Write(":00000001FF\n"u8);
    }

    // What was written is what was read: pieces of known content, in order.
    static void Require(string path, int size)
    {
        var sorted = path + ".expected";
        Write(sorted, size, shuffled: false);
        using var one = File.OpenRead(path);
        using var two = File.OpenRead(sorted);
        var (a, b) = (new byte[1 << 20], new byte[1 << 20]);
        while (true)
        {
            var (x, y) = (one.ReadAtLeast(a, a.Length, false), two.ReadAtLeast(b, b.Length, false));
            if (!a.AsSpan(0, x).SequenceEqual(b.AsSpan(0, y))) throw new InvalidOperationException("the result is not what was read");
            if (x == 0) break;
        }
        File.Delete(sorted);
    }

    // The shell takes the times; the peak of the memory is looked at while it grows.
    static Result Time(string[] command)
    {
        var start = new ProcessStartInfo("bash", ["-c", "TIMEFORMAT='%R %U %S'; time \"$@\" > /dev/null", "time", .. command]) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var peak = 0L;
        while (!process.WaitForExit(2)) peak = Math.Max(peak, PeakOfChild(process.Id));
        var said = process.StandardError.ReadToEnd();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{command[0]} ended with {process.ExitCode}: {said}");
        var times = said.Trim().Split('\n')[^1].Split(' ').Select(t => double.Parse(t, CultureInfo.InvariantCulture)).ToArray();
        return new(times[0], times[1] + times[2], peak);
    }

    static long PeakOfChild(int shell)
    {
        try
        {
            var child = File.ReadAllText($"/proc/{shell}/task/{shell}/children").Trim().Split(' ')[0];
            var line = child.Length == 0 ? null : File.ReadLines($"/proc/{child}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.AsSpan(6).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture) * 1024;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    static void Row(string name, List<Result> results, string ratio) => Say(
        $"  {name,-16} {results.Min(r => r.Cpu),8:F2} {results.Min(r => r.Wall),8:F2} {Size / 1e6 / results.Min(r => r.Cpu),8:F0} {results.Max(r => r.Memory) / 1e6,8:F1}   {ratio}");

    static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
