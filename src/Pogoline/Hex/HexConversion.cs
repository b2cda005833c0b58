using System.Buffers;

namespace Pogoline.Hex;

/// <summary>What a pass over an Intel HEX file showed.</summary>
/// <param name="Lines">Its lines.</param>
/// <param name="Runs">Where its data lies: runs without gap, ascending.</param>
/// <param name="Bytes">Bytes of data, each address counted once.</param>
/// <param name="Repeated">Addresses that were given more than once.</param>
/// <param name="Entry">The entry point; null for none.</param>
/// <param name="HasEnd">Whether it has an end record.</param>
/// <param name="IsAscending">Whether the data comes in the order of addresses, each once.</param>
/// <param name="Problems">What is wrong.</param>
public sealed record HexSummary(long Lines, IReadOnlyList<AddressRange> Runs, long Bytes, IReadOnlyList<AddressRange> Repeated, HexEntry? Entry, bool HasEnd,
    bool IsAscending, HexProblems Problems);

/// <summary>
/// Checks and converts Intel HEX files of any size in constant memory. A file in the order of its addresses is read once. One that is not is read
/// again for each window of its addresses, which is then held, sorted, and compared where an address comes twice.
/// </summary>
/// <param name="source">The file; it is read from its start, maybe several times.</param>
/// <param name="mode">How much must be right.</param>
/// <param name="only">The addresses to look at; null for all.</param>
/// <param name="window">Bytes of data held at once.</param>
public sealed class HexConversion(Stream source, HexMode mode, AddressRange? only = null, int window = HexConversion.DefaultWindow)
{
    /// <summary>Bytes of data held at once, unless said otherwise.</summary>
    public const int DefaultWindow = 8 * 1024 * 1024;

    readonly HexProblems _problems = new();
    WindowBuffer? _window;

    /// <summary>Checks the file.</summary>
    public async Task<HexSummary> CheckAsync(CancellationToken stop)
    {
        var (summary, _) = await ScanAsync(null, null, stop).ConfigureAwait(false);
        foreach (var part in Windows(summary.Repeated))
        {
            if (_problems.Errors > 0) break;
            await HoldAsync(part, stop).ConfigureAwait(false);
        }
        return summary;
    }

    /// <summary>Checks the file and writes it in another format, sorted by address, each address once.</summary>
    /// <param name="destination">Where to; what it holds is of no use when the summary has errors.</param>
    /// <param name="format">Makes the writer. It is given the runs when <paramref name="needsRuns"/> is set, else none.</param>
    /// <param name="needsRuns">Whether the writer must know the runs beforehand.</param>
    /// <param name="stop">Stops between blocks.</param>
    /// <exception cref="PogolineException">The format cannot hold the data.</exception>
    public async Task<HexSummary> ConvertAsync(
        Stream destination, Func<IBufferWriter<byte>, IReadOnlyList<AddressRange>, IImageWriter> format, bool needsRuns, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(format);
        var output = new DoubleBuffer(destination);
        var (summary, isWritten) = await ScanAsync(needsRuns ? null : format(output, []), output, stop).ConfigureAwait(false);
        if (_problems.Errors > 0) return summary;
        if (!isWritten)
        {
            await output.RestartAsync().ConfigureAwait(false);
            var writer = format(output, summary.Runs);
            foreach (var part in Windows(summary.Runs))
            {
                var held = await HoldAsync(part, stop).ConfigureAwait(false);
                if (_problems.Errors > 0) return summary;
                foreach (var segment in held.Segments)
                {
                    for (var rest = segment; rest.Bytes.Length > 0; rest = rest.From(Math.Min(rest.Bytes.Length, DoubleBuffer.Piece)))
                    {
                        writer.Write(rest.Start, rest.Bytes.Span[..Math.Min(rest.Bytes.Length, DoubleBuffer.Piece)]);
                        await output.PassOnAsync(stop).ConfigureAwait(false);
                    }
                }
            }
            writer.Finish(summary.Entry);
        }
        await output.CompleteAsync(stop).ConfigureAwait(false);
        return summary;
    }

    async Task<(HexSummary Summary, bool IsWritten)> ScanAsync(IImageWriter? writer, DoubleBuffer? output, CancellationToken stop)
    {
        source.Position = 0;
        var scan = new Scan(_problems, writer);
        var decoder = new HexDecoder(only is { } part ? new Clip(scan, part) : scan, mode, _problems);
        await HexReader.DecodeAsync(source, decoder, output is null ? null : () => output.PassOnAsync(stop), stop).ConfigureAwait(false);
        if (scan.Runs.Runs.Count == 0 && _problems.Errors == 0) _problems.Error(HexFaults.Empty, 0, "The file has no data.");
        var isWritten = writer is not null && scan.IsAscending;
        if (isWritten) writer!.Finish(decoder.Entry);
        return (new(decoder.Lines, scan.Runs.Runs, scan.Runs.Bytes, scan.Repeated.Runs, decoder.Entry, decoder.HasEnded, scan.IsAscending, _problems), isWritten);
    }

    // Reads the file again and keeps what lies in a window. What else there is to tell was told the first time.
    async Task<WindowBuffer> HoldAsync(IReadOnlyList<AddressRange> part, CancellationToken stop)
    {
        source.Position = 0;
        _window ??= new(window);
        _window.Start(part);
        await HexReader.DecodeAsync(source, new(new Hold(_window, mode, _problems), mode, new(), joined: false), null, stop).ConfigureAwait(false);
        return _window;
    }

    IEnumerable<IReadOnlyList<AddressRange>> Windows(IReadOnlyList<AddressRange> runs)
    {
        var (part, room) = (new List<AddressRange>(), (uint)window);
        foreach (var run in runs)
        {
            for (var rest = run; rest.Length > 0; rest = new(part[^1].End, rest.End))
            {
                if (room == 0)
                {
                    yield return part;
                    (part, room) = ([], (uint)window);
                }
                part.Add(AddressRange.Of(rest.Start, Math.Min(rest.Length, room)));
                room -= part[^1].Length;
            }
        }
        if (part.Count > 0) yield return part;
    }

    sealed class Scan(HexProblems problems, IImageWriter? writer) : IHexSink
    {
        FlashAddress _end;

        public AddressRuns Runs { get; } = new();

        public AddressRuns Repeated { get; } = new();

        public bool IsAscending { get; private set; } = true;

        public void Write(FlashAddress address, ReadOnlySpan<byte> bytes, long line)
        {
            if (Runs.IsFull || Repeated.IsFull)
            {
                if (problems.FirstError?.Code != HexFaults.Scattered)
                    problems.Error(HexFaults.Scattered, line, $"The data lies in more than {AddressRuns.Maximum} pieces.");
                return;
            }
            var range = AddressRange.Of(address, (uint)bytes.Length);
            if (!Runs.Add(range)) Repeated.Add(range);
            IsAscending &= address >= _end;
            _end = range.End;
            if (IsAscending && problems.Errors == 0) writer?.Write(address, bytes);
        }
    }

    sealed class Clip(IHexSink inner, AddressRange range) : IHexSink
    {
        public void Write(FlashAddress address, ReadOnlySpan<byte> bytes, long line)
        {
            if (!AddressRange.Of(address, (uint)bytes.Length).Overlaps(range)) return;
            if (address < range.Start)
            {
                bytes = bytes[(int)(range.Start - address)..];
                address = range.Start;
            }
            inner.Write(address, address + (uint)bytes.Length > range.End ? bytes[..(int)(range.End - address)] : bytes, line);
        }
    }

    sealed class Hold(WindowBuffer held, HexMode mode, HexProblems problems) : IHexSink
    {
        public void Write(FlashAddress address, ReadOnlySpan<byte> bytes, long line)
        {
            if (!held.Write(address, bytes, out var conflict)) HexConflict.Report(problems, mode, line, conflict);
        }
    }
}
