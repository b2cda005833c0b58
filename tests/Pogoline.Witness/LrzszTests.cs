using Pogoline.Tests.Lab;

namespace Pogoline.Witness;

/// <summary>An independent YMODEM sender, through a real serial driver.</summary>
[Collection(Runner.GuestCollection)]
public sealed class LrzszTests
{
    [WitnessFact(Need.Guest | Need.Lrzsz)]
    public async Task Sb_sends_a_system_part_to_the_console_and_the_board_runs_it()
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Listening, "photon@2.2.0");
        var part = Boards.File("photon", "2.3.1", "system-part1");
        var file = lab.Put("system-part1.bin", part);
        // The receiver asks for the first packet when nothing came for five seconds; sb waits for that.
        var script = $"""
            stty -F /dev/ttyACM0 9600 raw -echo
            exec 3<> /dev/ttyACM0
            printf f >&3
            timeout 150 sb -b -k {file} <&3 >&3
            """;
        var outcome = await Runner.GuestAsync(lab, "sh", "-ec", script);
        Assert.True(outcome.Exit == 0, outcome.Errors);
        var deadline = Task.Delay(TimeSpan.FromSeconds(30));
        while (!Holds(lab, part) && !deadline.IsCompleted) await Task.WhenAny(lab.Boards[0].Changed, Task.Delay(100));
        Assert.True(Holds(lab, part));
        Assert.Contains(lab.Boards[0].ReadInventory()!, entry => entry.Header is { Module: { Function: ModuleFunction.SystemPart, Index: 1 }, Version: 2302 });
    }

    static bool Holds(RunningLab lab, byte[] part) => lab.Boards[0].Hardware.Flash.Read(new(0x08020000), part.Length).SequenceEqual(part);
}
