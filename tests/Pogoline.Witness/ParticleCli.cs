using Pogoline.Tests;

namespace Pogoline.Witness;

/// <summary>
/// particle-cli, the newest that runs on node 20, with its API address pointed at a server of the test, which hands out files that particle-cli's
/// own older packages carry.
/// </summary>
sealed class ParticleCli : IDisposable
{
    readonly RunningLab _lab;
    readonly string _home;
    readonly ParticleCloud _cloud;

    public ParticleCli(RunningLab lab)
    {
        _lab = lab;
        _home = Path.Combine(lab.Scratch, "home");
        var platform = lab.Boards[0].Hardware.Platform;
        _cloud = new(platform, version => Tests.Lab.Boards.Files(platform.Name, version, tinker: false), _home);
    }

    // npm leaves out one that it needs.
    static string Program { get; } = Path.Combine(NpmCache.Install("particle-cli@3.43.1", "execa@5.1.1"), "node_modules", ".bin", "particle");

    /// <summary>The command that runs it, in a shell.</summary>
    public string Command(string arguments, string node = "node") => $"HOME={_home} {node} {Program} {arguments}";

    /// <summary>Runs it before all boards, and gives what it wrote.</summary>
    public async Task<string> RunAsync(string arguments) => (await Runner.MockAllAsync(_lab, "sh", "-c", Command(arguments))).Require();

    /// <summary>Runs a command that flashes, and gives what it wrote. What the board then holds is the caller's to check.</summary>
    public async Task<string> FlashAsync(string arguments)
    {
        var outcome = await Runner.MockAllAsync(_lab, "sh", "-c", Command(arguments));
        // Seen once in about twenty runs on a busy machine, the cause not known: it hangs behind "Switching device to dfu mode". It is told again, as a user would.
        if (outcome.Exit == Runner.TimeIsOver) outcome = await Runner.MockAllAsync(_lab, "sh", "-c", Command(arguments));
        // The board restarts at the end. The npm package usb of this version may then throw a TypeError in interface.js, when it releases the interface
        // of a device that is gone: the program ends with status 1 behind its own report of success.
        return outcome.Output.Contains("Flash success!", StringComparison.Ordinal) ? outcome.Output : outcome.Require();
    }

    public void Dispose() => _cloud.Dispose();
}
