using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Pogoline.Lab.Dfu;
using Pogoline.Lab.Replay;
using Pogoline.Lab.Usb;
using Pogoline.Links;
using Pogoline.Platforms;

namespace Pogoline.Tests.Lab.Usb;

public sealed class SystemUsbDeviceTests
{
    const string Id = "e00fce6881c2e7b9a5114a8a";

    public static TheoryData<string> AllBoards => [.. Boards.Names];

    [Theory]
    [MemberData(nameof(AllBoards))]
    public void The_configuration_is_a_whole_chain_of_descriptors_with_the_control_interface_last(string board)
    {
        var configuration = Read(Make(board), new(0x80, 6, 0x0200, 0, 512));
        Assert.Equal(configuration.Length, BinaryPrimitives.ReadUInt16LittleEndian(configuration.AsSpan(2)));
        var (at, last, interfaces) = (0, 0, 0);
        for (; at < configuration.Length; at += configuration[at])
        {
            Assert.NotEqual(0, configuration[at]);
            if (configuration[at + 1] == 4) interfaces++;
            last = at;
        }
        Assert.Equal(configuration.Length, at);
        Assert.Equal(configuration[4], interfaces);
        Assert.Equal("09040200" + "00FFFFFF", Convert.ToHexString(configuration.AsSpan(last, 8)));
    }

    [Theory]
    [InlineData("photon", "Photon", "Photon Control Interface", 9)]
    [InlineData("electron", "Electron", "Electron Control Interface", 9)]
    [InlineData("b5som", "B5 SOM CDC Mode", "B5SOM Control Interface", 0xEF)]
    [InlineData("bsom", "B SoM CDC Mode", "B SoM Control Interface", 0xEF)]
    public void Strings_are_those_of_the_platform(string board, string product, string control, int controlIndex)
    {
        var device = Make(board);
        Assert.Equal(["Particle", product, Id, control], new[] { 1, 2, 3, controlIndex }.Select(index => TextOf(device, index)));
        Assert.Equal(controlIndex, Read(device, new(0x80, 6, 0x0200, 0, 512))[^1]);
        Assert.Equal(ControlOutcome.Stalled, Send(device, new(0x80, 6, 0x0307, 0, 255)).Outcome);
    }

    [Theory]
    [MemberData(nameof(AllBoards))]
    public void Windows_is_told_to_bind_WinUSB_to_the_control_interface(string board)
    {
        var device = Make(board);
        Assert.Equal("MSFT100\u00EE", TextOf(device, 0xEE));
        var compatible = Read(device, new(0xC0, 0xEE, 0, 4, 40));
        Assert.Equal((40, 2, "WINUSB"), (compatible.Length, compatible[16], Encoding.ASCII.GetString(compatible, 18, 6)));
        var properties = Read(device, new(0xC1, 0xEE, 2, 5, 512));
        Assert.Equal(properties.Length, BinaryPrimitives.ReadInt32LittleEndian(properties));
        Assert.Contains("{20b6cfa4-6dc7-468a-a8db-faa7c23ddea5}", Encoding.Unicode.GetString(properties), StringComparison.Ordinal);
    }

    [Fact]
    public void The_line_coding_is_kept()
    {
        var device = Make("boron");
        byte[] coding = [0x00, 0xC2, 0x01, 0, 0, 0, 8];
        Assert.Equal(ControlOutcome.Acknowledged, device.Control(new(0x21, 0x20, 0, 0, 7), coding, out var command).Outcome);
        Assert.Equal(LineCodingCommand.None, command);
        Assert.Equal(coding, Read(device, new(0xA1, 0x21, 0, 0, 7)));
    }

    [Fact]
    public void No_transfer_throws_or_answers_more_than_was_asked_for()
    {
        var transfers =
            from type in Gen.Elements<byte>(0x00, 0x01, 0x02, 0x21, 0x40, 0x80, 0x81, 0x82, 0xA1, 0xC0, 0xC1, 0xFF)
            from request in Gen.Choose(0, 255)
            from value in Gen.Frequency((3, Gen.Choose(0, 0xFFFF)), (1, Gen.Elements(0x0100, 0x0200, 0x0302, 0x03EE)))
            from index in Gen.Choose(0, 6)
            from length in Gen.Choose(0, 300)
            select new SetupPacket(type, (byte)request, (ushort)value, (ushort)index, (ushort)length);
        Prop.ForAll(transfers.ListOf().ToArbitrary(), traffic =>
        {
            var device = Make("photon");
            return traffic.All(setup => Send(device, setup).Data.Length <= setup.Length);
        }).QuickCheckThrowOnFailure();
    }

    static SystemUsbDevice Make(string board)
    {
        var device = new SystemUsbDevice(PlatformCatalog.Require(board), Id, new(), new(new StubControlSystem("3.3.1", _ => { })));
        Send(device, new(0x00, 9, 1, 0, 0));
        return device;
    }

    static ControlReply Send(SystemUsbDevice device, SetupPacket setup) => device.Control(setup, setup.IsIn ? [] : new byte[setup.Length], out _);

    static byte[] Read(SystemUsbDevice device, SetupPacket setup)
    {
        var reply = Send(device, setup);
        Assert.Equal(ControlOutcome.Acknowledged, reply.Outcome);
        return reply.Data.ToArray();
    }

    static string TextOf(SystemUsbDevice device, int index) =>
        Encoding.Unicode.GetString(Read(device, new(0x80, 6, (ushort)(0x0300 | index), 0x0409, 255)).AsSpan(2));
}
