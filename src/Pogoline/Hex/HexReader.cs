namespace Pogoline.Hex;

/// <summary>Reads Intel HEX from streams.</summary>
public static class HexReader
{
    const int BlockSize = 1024 * 1024;

    /// <summary>Feeds a stream to a decoder, reading ahead by one block.</summary>
    /// <param name="source">The text.</param>
    /// <param name="decoder">The decoder.</param>
    /// <param name="afterBlock">Called after each block, for a sink that passes on what it got; its task is awaited before the next one.</param>
    /// <param name="stop">Stops between blocks.</param>
    public static async Task DecodeAsync(Stream source, HexDecoder decoder, Func<ValueTask>? afterBlock, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(decoder);
        // What a decoder leaves is less than a line; it goes in front of the next block, which has that much room before it.
        const int before = HexDecoder.LongestLine + 2;
        var (current, next) = (new byte[before + BlockSize], new byte[before + BlockSize]);
        var left = 0;
        var read = await source.ReadAsync(current.AsMemory(before), stop).ConfigureAwait(false);
        while (read > 0)
        {
            var ahead = source.ReadAsync(next.AsMemory(before), stop);
            try
            {
                var text = current.AsMemory(before - left, left + read);
                var used = decoder.Decode(text.Span, isFinal: false);
                var rest = text.Span[used..];
                left = rest.Length;
                rest.CopyTo(next.AsSpan(before - left));
                if (afterBlock is not null) await afterBlock().ConfigureAwait(false);
            }
            finally
            {
                read = await ahead.ConfigureAwait(false);
            }
            (current, next) = (next, current);
        }
        decoder.Decode(current.AsSpan(before - left, left), isFinal: true);
        if (afterBlock is not null) await afterBlock().ConfigureAwait(false);
    }

    /// <summary>Reads a whole image into memory.</summary>
    /// <param name="source">The text.</param>
    /// <param name="mode">How much must be right.</param>
    /// <param name="stop">Stops between blocks.</param>
    /// <exception cref="PogolineException">The image is larger than <see cref="MemoryImage.Maximum"/>, or in too many pieces.</exception>
    public static async Task<HexImage> ReadAsync(Stream source, HexMode mode, CancellationToken stop)
    {
        var collector = new Collector(mode, new());
        var decoder = new HexDecoder(collector, mode, collector.Problems, joined: false);
        await DecodeAsync(source, decoder, null, stop).ConfigureAwait(false);
        return collector.Finish(decoder);
    }

    /// <summary>Reads a whole image into memory.</summary>
    /// <exception cref="PogolineException">As <see cref="ReadAsync"/>.</exception>
    public static HexImage Read(ReadOnlySpan<byte> text, HexMode mode = HexMode.Strict)
    {
        var collector = new Collector(mode, new());
        var decoder = new HexDecoder(collector, mode, collector.Problems, joined: false);
        decoder.Decode(text, isFinal: true);
        return collector.Finish(decoder);
    }

    sealed class Collector(HexMode mode, HexProblems problems) : IHexSink
    {
        readonly MemoryImage _image = new();

        public HexProblems Problems => problems;

        public void Write(FlashAddress address, ReadOnlySpan<byte> bytes, long line)
        {
            if (!_image.Write(address, bytes, out var conflict)) HexConflict.Report(problems, mode, line, conflict);
        }

        public HexImage Finish(HexDecoder decoder)
        {
            if (_image.IsEmpty && problems.Errors == 0) problems.Error(HexFaults.Empty, 0, "The file has no data.");
            return new(_image, decoder.Entry, decoder.HasEnded, decoder.Lines, problems);
        }
    }
}

/// <summary>An Intel HEX file in memory.</summary>
/// <param name="Memory">Its data.</param>
/// <param name="Entry">Its entry point; null for none.</param>
/// <param name="HasEnd">Whether it has an end record.</param>
/// <param name="Lines">Its lines.</param>
/// <param name="Problems">What is wrong with it.</param>
public sealed record HexImage(MemoryImage Memory, HexEntry? Entry, bool HasEnd, long Lines, HexProblems Problems)
{
    /// <summary>This image, when it is free of errors.</summary>
    /// <param name="name">The file's name, for the message.</param>
    /// <exception cref="PogolineException">With the first error.</exception>
    public HexImage Require(string name) => Problems.FirstError is { } error ? throw error.ToException(name) : this;
}

static class HexConflict
{
    public static void Report(HexProblems problems, HexMode mode, long line, FlashAddress address)
    {
        if (mode == HexMode.Strict) problems.Error(HexFaults.Overlap, line, $"The byte at {address} was given before, with another value.");
        else problems.Warn(HexFaults.Overlap, line, $"The byte at {address} was given before, with another value; this one is taken.");
    }
}
