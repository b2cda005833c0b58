using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Pogoline.Hex;

namespace Pogoline.Tests.Hex;

public class HexConversionTests
{
    // So small that a few rows take several windows.
    const int Window = 1000;

    [Fact]
    public void Any_order_is_sorted_through_windows_as_it_would_be_in_memory() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(150), Prop.ForAll(
        (from pieces in HexGenerators.Pieces from text in HexGenerators.TextOf(pieces) select text).ToArbitrary(),
        text =>
        {
            var inMemory = HexDecoderTests.Read(text);
            var (summary, output) = Convert(text, Window * (text.Length > 50_000 ? 50 : 1));
            Assert.Null(summary.Problems.FirstError);
            Assert.Equal(inMemory.Memory.Bytes, summary.Bytes);
            Assert.Equal(Encoding.ASCII.GetString(HexWriter.ToBytes(inMemory.Memory, inMemory.Entry)), Encoding.ASCII.GetString(output));
        }));

    [Fact]
    public async Task Two_contents_for_one_address_are_found_with_their_line_wherever_they_stand()
    {
        var text = HexDecoderTests.Record(0x100, 0, "AABBCCDD") + HexDecoderTests.Record(0x200, 0, "00") + HexDecoderTests.Record(0x102, 0, "CCDE") + ":00000001FF\n";
        using var stream = new MemoryStream(Encoding.ASCII.GetBytes(text));
        var error = (await new HexConversion(stream, HexMode.Strict).CheckAsync(default)).Problems.FirstError;
        Assert.Equal(("hex-overlap", 3L), (error!.Code.Name, error.Line));
        Assert.Contains("0x00000103", error.Message, StringComparison.Ordinal);
        Assert.NotNull(Convert(text, Window).Summary.Problems.FirstError);
    }

    [Fact]
    public void Equal_contents_are_written_once()
    {
        var row = HexDecoderTests.Record(0x100, 0, "AABBCCDD");
        var (summary, output) = Convert(row + row + ":00000001FF\n", Window);
        Assert.Single(summary.Repeated);
        Assert.Equal($":020000040000FA\n{row}:00000001FF\n", Encoding.ASCII.GetString(output));
    }

    [Fact]
    public void A_range_cuts_everything_else_away()
    {
        var text = HexDecoderTests.Record(0x100, 0, "AABBCCDD") + ":00000001FF\n";
        var (summary, output) = Convert(text, Window, new AddressRange(new(0x101), new(0x103)));
        Assert.Equal(2, summary.Bytes);
        Assert.Equal($":020000040000FA\n{HexDecoderTests.Record(0x101, 0, "BBCC")}:00000001FF\n", Encoding.ASCII.GetString(output));
    }

    [Fact]
    public void More_pieces_than_any_firmware_are_refused_in_no_time()
    {
        var text = new StringBuilder();
        // Descending, so that each one would have to be sorted in before all others.
        for (var i = 70_000; i > 0; i--) text.Append(HexDecoderTests.Record(0, 4, $"{i >> 8:X4}")).Append(HexDecoderTests.Record((i & 0xFF) * 2, 0, "55"));
        Assert.Equal(HexFaults.Scattered, Convert(text.Append(":00000001FF\n").ToString(), Window).Summary.Problems.FirstError!.Code);
    }

    [Fact]
    public void Bare_bytes_have_gaps_filled_with_FF_and_UF2_whole_pages()
    {
        var text = HexDecoderTests.Record(0x1FE, 0, "AABBCC") + HexDecoderTests.Record(0x203, 0, "DD") + ":00000001FF\n";
        Assert.Equal([0xAA, 0xBB, 0xCC, 0xFF, 0xFF, 0xDD], Convert(text, Window, null, (o, _) => new RawWriter(o)).Output);

        var uf2 = Convert(text, Window, null, (o, runs) => new Uf2Writer(o, Uf2Writer.Nrf52840, Uf2Writer.CountBlocks(runs)), needsRuns: true).Output;
        Assert.Equal(2 * 512, uf2.Length);
        foreach (var (number, address) in new[] { (0, 0x100u), (1, 0x200u) })
        {
            var block = uf2.AsSpan(number * 512, 512);
            Assert.Equal([0x0A324655, 0x9E5D5157, 0x2000, address, 256, (uint)number, 2, Uf2Writer.Nrf52840],
                Enumerable.Range(0, 8).Select(i => BitConverter.ToUInt32(uf2, (number * 512) + (i * 4))));
            Assert.Equal(0x0AB16F30u, BitConverter.ToUInt32(block[508..]));
        }
        Assert.Equal([0xAA, 0xBB], uf2.AsSpan(32 + 254, 2).ToArray());
        Assert.Equal([0xCC, 0xFF, 0xFF, 0xDD, 0xFF], uf2.AsSpan(512 + 32, 5).ToArray());
    }

    [Fact]
    public void Bare_bytes_do_not_span_from_flash_to_registers()
    {
        var text = HexDecoderTests.Record(0, 0, "AA") + HexDecoderTests.Record(0, 4, "1000") + HexDecoderTests.Record(0x1014, 0, "00") + ":00000001FF\n";
        Assert.Equal(HexFaults.TooLarge, Assert.Throws<PogolineException>(() => Convert(text, Window, null, (o, _) => new RawWriter(o))).Code);
    }

    [Fact]
    public async Task Bare_bytes_become_hex_at_their_address()
    {
        var bytes = new byte[700_000];
        new Random(1).NextBytes(bytes);
        using var output = new MemoryStream();
        var summary = await new RawConversion(new MemoryStream(bytes), new(0x08020000)).ConvertAsync(output, (o, _) => new HexWriter(o), default);
        Assert.Equal(bytes.Length, summary.Bytes);
        var read = HexReader.Read(output.ToArray());
        Assert.Equal(bytes, Assert.Single(read.Memory.Segments).Bytes.ToArray());
    }

    static (HexSummary Summary, byte[] Output) Convert(string text, int window, AddressRange? only = null,
        Func<IBufferWriter<byte>, IReadOnlyList<AddressRange>, IImageWriter>? format = null, bool needsRuns = false)
    {
        using var input = new MemoryStream(Encoding.ASCII.GetBytes(text));
        using var output = new MemoryStream();
        var summary = new HexConversion(input, HexMode.Strict, only, window).ConvertAsync(output, format ?? ((o, _) => new HexWriter(o)), needsRuns, default).GetAwaiter().GetResult();
        return (summary, output.ToArray());
    }
}
