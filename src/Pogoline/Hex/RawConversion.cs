using System.Buffers;

namespace Pogoline.Hex;

/// <summary>Converts bare bytes of any length in constant memory.</summary>
/// <param name="source">The bytes.</param>
/// <param name="start">The address of the first one.</param>
/// <param name="only">The addresses to take; null for all.</param>
public sealed class RawConversion(Stream source, FlashAddress start, AddressRange? only = null)
{
    /// <summary>Writes them in another format.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="format">Makes the writer; it is given the one run that there is.</param>
    /// <param name="stop">Stops between blocks.</param>
    public async Task<HexSummary> ConvertAsync(Stream destination, Func<IBufferWriter<byte>, IReadOnlyList<AddressRange>, IImageWriter> format, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(format);
        var problems = new HexProblems();
        if (source.Length > uint.MaxValue - start.Value) problems.Error(HexFaults.Address, 0, $"{source.Length} bytes from {start} on go beyond the 32-bit addresses.");
        var range = problems.Errors > 0 ? default : Wanted(AddressRange.Of(start, (uint)source.Length));
        if (range.Length == 0 && problems.Errors == 0) problems.Error(HexFaults.Empty, 0, "There is no data.");
        IReadOnlyList<AddressRange> runs = range.Length == 0 ? [] : [range];
        var summary = new HexSummary(0, runs, range.Length, [], null, true, true, problems);
        if (problems.Errors > 0) return summary;

        var output = new DoubleBuffer(destination);
        var writer = format(output, runs);
        var block = new byte[DoubleBuffer.Piece];
        source.Position = range.Start - start;
        for (var at = range.Start; at < range.End;)
        {
            var count = await source.ReadAsync(block.AsMemory(0, (int)Math.Min(range.End - at, (uint)block.Length)), stop).ConfigureAwait(false);
            if (count == 0) throw new EndOfStreamException("the file became shorter while it was read");
            writer.Write(at, block.AsSpan(0, count));
            await output.PassOnAsync(stop).ConfigureAwait(false);
            at += (uint)count;
        }
        writer.Finish(null);
        await output.CompleteAsync(stop).ConfigureAwait(false);
        return summary;
    }

    AddressRange Wanted(AddressRange all)
    {
        if (only is not { } part) return all;
        if (!part.Overlaps(all)) return default;
        return new(part.Start > all.Start ? part.Start : all.Start, part.End < all.End ? part.End : all.End);
    }
}
