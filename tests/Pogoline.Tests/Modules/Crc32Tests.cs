using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Pogoline.Modules;

namespace Pogoline.Tests.Modules;

public class Crc32Tests
{
    [Theory]
    [InlineData("", 0x00000000u)]
    [InlineData("a", 0xE8B7BE43u)]
    [InlineData("123456789", 0xCBF43926u)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x414FA339u)]
    public void Known_values(string text, uint crc) => Assert.Equal(crc, Crc32.Compute(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Every_length_gives_what_the_definition_gives()
    {
        var data = new byte[2100];
        new Random(1).NextBytes(data);
        // Lengths on both sides of every threshold and of every vector, at every alignment.
        for (var length = 0; length <= data.Length; length += length < 600 ? 1 : 37)
        {
            var slice = data.AsSpan((length * 7) % 13 % (data.Length - length + 1), length);
            Assert.Equal(ByDefinition(slice), Crc32.Compute(slice));
        }
    }

    [Fact]
    public void All_ways_to_compute_it_agree() => Prop.ForAll(
        Gen.Choose(0, 70_000).SelectMany(length => Gen.Choose(0, int.MaxValue).Select(seed => (length, seed))).ToArbitrary(), input =>
        {
            var data = new byte[input.length];
            new Random(input.seed).NextBytes(data);
            var state = (uint)input.seed;
            var expected = Crc32.ByTables(state, data);
            if (Crc32.IsFoldingSupported && data.Length >= Crc32.FoldingThreshold)
            {
                ReadOnlySpan<byte> rest = data;
                var folded = Crc32.Fold(state, ref rest);
                Assert.InRange(rest.Length, 0, 15);
                Assert.Equal(expected, Crc32.ByTables(folded, rest));
            }
            if (Crc32.IsWideFoldingSupported && data.Length >= Crc32.WideFoldingThreshold)
            {
                ReadOnlySpan<byte> rest = data;
                var folded = Crc32.FoldWide(state, ref rest);
                Assert.InRange(rest.Length, 0, 255);
                Assert.Equal(expected, Crc32.ByTables(folded, rest));
            }
            Assert.Equal(~expected, Crc32.Append(~state, data));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Parts_give_what_the_whole_gives() => Prop.ForAll(
        Gen.Choose(0, 5000).SelectMany(length => Gen.Choose(0, length).Select(cut => (length, cut))).ToArbitrary(), input =>
        {
            var data = new byte[input.length];
            new Random(input.cut).NextBytes(data);
            return Crc32.Append(Crc32.Compute(data.AsSpan(0, input.cut)), data.AsSpan(input.cut)) == Crc32.Compute(data);
        }).QuickCheckThrowOnFailure();

    static uint ByDefinition(ReadOnlySpan<byte> data)
    {
        var state = uint.MaxValue;
        foreach (var value in data)
        {
            state ^= value;
            for (var bit = 0; bit < 8; bit++) state = (state & 1) != 0 ? (state >> 1) ^ 0xEDB88320 : state >> 1;
        }
        return ~state;
    }
}
