using FsCheck;
using FsCheck.Fluent;
using Pogoline.Hex;

namespace Pogoline.Tests.Hex;

/// <summary>Images and runs against the simplest model: a table of bytes.</summary>
public class MemoryImageTests
{
    static readonly Gen<(int Kind, int At, byte[] Data)[]> Changes =
        (from kind in Gen.Choose(0, 3)
         from at in Gen.Choose(0, 120)
         from length in Gen.Choose(0, 30)
         from value in Gen.Choose(0, 2)
         select (kind, at, Enumerable.Repeat((byte)value, length).ToArray())).ArrayOf();

    [Fact]
    public void Writing_and_removing_leave_what_a_table_would_have() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(Changes.ToArbitrary(), changes =>
    {
        var (image, table) = (new MemoryImage(), new byte?[200]);
        foreach (var (kind, at, data) in changes)
        {
            if (kind == 0)
            {
                image.Remove(AddressRange.Of(new((uint)at), (uint)data.Length));
                table.AsSpan(at, data.Length).Clear();
                continue;
            }
            var conflict = Enumerable.Range(0, data.Length).FirstOrDefault(i => table[at + i] is { } old && old != data[i], -1);
            Assert.Equal(conflict < 0, image.Write(new((uint)at), data, out var address));
            if (conflict >= 0) Assert.Equal((uint)(at + conflict), address.Value);
            for (var i = 0; i < data.Length; i++) table[at + i] = data[i];
        }
        var segments = image.Segments.ToList();
        Assert.All(segments.Zip(segments.Skip(1)), pair => Assert.True(pair.First.Range.End < pair.Second.Start));
        var seen = new byte?[200];
        foreach (var segment in segments)
        {
            for (var i = 0; i < segment.Bytes.Length; i++) seen[segment.Start.Value + i] = segment.Bytes.Span[i];
        }
        Assert.Equal(table, seen);
        Assert.Equal(table.Count(b => b is not null), image.Bytes);
    }));

    [Fact]
    public void Runs_tell_what_is_new_and_grow_together() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(Changes.ToArbitrary(), changes =>
    {
        var (runs, table) = (new AddressRuns(), new bool[200]);
        foreach (var (_, at, data) in changes.Where(c => c.Data.Length > 0))
        {
            var part = table.AsSpan(at, data.Length);
            Assert.Equal(!part.Contains(true), runs.Add(AddressRange.Of(new((uint)at), (uint)data.Length)));
            part.Fill(true);
        }
        var expected = Enumerable.Range(0, 200).Where(i => table[i] && (i == 0 || !table[i - 1]))
            .Select(i => new AddressRange(new((uint)i), new((uint)(i + table.Skip(i).TakeWhile(t => t).Count()))));
        Assert.Equal(expected, runs.Runs);
    }));

    [Fact]
    public void Reading_ends_at_a_gap()
    {
        var image = HexGenerators.Image([(0x100, [1, 2]), (0x104, [5]), (0x102, [3])]);
        Assert.Equal([2, 3], image.Read(new(0x101), 10).ToArray());
        Assert.Equal([2], image.Read(new(0x101), 1).ToArray());
        Assert.Equal(0, image.Read(new(0x103), 10).Length);
        Assert.True(image.Touches(AddressRange.Of(new(0x103), 2)));
        Assert.False(image.Touches(AddressRange.Of(new(0x103), 1)));
    }

    [Fact]
    public void Too_many_pieces_are_refused()
    {
        var image = new MemoryImage();
        var error = Assert.Throws<PogolineException>(() =>
        {
            for (var i = 0u; i <= AddressRuns.Maximum; i++) image.Replace(new(i * 2), [1]);
        });
        Assert.Equal(HexFaults.Scattered, error.Code);
    }
}
