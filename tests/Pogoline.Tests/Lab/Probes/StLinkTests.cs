using Pogoline.Lab.Board;
using Pogoline.Lab.Boot;
using Pogoline.Lab.Probes;
using Pogoline.Platforms;

namespace Pogoline.Tests.Lab.Probes;

/// <summary>The virtual ST-LINK, command by command.</summary>
public sealed class StLinkTests
{
    [Fact]
    public async Task Answers_the_start_of_OpenOCD_to_the_byte()
    {
        await using var link = DapClient.Open(DapClient.Blank("photon", ProbeKind.StLinkV21));
        (string Command, string Answer)[] exchange =
        [
            ("F1", "29 5B 83 04 4B 37"), ("F5", "01 00"), ("F7", "DC 05 00 00 0E 08 00 00"), ("F2 43 03", "80 00"), ("F2 30 A3", "80 00"), ("F5", "02 00"),
            ("F2 4B 00", "80 00"), ("F2 07 00 ED 00 E0 04 00", "30 C2 2F 41"), ("F2 3E", "80 00 00 00 00 00 00 00 00 00 00 00"), ("F2 3C 01", "80 00"),
            ("F2 31", "80 00 00 00 77 14 A0 2B 00 00 00 00"), ("F2 36 00 ED 00 E0", "80 00 00 00 30 C2 2F 41"),
        ];
        foreach (var (command, answer) in exchange) Assert.Equal(Bytes(answer), await link.CommandAsync(Command(command)));
    }

    [Fact]
    public async Task Writes_and_reads_memory_in_every_width_across_the_kilobyte()
    {
        await using var link = await EnterAsync(DapClient.Blank("photon", ProbeKind.StLinkV2));
        var data = Enumerable.Range(0, 40).Select(i => (byte)i).ToArray();
        foreach (var (write, read) in new[] { ("08", "07"), ("48", "47"), ("0D", "0C") })
        {
            await link.SendAsync(Command($"F2 {write} F0 03 00 20 28 00"));
            await link.SendAsync(data);
            Assert.Equal(0x80, (await link.CommandAsync(Command("F2 3E")))[0]);
            Assert.Equal(data, await link.CommandAsync(Command($"F2 {read} F0 03 00 20 28 00")));
        }
    }

    [Fact]
    public async Task Tells_where_an_access_failed_and_is_usable_after_it()
    {
        await using var link = await EnterAsync(DapClient.Blank("photon", ProbeKind.StLinkV2));
        await link.CommandAsync(Command("F2 07 FC FF 01 20 08 00"));
        Assert.Equal(Bytes("11 00 00 00 00 00 02 20 00 00 00 00"), await link.CommandAsync(Command("F2 3E")));
        Assert.Equal(Bytes("80 00 00 00 30 C2 2F 41"), await link.CommandAsync(Command("F2 36 00 ED 00 E0")));
    }

    [Fact]
    public async Task Knows_registers_of_ports_only_from_a_later_version_on()
    {
        var old = await EnterAsync(With("boron", version: 17));
        Assert.Equal(0x42, (await old.CommandAsync(Command("F2 45 FF FF 00 00")))[0]);
        var current = await EnterAsync(With("boron", version: 31));
        Assert.Equal(Bytes("80 00 00 00 77 14 A0 2B"), await current.CommandAsync(Command("F2 45 FF FF 00 00")));
        Assert.Equal(Bytes("80 00 00 00 00 00 88 02"), await current.CommandAsync(Command("F2 45 01 00 FC 00")));
    }

    [Fact]
    public async Task Does_not_enter_where_nothing_answers_or_the_memory_is_locked()
    {
        var probe = DapClient.Blank("boron", ProbeKind.StLinkV2);
        await using var link = DapClient.Open(probe);
        probe.Target.IsCabled = false;
        Assert.Equal(0x09, (await link.CommandAsync(Command("F2 30 A3")))[0]);
        probe.Target.IsCabled = true;
        probe.Target.Board.Hardware.ProgramUicr(0x208, 0xFFFFFF00);
        probe.Target.BrownOut();
        Assert.Equal(0x05, (await link.CommandAsync(Command("F2 30 A3")))[0]);
    }

    static async Task<DapClient> EnterAsync(VirtualProbe probe)
    {
        var link = DapClient.Open(probe);
        Assert.Equal(0x80, (await link.CommandAsync(Command("F2 30 A3")))[0]);
        return link;
    }

    static VirtualProbe With(string board, int version)
    {
        var (platform, clock) = (PlatformCatalog.Require(board), LabClock.Immediate());
        var made = new VirtualBoard(new BoardHardware(platform, BoardFactory.DeviceIdOf(platform, 1), new(platform)), clock);
        made.PowerOn();
        return new(ProbeKind.StLinkV2, new(made, clock), clock, new() { StLinkVersion = version });
    }

    static byte[] Command(string hex)
    {
        var command = new byte[16];
        Bytes(hex).CopyTo(command, 0);
        return command;
    }

    static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
