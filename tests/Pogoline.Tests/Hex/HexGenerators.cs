using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Pogoline.Hex;

namespace Pogoline.Tests.Hex;

/// <summary>Images and texts at the edges of the format.</summary>
static class HexGenerators
{
    // Near bank ends, at zero, in the places of both generations, and anywhere.
    static readonly Gen<uint> Address = Gen.OneOf(
        from bank in Gen.Choose(0, 0xFFFE)
        from distance in Gen.Choose(-40, 40)
        select (uint)Math.Max(0, ((long)bank << 16) + distance),
        Gen.Elements(0u, 1u, 0xFFF0u, 0x08000000u, 0x0801FFFFu, 0x10001014u, 0x7FFFFFF0u, 0xFFFEFFFFu),
        Gen.Choose(0, int.MaxValue - 1000).Select(n => (uint)n));

    static readonly Gen<byte[]> Data =
        from length in Gen.Frequency((8, Gen.Choose(1, 40)), (2, Gen.Choose(1, 600)), (1, Gen.Choose(60_000, 70_000)))
        from seed in Gen.Choose(0, int.MaxValue)
        from blank in Gen.Frequency((5, Gen.Constant(false)), (1, Gen.Constant(true)))
        select blank ? [.. Enumerable.Repeat((byte)0xFF, length)] : Bytes(length, seed);

    /// <summary>Up to 12 runs of bytes, in any order, none over another.</summary>
    public static Gen<(uint Address, byte[] Data)[]> Pieces { get; } =
        (from count in Gen.Choose(1, 12)
         from pieces in (from address in Address from data in Data select (address, data)).ListOf(count)
         select Disjoint(pieces).ToArray()).Where(pieces => pieces.Length > 0);

    /// <summary>A text with these pieces: rows of odd lengths, either case, any line end, type 04 and, where it can be, type 02 records.</summary>
    public static Gen<string> TextOf((uint Address, byte[] Data)[] pieces) =>
        from seed in Gen.Choose(0, int.MaxValue)
        select Text(pieces, new Random(seed));

    public static MemoryImage Image(IEnumerable<(uint Address, byte[] Data)> pieces)
    {
        var image = new MemoryImage();
        foreach (var (address, data) in pieces) image.Replace(new(address), data);
        return image;
    }

    static string Text((uint Address, byte[] Data)[] pieces, Random random)
    {
        var text = new StringBuilder();
        var lineEnd = random.Next(4) switch { 0 => "\r\n", 1 => "\r", 2 => " \n", _ => "\n" };
        var @base = (Value: 0u, IsSegment: false);
        foreach (var (address, data) in pieces)
        {
            var full = random.Next(3) switch { 0 => 16, 1 => 32, _ => random.Next(1, 256) };
            for (var at = 0; at < data.Length;)
            {
                var here = address + (uint)at;
                if (here < @base.Value || here - @base.Value > 0xFFFF || random.Next(20) == 0)
                {
                    var isSegment = here <= 0xFFFFF && random.Next(3) == 0;
                    @base = isSegment ? ((here >> 4) << 4, true) : ((here >> 16) << 16, false);
                    Line(HexDecoderTests.Record(0, isSegment ? 2 : 4, $"{(isSegment ? @base.Value >> 4 : @base.Value >> 16):X4}"));
                }
                var offset = here - @base.Value;
                var count = (int)Math.Min(Math.Min(random.Next(4) == 0 ? random.Next(1, 256) : full, data.Length - at), 0x10000 - offset);
                Line(HexDecoderTests.Record((int)offset, 0, Convert.ToHexString(data.AsSpan(at, count))));
                at += count;
            }
        }
        if (random.Next(2) == 0) Line(HexDecoderTests.Record(0, 5, "08000185"));
        Line(":00000001FF");
        return text.ToString();

        void Line(string record)
        {
            record = record.TrimEnd();
            text.Append(random.Next(4) == 0 ? record.ToLowerInvariant() : record).Append(lineEnd);
        }
    }

    static IEnumerable<(uint, byte[])> Disjoint(IEnumerable<(uint Address, byte[] Data)> pieces)
    {
        var taken = new List<(long Start, long End)>();
        foreach (var (address, data) in pieces)
        {
            var (start, end) = ((long)address, (long)address + data.Length);
            if (end >= uint.MaxValue || taken.Exists(t => start < t.End && t.Start < end)) continue;
            taken.Add((start, end));
            yield return (address, data);
        }
    }

    static byte[] Bytes(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
