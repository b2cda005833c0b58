using Pogoline.Lab.Probes;

namespace Pogoline.Tests.Lab.Probes;

/// <summary>The virtual J-Link: its stream of commands, and bits that come in one ahead.</summary>
public sealed class JLinkTests
{
    const string SwitchAndReadIdentity =
        "CF 00 BE 00 FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF 00 00 00 00 C0 3F FF FF FF FF FF FF FF 9E E7 FF FF FF FF FF FF FF 00 A5 00 00 00 00 00 00";

    [Fact]
    public async Task Reads_the_port_with_the_first_bit_of_the_acknowledge_in_the_place_of_the_turnaround()
    {
        var probe = DapClient.Blank("photon", ProbeKind.JLink);
        await using var jlink = DapClient.Open(probe);
        Assert.Equal([0, 0, 0, 0], await jlink.CommandAsync(0xC7, 1));
        // The target lets go with the edge at which its last bit has been taken; the pull-up reads as one.
        var answer = await jlink.CommandAsync(Bytes(SwitchAndReadIdentity));
        Assert.Equal(Bytes("A5 B9 A3 00 5D 31 00 00"), answer[^8..]);
        Assert.Equal(Bytes("81 D9 03 00 00 00 00 00"), await jlink.CommandAsync(Bytes("CF 00 36 00 FF E0 FF FF FF FF 3F 81 C0 03 00 00 00 00")));
    }

    [Fact]
    public async Task Takes_commands_as_a_stream_however_they_are_cut()
    {
        await using var jlink = DapClient.Open(DapClient.Blank("boron", ProbeKind.JLink));
        Assert.True((await jlink.SendAsync(0x05, 0xE8)).IsCompleted);
        var speeds = await jlink.CommandAsync(0x03, 0xC0);
        Assert.Equal(6, speeds.Length);
        Assert.Equal([0x03, 0, 0, 0], await jlink.CommandAsync(0xC7, 0xFF));
        Assert.Equal([0, 0, 0, 0], await jlink.CommandAsync(0xC7, 1));
        Assert.Equal([1, 0, 0, 0], await jlink.CommandAsync(0xC7, 0xFE));
    }

    [Fact]
    public async Task Measures_the_supply_and_drives_the_reset_line()
    {
        var probe = DapClient.Blank("boron", ProbeKind.JLink);
        await using var jlink = DapClient.Open(probe);
        Assert.Equal([0xE4, 0x0C], (await jlink.CommandAsync(0x07))[..2]);
        Assert.Equal(0, (await jlink.CommandAsync(0xDC, 0x07))[6]);
        Assert.Equal(1, (await jlink.CommandAsync(0xDD, 0x07))[6]);
        probe.Target.Board.CutPower();
        Assert.Equal([0, 0], (await jlink.CommandAsync(0x07))[..2]);
    }

    [Fact]
    public async Task Keeps_a_table_of_those_who_use_it()
    {
        await using var jlink = DapClient.Open(DapClient.Blank("boron", ProbeKind.JLink));
        byte[] register = [0x09, 0x64, 1, 0, 0, 0, 127, 0, 0, 1, 0, 0, 0, 0];
        var first = await jlink.CommandAsync(register);
        await jlink.AnswerAsync();
        Assert.Equal([1, 0, 1, 0, 16, 0], first[..6]);
        register[1] = 0x65;
        register[12] = 1;
        Assert.Equal([1, 0, 0, 0, 16, 0], (await jlink.CommandAsync(register))[..6]);
    }

    static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
