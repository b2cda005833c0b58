using System.Buffers.Binary;

namespace Pogoline.Links.Swd;

/// <summary>
/// Memory through an AHB access port: blocks of DRW accesses with auto-increment. TAR is written anew at every 1 KiB, the window that increments for
/// certain, so a window is also what is done again after a disturbance: writing the same bytes to the same address twice is harmless.
/// </summary>
sealed class MemoryAccessPort(DebugPort port, byte number) : IMemory
{
    const byte Csw = 0x00;
    const byte Tar = 0x04;
    const byte Drw = 0x0C;
    const uint CswBase = 0x2300_0000;
    const uint SingleIncrement = 0x10;
    const uint PackedIncrement = 0x20;
    const uint IncrementMask = 0x30;
    const uint Window = 1024;
    const int Attempts = 4;

    readonly List<Segment> _segments = [];
    SwdTransfer[] _transfers = new SwdTransfer[1024];
    uint[] _reads = new uint[256];
    int _count, _readCount;
    uint? _csw;

    /// <summary>Accesses in a row within one window.</summary>
    /// <param name="First">The first of its transfers.</param>
    /// <param name="FirstRead">The first of its values.</param>
    /// <param name="Csw">CSW for them.</param>
    /// <param name="Address">Where they begin.</param>
    /// <param name="Into">Where the values of reads go to; empty for writes.</param>
    readonly record struct Segment(int First, int FirstRead, uint Csw, uint Address, Memory<byte> Into);

    public async ValueTask RunAsync(IReadOnlyList<MemoryOperation> operations, CancellationToken stop)
    {
        Begin();
        foreach (var operation in operations) Add(operation);
        await RunAsync(stop).ConfigureAwait(false);
    }

    public async ValueTask WriteByWidthAsync(uint address, ReadOnlyMemory<byte> data, int width, CancellationToken stop)
    {
        var packed = CswBase | PackedIncrement | SizeOf(width);
        await port.WriteApAsync(number, Csw, packed, stop).ConfigureAwait(false);
        var isPacked = width < sizeof(uint) && (await port.ReadApAsync(number, Csw, stop).ConfigureAwait(false) & IncrementMask) == PackedIncrement;
        Begin();
        while (!data.IsEmpty)
        {
            var length = (int)Math.Min(Window - (address % Window), (uint)data.Length);
            if (isPacked) AddWrites(packed, address, data.Span[..length], sizeof(uint));
            else AddWrites(CswBase | SingleIncrement | SizeOf(width), address, data.Span[..length], width);
            (address, data) = (address + (uint)length, data[length..]);
        }
        await RunAsync(stop).ConfigureAwait(false);
    }

    static uint SizeOf(int width) => width switch { 1 => 0, 2 => 1, _ => 2 };

    void Begin()
    {
        _segments.Clear();
        (_count, _readCount, _csw) = (0, 0, null);
        if (port.Selecting(number, Drw) is { } select) Add(select);
    }

    void Add(in MemoryOperation operation)
    {
        for (var done = 0; done < operation.Length;)
        {
            var address = operation.Address + (uint)done;
            var left = (uint)(operation.Length - done);
            // Bytes up to the next word, whole words up to the end of the window, and the bytes that are left.
            var width = address % sizeof(uint) == 0 && left >= sizeof(uint) ? sizeof(uint) : 1;
            var length = (int)(width == 1 ? Math.Min(left, sizeof(uint) - (address % sizeof(uint))) : Math.Min(Window - (address % Window), left & ~3u));
            var csw = CswBase | SingleIncrement | SizeOf(width);
            if (operation.IsRead) AddReads(csw, address, operation.Destination.Slice(done, length), width);
            else AddWrites(csw, address, operation.Source.Span.Slice(done, length), width);
            done += length;
        }
    }

    void AddWrites(uint csw, uint address, ReadOnlySpan<byte> data, int width)
    {
        BeginSegment(csw, address, default);
        for (var i = 0; i < data.Length; i += width)
        {
            var lane = (int)((address + (uint)i) % sizeof(uint)) * 8;
            Add(SwdTransfer.WriteAp(Drw, width switch
            {
                1 => (uint)data[i] << lane,
                2 => (uint)BinaryPrimitives.ReadUInt16LittleEndian(data[i..]) << lane,
                _ => BinaryPrimitives.ReadUInt32LittleEndian(data[i..]),
            }));
        }
    }

    void AddReads(uint csw, uint address, Memory<byte> into, int width)
    {
        BeginSegment(csw, address, into);
        for (var i = 0; i < into.Length; i += width) Add(SwdTransfer.ReadAp(Drw));
    }

    void BeginSegment(uint csw, uint address, Memory<byte> into)
    {
        _segments.Add(new(_count, _readCount, csw, address, into));
        if (_csw != csw) Add(SwdTransfer.WriteAp(Csw, csw));
        _csw = csw;
        Add(SwdTransfer.WriteAp(Tar, address));
    }

    void Add(SwdTransfer transfer)
    {
        if (_count == _transfers.Length) Array.Resize(ref _transfers, _count * 2);
        _transfers[_count++] = transfer;
        if (transfer.IsRead) _readCount++;
    }

    async ValueTask RunAsync(CancellationToken stop)
    {
        if (_reads.Length < _readCount) _reads = new uint[_readCount];
        var (first, firstRead, failures) = (0, 0, 0);
        var lastFailed = -1;
        while (true)
        {
            var outcome = await port.RunAsync(_transfers.AsMemory(first.._count), _reads.AsMemory(firstRead.._readCount), stop).ConfigureAwait(false);
            if (outcome.IsOk) break;
            // A write that was taken is done only when the next transfer is answered: the last completed one counts as failed too.
            var failed = first + Math.Max(0, outcome.Completed - 1);
            var at = _segments.FindLastIndex(s => s.First <= failed);
            failures = at == lastFailed ? failures + 1 : 1;
            lastFailed = at;
            var segment = _segments[Math.Max(0, at)];
            var status = await port.RecoverAsync(outcome.Ack, stop).ConfigureAwait(false);
            const uint parityErrorSeenByTarget = 0x80;
            if ((outcome.Ack == SwdAck.Fault && (status & parityErrorSeenByTarget) == 0) || failures == Attempts)
            {
                throw outcome.Ack == SwdAck.Fault ? Refused(segment, first + outcome.Completed) : DebugPort.Lost($"{segment.Address:X8} answered {outcome.Ack} {failures} times");
            }
            // The window again, from its own TAR, and everything behind it.
            await port.WriteApAsync(number, Csw, segment.Csw, stop).ConfigureAwait(false);
            (first, firstRead) = (segment.First, segment.FirstRead);
        }
        foreach (var segment in _segments) Deliver(segment);
    }

    void Deliver(Segment segment)
    {
        var into = segment.Into.Span;
        var width = (segment.Csw & 3) == 2 ? sizeof(uint) : 1;
        for (var i = 0; i < into.Length; i += width)
        {
            var value = _reads[segment.FirstRead + (i / width)];
            if (width == sizeof(uint)) BinaryPrimitives.WriteUInt32LittleEndian(into[i..], value);
            else into[i] = (byte)(value >> (int)((segment.Address + (uint)i) % sizeof(uint) * 8));
        }
    }

    PogolineException Refused(Segment segment, int transfer)
    {
        var data = 0;
        for (var i = segment.First; i < transfer; i++) if (_transfers[i].Address == Drw) data++;
        var address = segment.Address + (uint)(data * ((segment.Csw & 3) == 0 ? 1 : sizeof(uint)));
        return new(SwdFaults.Bus, $"The target refused the access to 0x{address:X8}, or to one just before it.",
            "Check the address; if it is flash, look at 'pogoline swd info' whether it is protected.");
    }
}
