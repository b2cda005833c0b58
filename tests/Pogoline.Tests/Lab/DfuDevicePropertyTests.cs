using FsCheck;
using FsCheck.Fluent;
using Pogoline.Lab.Dfu;
using Pogoline.Lab.Flash;
using Pogoline.Links;
using Pogoline.Platforms;

namespace Pogoline.Tests.Lab;

public sealed class DfuDevicePropertyTests
{
    static readonly byte[] RequestTypes = [0x00, 0x01, 0x02, 0x20, 0x21, 0x40, 0x41, 0x80, 0x81, 0x82, 0xA0, 0xA1, 0xC0, 0xC1, 0xFF];
    static readonly ushort[] Lengths = [0, 1, 2, 3, 4, 5, 6, 8, 64, 4095, 4096, 4097, 0xFFFF];
    static readonly byte[][] Blocks =
    [
        [0x00], [0x21, 0, 0, 2, 8], [0x41, 0, 0, 0x0E, 8], [0x21, 0xFF, 0xFF, 0x0F, 8], [0x21, 0, 0x40, 0x0D, 0], [0x41, 0, 0, 0x40, 0x80],
        [0x21, 0xFF, 0xFF, 0x7F, 0x80], [0x41, 0xFF, 0xFF, 0xFF, 0xFF], [0x21, 0xFF, 0x3F, 0, 0], [0x21, 0, 0xFF, 0x0F, 0],
    ];

    [Theory]
    [InlineData("photon")]
    [InlineData("p1")]
    [InlineData("electron")]
    [InlineData("argon")]
    [InlineData("tracker")]
    public void No_traffic_whatever_makes_a_device_fail_or_answer_more_than_it_has(string name)
    {
        var platform = PlatformCatalog.Require(name);
        var storage = new BoardStorage(platform);
        var requests = Transfers().ListOf(60);
        Prop.ForAll(requests.ToArbitrary(), transfers =>
        {
            var device = DfuUsbDevice.Create(
                new() { Platform = platform, DeviceId = "e00fce68ffffffffffffffff", BootloaderRelease = new(2, 3, 1) }, storage);
            device.Control(new(0x00, 5, 5, 0, 0), []);
            device.Control(new(0x00, 9, 1, 0, 0), []);
            return transfers.All(transfer =>
            {
                var reply = device.Control(transfer.Setup, transfer.Setup.IsIn ? [] : transfer.Data);
                device.Elapse(transfer.Setup.Value & 0xFF);
                return reply.Data.Length <= DfuUsbDevice.TransferSize && (reply.Outcome != ControlOutcome.LateStalled || transfer.Setup.IsIn);
            });
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(150));
    }

    [Theory]
    [InlineData("photon", 0x08020000)]
    [InlineData("boron", 0x00001000)]
    public void No_traffic_whatever_changes_the_protected_start_of_the_flash(string name, int firstWritable)
    {
        var platform = PlatformCatalog.Require(name);
        var storage = new BoardStorage(platform);
        var protectedLength = firstWritable - (int)storage.Internal.Range.Start.Value;
        storage.Internal.Load(storage.Internal.Range.Start, Enumerable.Repeat((byte)0x5A, protectedLength).ToArray());
        Prop.ForAll(Transfers().ListOf(60).ToArbitrary(), transfers =>
        {
            var device = DfuUsbDevice.Create(
                new() { Platform = platform, DeviceId = "e00fce68ffffffffffffffff", BootloaderRelease = new(3, 3, 1) }, storage);
            device.Control(new(0x00, 5, 5, 0, 0), []);
            device.Control(new(0x00, 9, 1, 0, 0), []);
            foreach (var transfer in transfers) device.Control(transfer.Setup, transfer.Setup.IsIn ? [] : transfer.Data);
            return storage.Internal.Cells[..protectedLength].IndexOfAnyExcept((byte)0x5A) < 0;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(150));
    }

    static Gen<(SetupPacket Setup, byte[] Data)> Transfers() => Gen.Frequency(
        (3, AnyTransfer()),
        (3, Gen.Constant(Packet(0xA1, 3, 0, 6))),
        (3, Gen.Elements(Blocks).Select(block => (new SetupPacket(0x21, 1, 0, 0, (ushort)block.Length), block))),
        (2, from block in Gen.Choose(0, 4) from length in Gen.Elements(Lengths[..11]) select Packet(0x21, 1, (ushort)block, length)),
        (1, from block in Gen.Choose(0, 4) from length in Gen.Elements(Lengths) select Packet(0xA1, 2, (ushort)block, length)),
        (1, Gen.Choose(0, 3).Select(alternate => Packet(0x01, 11, (ushort)alternate, 0))),
        (1, Gen.Elements<byte>(4, 6).Select(request => Packet(0x21, request, 0, 0))));

    static Gen<(SetupPacket Setup, byte[] Data)> AnyTransfer() =>
        from type in Gen.Elements(RequestTypes)
        from request in Gen.Choose(0, 12)
        from value in Gen.Choose(0, 0x0FFF)
        from length in Gen.Elements(Lengths)
        select Packet(type, (byte)request, (ushort)value, length);

    static (SetupPacket Setup, byte[] Data) Packet(byte type, byte request, ushort value, ushort length) =>
        (new(type, request, value, 0, length), new byte[length]);
}
