using Pogoline.Lab.Board;
using Pogoline.Lab.Control;

namespace Pogoline.Tests.Lab.Board;

/// <summary>What Device OS before 2.0.0 lets hosts do with the storage of Gen 2 boards.</summary>
public sealed class StorageRequestTests
{
    const int Config = 6, Eeprom = 7, Factory = 5;

    [Fact]
    public async Task The_sections_are_those_of_the_firmwares_table()
    {
        await using var unit = Make("photon", "1.5.2");
        var (result, reply) = await new ControlClient(unit).AskAsync(ControlType.DescribeStorage);
        Assert.Equal(0, result);
        Assert.True(ProtoMessage.TryRead(reply, [ProtoType.Bytes], out var message));
        var sections = Parts(message.Bytes(1), 3).Select(part =>
        {
            Assert.True(ProtoMessage.TryRead(part, [ProtoType.Varint, ProtoType.Varint, ProtoType.Varint, ProtoType.Bytes], out var section));
            return ((int)section.Number(1), (int)section.Number(2), (int)section.Number(3), Convert.ToHexString(section.Bytes(4).Span));
        });
        Assert.Equal(
            [
                (1, 16384, 9, "0801"), (1, 262144, 9, "08021001"), (1, 262144, 9, "08021002"), (1, 131072, 9, "0803"), (2, 262144, 9, ""), (3, 131072, 0x1F, ""),
                (4, unit.Board.Hardware.Storage.Dct.Length, 3, ""), (5, 2047, 0, ""),
            ],
            sections);
    }

    [Fact]
    public async Task Modules_are_read_and_measured_the_configuration_read_and_written()
    {
        await using var unit = Make("electron", "1.5.2");
        var client = new ControlClient(unit);
        var part = unit.Board.Hardware.Flash.Read(new(0x08020000), 1024).ToArray();
        Assert.Equal((0, Convert.ToHexString(part)), Data(await client.AskAsync(ControlType.ReadSection, Request(section: 1, offset: 0, size: 1024))));
        var length = RealReleases.Of("electron", "1.5.2").Single(m => m.Id == new ModuleId(ModuleFunction.SystemPart, 1)).DeviceBytes.Length;
        Assert.Equal((0, (ulong)length), Number(await client.AskAsync(ControlType.SectionSize, Request(section: 1))));

        var write = new ProtoWriter().Number(2, 7).Number(3, 1762).Bytes(4, "claim"u8).Message.ToArray();
        Assert.Equal(0, (await client.AskAsync(ControlType.WriteSection, write)).Result);
        Assert.Equal("claim"u8, unit.Board.Hardware.Storage.Dct.Bytes.Slice(1762, 5));
        Assert.Equal((0, Convert.ToHexString("claim"u8)), Data(await client.AskAsync(ControlType.ReadSection, Request(section: 7, offset: 1762, size: 5))));
    }

    [Fact]
    public async Task The_factory_image_is_cleared_and_written()
    {
        await using var unit = Make("photon", "1.5.2");
        var client = new ControlClient(unit);
        var app = RealReleases.Tinker("photon").Image.ToArray();
        Assert.Equal(0, (await client.AskAsync(ControlType.ClearSection, Request(Factory))).Result);
        Assert.Equal(-280, (await client.AskAsync(ControlType.SectionSize, Request(Factory))).Result);
        for (var at = 0; at < app.Length; at += 1024)
        {
            var piece = app.AsSpan(at, Math.Min(1024, app.Length - at));
            var request = new ProtoWriter().Number(2, Factory).Number(3, (ulong)at).Bytes(4, piece).Message.ToArray();
            Assert.Equal(0, (await client.AskAsync(ControlType.WriteSection, request)).Result);
        }
        Assert.Equal((0, (ulong)app.Length), Number(await client.AskAsync(ControlType.SectionSize, Request(Factory))));
        Assert.Equal(app, unit.Board.Hardware.Flash.Read(new(0x080E0000), app.Length).ToArray());
    }

    [Fact]
    public async Task What_a_section_does_not_offer_and_what_lies_outside_is_refused()
    {
        await using var unit = Make("photon", "1.5.2");
        var client = new ControlClient(unit);
        Assert.Equal(-170, (await client.AskAsync(ControlType.ReadSection, Request(section: 8, size: 1))).Result);
        Assert.Equal(-170, (await client.AskAsync(ControlType.ReadSection, new ProtoWriter().Number(1, 1).Number(4, 1).Message.ToArray())).Result);
        Assert.Equal(-290, (await client.AskAsync(ControlType.ReadSection, Request(section: 0, size: 0))).Result);
        Assert.Equal(-290, (await client.AskAsync(ControlType.ReadSection, Request(section: 0, offset: 16380, size: 5))).Result);
        Assert.Equal(-120, (await client.AskAsync(ControlType.WriteSection, new ProtoWriter().Number(2, 1).Bytes(4, [1]).Message.ToArray())).Result);
        Assert.Equal(-120, (await client.AskAsync(ControlType.ClearSection, Request(section: 1))).Result);
        Assert.Equal(-120, (await client.AskAsync(ControlType.SectionSize, Request(Config))).Result);
        Assert.Equal(-120, (await client.AskAsync(ControlType.ReadSection, Request(Eeprom, size: 1))).Result);
        Assert.Equal(-280, (await client.AskAsync(ControlType.ReadSection, [0xFF])).Result);
        await using var later = Make("photon", "2.2.0");
        Assert.Equal(-120, (await new ControlClient(later).AskAsync(ControlType.DescribeStorage)).Result);
    }

    /// <summary>The messages of the vendor's definitions, encoded by another library.</summary>
    [Fact]
    public void The_messages_are_encoded_as_the_vendors_definitions_say()
    {
        var known = GoldenFile.Read("control-messages.jsonl.br")
            .ToDictionary(m => m.GetProperty("name").GetString()!, m => m.GetProperty("hex").GetString()!);
        Assert.Equal(known["ReadSectionDataRequest-typical"], Convert.ToHexStringLower(Request(section: 4, offset: 300, size: 1024)));
        Assert.Equal(known["ReadSectionDataRequest-first-section"], Convert.ToHexStringLower(Request(section: 0, size: 64)));
        Assert.Equal(known["ClearSectionDataRequest-typical"], Convert.ToHexStringLower(Request(section: 2)));
    }

    static byte[] Request(int section, int offset = 0, int size = 0) =>
        new ProtoWriter().Number(2, (ulong)section).Number(3, (ulong)offset).Number(4, (ulong)size).Message.ToArray();

    static (int, string) Data((int Result, byte[] Reply) answer)
    {
        Assert.True(ProtoMessage.TryRead(answer.Reply, [ProtoType.Bytes], out var message));
        return (answer.Result, Convert.ToHexString(message.Bytes(1).Span));
    }

    static (int, ulong) Number((int Result, byte[] Reply) answer)
    {
        Assert.True(ProtoMessage.TryRead(answer.Reply, [ProtoType.Varint], out var message));
        return (answer.Result, message.Number(1));
    }

    // The parts with one number of a message whose parts are all shorter than 128 bytes.
    static IEnumerable<ReadOnlyMemory<byte>> Parts(ReadOnlyMemory<byte> message, int field)
    {
        for (var rest = message; !rest.IsEmpty;)
        {
            if (rest.Span[0] == (field << 3 | 2))
            {
                yield return rest.Slice(2, rest.Span[1]);
                rest = rest[(2 + rest.Span[1])..];
            }
            else
            {
                rest = rest[2..];
            }
        }
    }

    static VirtualUnit Make(string board, string os)
    {
        var clock = LabClock.Immediate();
        return new(Boards.MakeRunning(board, os, clock), clock, board);
    }
}
