using System.Buffers;
using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using Pogoline.Links.Dfu;

namespace Pogoline.Tests.Links;

public class DfuFileTests
{
    static readonly DfuSuffix ForBoron = new(0x2b04, 0xd00d, 0x0251, 0x0100, 16);

    [Fact]
    public void The_suffix_is_to_the_byte_what_dfu_suffix_writes() =>
        // dfu-suffix 0.11: -v 2b04 -p d00d -d 0251 -a FILE, which held "pogoline" and a line end.
        Assert.Equal("706F676F6C696E650A51020DD0042B000155464410B060BD01", Convert.ToHexString(ForBoron.AppendTo("pogoline\n"u8)));

    [Fact]
    public void A_suffix_is_read_and_stripped()
    {
        var file = ForBoron.AppendTo("firmware"u8);
        Assert.Equal(OperationStatus.Done, DfuFile.TryRead(file, out var read, out _));
        Assert.Equal(ForBoron, read!.Suffix);
        Assert.Equal("firmware"u8.ToArray(), Assert.Single(read.Elements).Data.ToArray());
        Assert.True(ForBoron.Fits(0x2b04, 0xd00d));
        Assert.False(ForBoron.Fits(0x2b04, 0xd00c));
        Assert.True((ForBoron with { Product = DfuSuffix.Any }).Fits(0x2b04, 0xd00c));
    }

    [Fact]
    public void Any_changed_bit_of_a_file_with_a_suffix_is_noticed() => Prop.ForAll<byte[], int>((content, at) =>
    {
        var file = ForBoron.AppendTo(content);
        file[Math.Abs((long)at) % (content.Length + 8)] ^= 1; // behind that are signature, length and CRC
        return DfuFile.TryRead(file, out _, out var problem) == OperationStatus.InvalidData && problem.Length > 0;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_file_without_a_suffix_is_its_content()
    {
        Assert.Equal(OperationStatus.Done, DfuFile.TryRead("raw"u8.ToArray(), out var read, out _));
        Assert.Null(read!.Suffix);
        Assert.False(read.HasPlaces);
        Assert.Equal(3, read.Elements[0].Data.Length);
    }

    [Fact]
    public void A_DfuSe_container_says_where_its_elements_go()
    {
        var file = Container((0, 0x08020000, "system"u8.ToArray()), (1, 1753, [0xA5]));
        Assert.Equal(OperationStatus.Done, DfuFile.TryRead(file, out var read, out _));
        Assert.True(read!.HasPlaces);
        Assert.Equal([((byte?)0, (uint?)0x08020000, 6), ((byte?)1, (uint?)1753, 1)], read.Elements.Select(e => (e.Alternate, e.Address, e.Data.Length)));
    }

    [Fact]
    public void A_container_that_was_cut_or_whose_lengths_lie_is_refused()
    {
        var whole = Container((0, 0x08020000, new byte[100]));
        Assert.Equal(OperationStatus.InvalidData, DfuFile.TryRead(whole.AsMemory()[..^30], out _, out _));
        foreach (var at in new[] { 6, 10, 11 + 266, 11 + 270, 11 + 274 + 4 })
        {
            var content = whole[..^DfuSuffix.Size];
            content[at]++;
            Assert.Equal(OperationStatus.InvalidData, DfuFile.TryRead((ForBoron with { Version = 0x011A }).AppendTo(content), out _, out _));
        }
    }

    [Fact]
    public void No_bytes_make_the_reader_throw() => Prop.ForAll<byte[]>(bytes =>
    {
        byte[] container = [.. "DfuSe\x01"u8, .. bytes];
        DfuFile.TryRead(bytes, out _, out _);
        return DfuFile.TryRead(ForBoron.AppendTo(container), out var read, out _) != OperationStatus.Done || read!.HasPlaces;
    }).QuickCheckThrowOnFailure();

    static byte[] Container(params (byte Alternate, uint Address, byte[] Data)[] elements)
    {
        using var output = new MemoryStream();
        output.Write("DfuSe\x01"u8);
        output.Write(new byte[5]);
        foreach (var (alternate, address, data) in elements)
        {
            var head = new byte[274 + 8];
            "Target"u8.CopyTo(head);
            head[6] = alternate;
            BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(266), data.Length + 8);
            head[270] = 1;
            BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(274), address);
            BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(278), data.Length);
            output.Write(head);
            output.Write(data);
        }
        var content = output.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(6), content.Length);
        content[10] = (byte)elements.Length;
        return (ForBoron with { Version = 0x011A }).AppendTo(content);
    }
}
