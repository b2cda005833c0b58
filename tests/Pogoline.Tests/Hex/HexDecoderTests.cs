using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Pogoline.Hex;

namespace Pogoline.Tests.Hex;

public class HexDecoderTests
{
    const string End = ":00000001FF\n";

    [Fact]
    public void Data_lies_at_the_offset_when_no_base_was_given() => Expect(":0300300002337A1E\n" + End, (0x30, "02337A"));

    [Fact]
    public void A_linear_base_is_the_upper_half_of_the_address() => Expect(":020000040801F1\n:02000200AABB97\n" + End, (0x08010002, "AABB"));

    [Fact]
    public void A_segment_base_is_sixteen_times_its_value() => Expect(":020000021234B6\n:02000200AABB97\n" + End, (0x12342, "AABB"));

    [Fact]
    public void The_last_base_counts_whatever_its_kind() =>
        Expect(":020000040801F1\n:020000021234B6\n:02000200AABB97\n:020000040000FA\n:02001000CCDD45\n" + End, (0x10, "CCDD"), (0x12342, "AABB"));

    [Fact]
    public void Entry_points_are_no_memory()
    {
        Assert.Equal(new HexEntry(true, 0x08000185), Read(":0100000055AA\n" + Record(0, 5, "08000185") + End).Entry);
        Assert.Equal(new HexEntry(false, 0x12345678), Read(":0100000055AA\n" + Record(0, 3, "12345678") + End).Entry);
        Expect(":0100000055AA\n" + Record(0, 5, "08000185") + End, (0, "55"));
    }

    [Theory]
    [InlineData("\n"), InlineData("\r\n"), InlineData("\r"), InlineData("  \t\n"), InlineData("\n\n\r\n")]
    public void Line_ends_blanks_and_case_do_not_matter(string lineEnd)
    {
        var text = ":02000004000feb\n:10FFF000000102030405060708090a0b0C0D0E0F89\n:0100000055aa\n:00000001ff\n".Replace("\n", lineEnd, StringComparison.Ordinal);
        var image = Read(text);
        Assert.Empty(image.Problems.First);
        Assert.Equal([(0xF0000u, "55"), (0xFFFF0u, "000102030405060708090A0B0C0D0E0F")], Segments(image.Memory));
    }

    [Fact]
    public void The_last_line_needs_no_end() => Assert.Empty(Read(":0100000055AA\n:00000001FF").Problems.First);

    [Fact]
    public void A_row_may_have_255_bytes()
    {
        var data = string.Concat(Enumerable.Range(0, 255).Select(i => $"{i:X2}"));
        Expect(Record(0x100, 0, data) + End, (0x100, data));
    }

    [Fact]
    public void A_row_over_the_end_of_a_linear_bank_goes_on_in_the_next_one_with_a_warning()
    {
        var image = Read(":020000040001F9\n" + Record(0xFFFE, 0, "AABBCCDD") + End);
        Assert.Equal([(0x1FFFEu, "AABBCCDD")], Segments(image.Memory));
        Assert.Equal((HexFaults.Bank, 2L, false), Only(image));
    }

    [Fact]
    public void A_row_over_the_end_of_a_segment_goes_on_at_its_start_with_a_warning()
    {
        var image = Read(":020000021000EC\n" + Record(0xFFFE, 0, "AABBCCDD") + End);
        Assert.Equal([(0x10000u, "CCDD"), (0x1FFFEu, "AABB")], Segments(image.Memory));
        Assert.Equal((HexFaults.Bank, 2L, false), Only(image));
    }

    [Theory]
    [InlineData(":0300300002337A1F\n", "hex-checksum", 1, "1F", "1E")]
    [InlineData("\n:0300300002337A1E\n:03003G0002337A1E\n", "hex-syntax", 3, "'G'")]
    [InlineData(":0300300002337A1\n", "hex-syntax", 1, "15 digits")]
    [InlineData(":0300300002331E\n", "hex-length", 1, "says 3", "has 2")]
    [InlineData(":0300300002337A7A1E\n", "hex-length", 1, "says 3", "has 4")]
    [InlineData(":00\n", "hex-length", 1)]
    [InlineData("hello\n", "hex-syntax", 1, "'h'")]
    [InlineData(":01000006AB4E\n", "hex-record", 1, "06")]
    [InlineData(":0100000455A6\n", "hex-record", 1, "04")]
    [InlineData(":0100000255A8\n", "hex-record", 1, "02")]
    [InlineData(":020000031234B5\n", "hex-record", 1, "03")]
    [InlineData(":0100000155A9\n", "hex-record", 1, "01")]
    [InlineData(":0100000055AA\n:00000001FF\n:0100010055A9\n", "hex-end", 3)]
    [InlineData(":0100000055AA\n:0100000056A9\n", "hex-overlap", 2, "0x00000000")]
    [InlineData(":02000004FFFFFC\n:01FFFF005AA7\n", "hex-address", 2)]
    [InlineData("", "hex-empty", 0)]
    [InlineData(":00000001FF\n", "hex-empty", 0)]
    public void An_error_names_its_line_and_the_facts(string text, string code, long line, params string[] facts)
    {
        var error = Read(text.Contains("000001FF", StringComparison.Ordinal) || text.Length == 0 ? text : text + End).Problems.FirstError;
        Assert.NotNull(error);
        Assert.Equal((code, line), (error.Code.Name, error.Line));
        Assert.All(facts, fact => Assert.Contains(fact, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_missing_end_is_a_warning() => Assert.Equal((HexFaults.End, 1L, false), Only(Read(":0100000055AA\n")));

    [Fact]
    public void An_end_record_of_old_files_may_have_an_address() => Assert.Empty(Read(":0100000055AA\n:00123401B9\n").Problems.First);

    [Fact]
    public void The_same_byte_twice_is_no_problem() => Assert.Empty(Read(":0100000055AA\n:0100000055AA\n" + End).Problems.First);

    [Theory]
    [InlineData("; a comment\n:0100000055AA\n" + End, "hex-syntax")]
    [InlineData(":01000006AB4E\n:0100000055AA\n" + End, "hex-record")]
    [InlineData(":0100000055AA\n" + End + ":0100010055A9\n", "hex-end")]
    [InlineData(":0100000056A9\n:0100000055AA\n" + End, "hex-overlap")]
    public void What_needs_no_guess_is_a_warning_in_lenient_mode(string text, string code)
    {
        var image = Read(text, HexMode.Lenient);
        Assert.Equal((code, false), (Only(image).Code.Name, Only(image).IsError));
        Assert.Equal([(0u, "55")], Segments(image.Memory));
    }

    [Theory]
    [InlineData(":0300300002337A1F\n"), InlineData(":0300300002331E\n"), InlineData(":03003G0002337A1E\n")]
    public void Damage_stays_an_error_in_lenient_mode(string text) => Assert.NotNull(Read(text + End, HexMode.Lenient).Problems.FirstError);

    [Fact]
    public void What_follows_a_damaged_base_lies_nowhere()
    {
        var image = Read(":020000040801F0\n:0100000055AA\n:020000040000FA\n:010000006699\n" + End);
        Assert.Equal([(0u, "66")], Segments(image.Memory));
        Assert.Equal((HexFaults.Checksum, 1L, true), Only(image));
    }

    [Fact]
    public void Many_problems_are_counted_and_the_first_ones_told()
    {
        var image = Read(string.Concat(Enumerable.Repeat("?\n", 1000)));
        Assert.Equal((1000, HexProblems.Kept), (image.Problems.Errors, image.Problems.First.Count(p => p.IsError)));
    }

    [Fact]
    public void However_the_text_is_cut_into_blocks_the_result_is_the_same() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(
        (from pieces in HexGenerators.Pieces
         from cuts in Gen.ListOf(Gen.Choose(1, 700))
         from text in HexGenerators.TextOf(pieces)
         select (text, cuts)).ToArbitrary(),
        given =>
        {
            var whole = Read(given.text);
            var cut = new Trace();
            var problems = new HexProblems();
            var decoder = new HexDecoder(cut, HexMode.Strict, problems);
            var bytes = Encoding.ASCII.GetBytes(given.text);
            var (at, end) = (0, 0);
            foreach (var length in given.cuts.Append(bytes.Length))
            {
                end = Math.Min(end + length, bytes.Length);
                at += decoder.Decode(bytes.AsSpan(at..end), isFinal: false);
            }
            decoder.Decode(bytes.AsSpan(at), isFinal: true);
            return whole.Lines == decoder.Lines && Segments(whole.Memory).SequenceEqual(Segments(cut.Image)) && problems.First.SequenceEqual(whole.Problems.First);
        }));

    internal static HexImage Read(string text, HexMode mode = HexMode.Strict) => HexReader.Read(Encoding.Latin1.GetBytes(text), mode);

    internal static IEnumerable<(uint, string)> Segments(MemoryImage image) => image.Segments.Select(s => (s.Start.Value, Convert.ToHexString(s.Bytes.Span)));

    internal static string Record(int offset, int type, string data)
    {
        var body = Convert.FromHexString($"{data.Length / 2:X2}{offset:X4}{type:X2}{data}");
        return $":{Convert.ToHexString(body)}{(byte)-body.Sum(b => b):X2}\n";
    }

    static void Expect(string text, params (int Address, string Data)[] segments)
    {
        var image = Read(text);
        Assert.Empty(image.Problems.First);
        Assert.Equal(segments.Select(s => ((uint)s.Address, s.Data)), Segments(image.Memory));
    }

    static (FaultCode Code, long Line, bool IsError) Only(HexImage image)
    {
        var only = Assert.Single(image.Problems.First);
        return (only.Code, only.Line, only.IsError);
    }

    sealed class Trace : IHexSink
    {
        public MemoryImage Image { get; } = new();

        public void Write(FlashAddress address, ReadOnlySpan<byte> bytes, long line) => Image.Replace(address, bytes);
    }
}
