using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Pogoline.Modules;
using Pogoline.Tests;

namespace Pogoline.Perf;

/// <summary>
/// Side by side on the same release files: our check against SHA-256 alone in one process, and our whole process against the vendor's parser
/// <c>binary-version-reader</c> in node. The two take turns, so that what else the machine does hits both; the best run of each counts, by
/// processor time with start-up, which a busy machine disturbs least.
/// </summary>
static class ModuleCheckComparison
{
    const int Runs = 5;
    const int DefaultRounds = 100;

    const string NodeScript = """
        const fs = require('fs');
        const { HalModuleParser } = require(process.argv[2]);
        const files = process.argv.slice(4).map(path => fs.readFileSync(path));
        (async () => {
            let good = 0;
            for (let round = 0; round < +process.argv[3]; round++) {
                for (const fileBuffer of files) good += (await new HalModuleParser().parseBuffer({ fileBuffer })).crc.ok ? 1 : 0;
            }
            const { user, system } = process.cpuUsage();
            console.log(good, (user + system) / 1e6);
        })();
        """;

    public static int Run(string[] arguments)
    {
        var rounds = arguments is [var text, ..] ? int.Parse(text, CultureInfo.InvariantCulture) : DefaultRounds;
        var paths = Firmware.Versions.SelectMany(Firmware.Files).Where(path => ModuleReader.Read(File.ReadAllBytes(path)).IsGood).ToArray();
        var files = paths.Select(File.ReadAllBytes).ToArray();
        var bytes = files.Sum(file => (long)file.Length);
        Say($"{files.Length} files, {bytes:N0} bytes, {rounds} rounds, best of {Runs} runs");

        Measure(rounds, files);
        var inProcess = Enumerable.Range(0, Runs).Select(_ => Measure(rounds, files)).ToList();
        var (check, sha) = (inProcess.Min(run => run.Check), inProcess.Min(run => run.Sha));
        var checkRatio = check / sha;
        Row("SHA-256 alone, in process", sha, rounds * bytes, "1.00");
        Row("our check, in process", check, rounds * bytes, $"{checkRatio:F2}  (target at most 1.25)");
        Say($"  allocated by a check: {AllocatedPerFile(files):F0} bytes per file, whatever its size");

        var folder = Directory.CreateTempSubdirectory("pogoline-perf-");
        try
        {
            var script = Path.Combine(folder.FullName, "check.js");
            File.WriteAllText(script, NodeScript);
            var package = Path.Combine(NpmCache.Install("binary-version-reader@3.1.3"), "node_modules", "binary-version-reader");
            var expected = rounds * files.Length;
            var turns = Enumerable.Range(0, Runs).Select(_ => (
                Ours: Time(expected, Environment.ProcessPath!, ["check-files", $"{rounds}", .. paths]),
                Theirs: Time(expected, "node", [script, package, $"{rounds}", .. paths]))).ToList();
            var (ours, theirs) = (turns.Min(turn => turn.Ours.Cpu), turns.Min(turn => turn.Theirs.Cpu));
            var wall = turns.Min(turn => turn.Theirs.Wall) / turns.Min(turn => turn.Ours.Wall);
            Row("binary-version-reader, whole process (CRC only)", theirs, rounds * bytes, "1.00");
            Row("ours, whole process (CRC and SHA-256)", ours, rounds * bytes, $"{theirs / ours:F2} times as fast  (target at least 3; by the clock {wall:F2})");
            return checkRatio <= 1.25 && theirs / ours >= 3 ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The child process: checks the files and prints how many checks passed, and the seconds of processor time.</summary>
    public static int CheckFiles(string rounds, string[] paths)
    {
        var files = paths.Select(File.ReadAllBytes).ToArray();
        var good = 0;
        for (var round = 0; round < int.Parse(rounds, CultureInfo.InvariantCulture); round++)
        {
            foreach (var file in files) good += ModuleReader.Read(file).IsGood ? 1 : 0;
        }
        Say($"{good} {Environment.CpuUsage.TotalTime.TotalSeconds}");
        return 0;
    }

    static (double Check, double Sha) Measure(int rounds, byte[][] files)
    {
        Span<byte> digest = stackalloc byte[32];
        var (check, sha) = (0L, 0L);
        for (var round = 0; round < rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            foreach (var file in files) SHA256.HashData(file, digest);
            var middle = Stopwatch.GetTimestamp();
            foreach (var file in files) ModuleReader.Read(file);
            sha += middle - start;
            check += Stopwatch.GetTimestamp() - middle;
        }
        return ((double)check / Stopwatch.Frequency, (double)sha / Stopwatch.Frequency);
    }

    static double AllocatedPerFile(byte[][] files)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var file in files) ModuleReader.Read(file);
        return (double)(GC.GetAllocatedBytesForCurrentThread() - before) / files.Length;
    }

    static (double Wall, double Cpu) Time(int expected, string program, string[] arguments)
    {
        var clock = Stopwatch.StartNew();
        var output = NpmCache.Run(program, Environment.CurrentDirectory, arguments).Split(' ');
        var wall = clock.Elapsed.TotalSeconds;
        return int.Parse(output[0], CultureInfo.InvariantCulture) == expected
            ? (wall, double.Parse(output[1], CultureInfo.InvariantCulture))
            : throw new InvalidOperationException($"{program} found {output[0]} good modules, not {expected}");
    }

    static void Row(string name, double seconds, long bytes, string ratio) => Say($"  {name,-50} {seconds,8:F3} s  {bytes / seconds / 1e6,7:N0} MB/s  {ratio}");

    static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
