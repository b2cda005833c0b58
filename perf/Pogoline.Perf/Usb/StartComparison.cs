using System.Globalization;
using Pogoline.Tests;
using Pogoline.Witness;

namespace Pogoline.Perf.Usb;

/// <summary>How soon a command answers, ours and particle-cli's, taking turns; the best run of each counts.</summary>
static class StartComparison
{
    const int Runs = 5;
    const double Target = 0.25;
    const double ListTargetSeconds = 0.1;
    const int Boards = 32;

    // It needs execa without naming it.
    static readonly string[] Peer = ["particle-cli@3.43.1", "execa@5.1.1"];

    public static async Task<int> RunAsync(string program)
    {
        var particle = Path.Combine(NpmCache.Install(Peer), "node_modules", ".bin", "particle");
        await using var one = await ServedBoards.StartAsync("boron@2.2.0", DeviceMode.Normal);
        await using var many = await ServedBoards.StartAsync($"boron@2.2.0*{Boards}", DeviceMode.Normal);
        Console.WriteLine($"{"start-up, native, as published",-40}{"particle-cli s",16}{"ours s",10}{"ratio",8}");
        var (theirVersion, version) = await BestAsync(one, ["node", particle, "--version"], [program, "--version"]);
        var isMet = Row("--version", theirVersion, version);
        var (theirList, list) = await BestAsync(one, ["node", particle, "usb", "list", "--ids-only"], [program, "devices"]);
        isMet &= Row("devices (usb list), one board", theirList, list);
        isMet &= await IdentifyAsync(one, particle, program);
        var (_, none) = await BestAsync(one, ["true"], [program, "devices"]);
        var (_, all) = await BestAsync(many, ["true"], [program, "devices"]);
        var beyond = all - version;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"devices, {Boards} boards: {all:F3} s; beyond start-up {beyond:F3} s (target {ListTargetSeconds} s), beyond one board {all - none:F3} s"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"target: a ratio of at most {Target}"));
        return isMet && beyond <= ListTargetSeconds ? 0 : 1;
    }

    // Theirs asks the board for its mode only, and its cloud, here on loopback, for its name; 'serial identify', which asks for more, needs a serial port, and
    // there is none before a faked usbfs.
    static async Task<bool> IdentifyAsync(ServedBoards lab, string particle, string program)
    {
        var home = Directory.CreateTempSubdirectory("pogoline-perf");
        try
        {
            using var cloud = new ParticleCloud(lab.Board.Hardware.Platform, _ => [], home.FullName);
            var (theirs, ours) = await BestAsync(lab, ["env", $"HOME={home.FullName}", "node", particle, "usb", "list"], [program, "identify"]);
            return Row("identify (usb list), one board", theirs, ours);
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }

    static bool Row(string name, double theirs, double ours)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-40}{theirs,16:F3}{ours,10:F3}{ours / theirs,8:F2}"));
        return ours <= Target * theirs;
    }

    static async Task<(double Theirs, double Ours)> BestAsync(ServedBoards lab, string[] theirs, string[] ours)
    {
        var (best, own) = (double.MaxValue, double.MaxValue);
        for (var i = 0; i < Runs; i++)
        {
            best = Math.Min(best, (await lab.RunAsync(theirs)).Seconds);
            own = Math.Min(own, (await lab.RunAsync(ours)).Seconds);
        }
        return (best, own);
    }
}
