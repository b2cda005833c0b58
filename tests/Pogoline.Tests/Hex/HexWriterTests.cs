using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Pogoline.Hex;

namespace Pogoline.Tests.Hex;

public class HexWriterTests
{
    [Fact]
    public void Rows_have_16_bytes_upper_case_and_a_line_feed() => Assert.Equal(
        ":020000040000FA\n:10000000000102030405060708090A0B0C0D0E0F78\n:020010001011CD\n:00000001FF\n",
        Text((0, [.. Enumerable.Range(0, 18).Select(i => (byte)i)])));

    [Fact]
    public void A_base_record_stands_before_each_bank_and_no_row_crosses_its_end() => Assert.Equal(
        ":020000040000FA\n:02FFFE00AABB9C\n:020000040001F9\n:02000000CCDD55\n:00000001FF\n", Text((0xFFFE, [0xAA, 0xBB, 0xCC, 0xDD])));

    [Fact]
    public void Gaps_stay_gaps() => Assert.Equal(
        ":020000041000EA\n:0410140000400F0089\n:081200001200000012000000C2\n:00000001FF\n",
        Text((0x10001200, [0x12, 0, 0, 0, 0x12, 0, 0, 0]), (0x10001014, [0, 0x40, 0x0F, 0])));

    [Fact]
    public void The_entry_point_stands_before_the_end()
    {
        var text = Encoding.ASCII.GetString(HexWriter.ToBytes(HexGenerators.Image([(0, [0x55])]), new(true, 0x08000185)));
        Assert.EndsWith(":040000050800018569\n:00000001FF\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_is_written_is_read_again() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(HexGenerators.Pieces.ToArbitrary(), pieces =>
    {
        var image = HexGenerators.Image(pieces);
        var read = HexReader.Read(HexWriter.ToBytes(image));
        return read.Problems.First.Count == 0 && HexDecoderTests.Segments(read.Memory).SequenceEqual(HexDecoderTests.Segments(image));
    }));

    [Fact]
    public void Any_text_of_an_image_becomes_the_same_file() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(
        (from pieces in HexGenerators.Pieces from text in HexGenerators.TextOf(pieces) select (pieces, text)).ToArbitrary(),
        given =>
        {
            var read = HexDecoderTests.Read(given.text);
            return read.Problems.FirstError is null && HexWriter.ToBytes(read.Memory).SequenceEqual(HexWriter.ToBytes(HexGenerators.Image(given.pieces)));
        }));

    static string Text(params (uint, byte[])[] pieces) => Encoding.ASCII.GetString(HexWriter.ToBytes(HexGenerators.Image(pieces)));
}
