using System.Globalization;
using Pogoline.Platforms;
using Pogoline.Tests;
using Pogoline.Witness;

namespace Pogoline.Perf.Usb;

/// <summary>A whole restore against <c>particle-cli update --target</c>: the same release from files at hand, on boards without times; the best run of each counts.</summary>
static class RestoreComparison
{
    const int Runs = 3;
    const double Target = 0.5;

    // It needs execa without naming it.
    static readonly string[] Peer = ["particle-cli@3.43.1", "execa@5.1.1"];

    public static async Task<int> RunAsync(string program)
    {
        var particle = Path.Combine(NpmCache.Install(Peer), "node_modules", ".bin", "particle");
        var files = Firmware.Files("3.9.0");
        var folder = Path.GetDirectoryName(files.First(f => f.Contains("boron-system-part1@4.0.2", StringComparison.Ordinal)))!;
        Console.WriteLine($"{"restore, from 2.2.0",-40}{"particle-cli s",16}{"ours s",10}{"ratio",8}");
        var isMet = true;
        foreach (var (board, os) in new[] { ("boron", "4.0.2"), ("photon", "2.3.1") })
        {
            var (theirs, ours) = (double.MaxValue, double.MaxValue);
            for (var i = 0; i < Runs; i++)
            {
                theirs = Math.Min(theirs, await TheirsAsync(particle, board, os, files));
                ours = Math.Min(ours, await OursAsync(program, board, os, folder));
            }
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{$"{board} to {os}",-40}{theirs,16:F3}{ours,10:F3}{ours / theirs,8:F2}"));
            isMet &= ours <= Target * theirs;
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"target: a ratio of at most {Target}"));
        return isMet ? 0 : 1;
    }

    static async Task<double> TheirsAsync(string particle, string board, string os, IReadOnlyList<string> files)
    {
        var home = Directory.CreateTempSubdirectory("pogoline-perf");
        try
        {
            using var cloud = new ParticleCloud(PlatformCatalog.Require(board),
                version => files.Where(f => Path.GetFileName(f).StartsWith($"{board}-", StringComparison.Ordinal) && f.Contains($"@{version}", StringComparison.Ordinal)), home.FullName);
            await using var lab = await ServedBoards.StartAsync($"{board}@2.2.0", DeviceMode.Normal);
            return (await lab.RunAsync("env", $"HOME={home.FullName}", "node", particle, "update", lab.Board.Hardware.DeviceId, "--target", os)).Seconds;
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }

    static async Task<double> OursAsync(string program, string board, string os, string folder)
    {
        await using var lab = await ServedBoards.StartAsync($"{board}@2.2.0", DeviceMode.Normal);
        return (await lab.RunAsync(program, "restore", "--os", os, "--source", folder, "--offline", "--json")).Seconds;
    }
}
