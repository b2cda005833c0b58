using System.Buffers.Binary;
using Pogoline.Links.Swd.Targets;

namespace Pogoline.Links.Swd.Loader;

/// <summary>
/// The host's side of the loader in the target's RAM (loop.s): slots that are filled in turn and worked on in that order. Filling a slot, starting it and looking at the
/// oldest one is one batch, so nothing waits for an answer while the flash has work.
/// </summary>
sealed class RamLoader(SwdTarget target)
{
    /// <summary>Bytes that a slot holds.</summary>
    public const int SlotSize = 16 * 1024;

    /// <summary>Slots; with what stands before them they fit into the 128 KiB of the smaller part.</summary>
    public const int Slots = 7;

    const uint TableOffset = 0x400;
    const uint SlotsOffset = 0x800;
    const uint StackOffset = 0x1000;
    const uint DataOffset = 0x1000;
    const uint SlotStride = 32;
    const uint EraseCommand = 1;
    const uint ProgramCommand = 2;
    const uint ChecksumCommand = 4;
    const uint Failed = 1u << 31;
    const int MostBlocks = SlotSize / sizeof(uint);

    static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);
    static readonly TimeSpan ChecksumTimePerMegabyte = TimeSpan.FromSeconds(2);
    static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(1);
    static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(20);

    readonly byte[] _command = new byte[sizeof(uint)];
    readonly TimeSpan[] _expected = new TimeSpan[Slots];
    readonly long[] _started = new long[Slots];
    readonly bool[] _isBusy = new bool[Slots];
    int _next;

    /// <summary>Commands that were given so far; all but the last <see cref="Slots"/> are surely done.</summary>
    public int Given { get; private set; }

    uint Ram => target.Definition.Ram.Start.Value;

    uint Slot(int slot) => Ram + SlotsOffset + ((uint)slot * SlotStride);

    uint Data(int slot) => Ram + DataOffset + ((uint)slot * SlotSize);

    /// <summary>Loads and starts it; the core is halted.</summary>
    /// <exception cref="PogolineException"><see cref="SwdFaults.Loader"/>: the RAM does not keep it, or it does not run.</exception>
    public async ValueTask StartAsync(CancellationToken stop)
    {
        var code = LoaderCode.Of(target.Definition.Controller);
        var (codeBack, tableBack) = (new byte[code.Length], new byte[LoaderCode.CrcTable.Length]);
        await target.Memory.RunAsync(
            [
                MemoryOperation.Write(Ram, code), MemoryOperation.Write(Ram + TableOffset, LoaderCode.CrcTable), MemoryOperation.Write(Slot(0), new byte[Slots * SlotStride]),
                MemoryOperation.Read(Ram, codeBack), MemoryOperation.Read(Ram + TableOffset, tableBack),
            ], stop).ConfigureAwait(false);
        if (!code.Span.SequenceEqual(codeBack) || !LoaderCode.CrcTable.Span.SequenceEqual(tableBack))
        {
            throw new PogolineException(SwdFaults.Loader, $"The target's RAM at 0x{Ram:X8} does not hold what was written to it.", "Check the supply and the wires, or add --clock 1000000; --no-loader goes without.");
        }
        await target.Core.RunAsync(Ram, Ram + StackOffset, stop).ConfigureAwait(false);
        Array.Clear(_isBusy);
        _next = 0;
    }

    /// <summary>Erases a unit, programs words, or both, as soon as a slot is free; returns while the flash works.</summary>
    /// <param name="unit">What is erased first; null for nothing.</param>
    /// <param name="address">Where the data goes to.</param>
    /// <param name="data">Whole words, at most <see cref="SlotSize"/>; empty for an erase only.</param>
    /// <param name="stop">Observed between batches.</param>
    public async ValueTask SubmitAsync(AddressRange? unit, uint address, ReadOnlyMemory<byte> data, CancellationToken stop)
    {
        var command = (unit is null ? 0 : EraseCommand) | (data.IsEmpty ? 0 : ProgramCommand);
        var erase = unit is { } u ? target.Controller.EraseParameter(u) : 0;
        var time = (unit is { } erased ? target.Definition.Flash.EraseTime(erased) : TimeSpan.Zero) + target.Controller.ProgramTime(data.Length);
        await SubmitAsync(command, address, data, (uint)data.Length, 0, erase, time, stop).ConfigureAwait(false);
    }

    /// <summary>The CRC-32 of blocks in a row, computed by the target.</summary>
    /// <param name="address">The first block; a multiple of 4.</param>
    /// <param name="blockSize">Bytes of a block; a multiple of 4.</param>
    /// <param name="count">How many.</param>
    /// <param name="stop">Observed between batches.</param>
    public async ValueTask<uint[]> ChecksumAsync(uint address, uint blockSize, int count, CancellationToken stop)
    {
        var sums = new uint[count];
        for (var first = 0; first < count; first += MostBlocks)
        {
            var blocks = Math.Min(MostBlocks, count - first);
            var slot = _next;
            var time = ChecksumTimePerMegabyte * ((double)blockSize * blocks / (1024 * 1024));
            await SubmitAsync(ChecksumCommand, address + (blockSize * (uint)first), default, blockSize, (uint)blocks, 0, time, stop).ConfigureAwait(false);
            await WaitAsync(slot, stop).ConfigureAwait(false);
            var result = new byte[blocks * sizeof(uint)];
            await target.Memory.ReadAsync(Data(slot), result, stop).ConfigureAwait(false);
            for (var i = 0; i < blocks; i++) sums[first + i] = BinaryPrimitives.ReadUInt32LittleEndian(result.AsSpan(i * sizeof(uint)));
        }
        return sums;
    }

    /// <summary>Waits until all slots are free.</summary>
    public async ValueTask FinishAsync(CancellationToken stop)
    {
        for (var i = 0; i < Slots; i++) await WaitAsync((_next + i) % Slots, stop).ConfigureAwait(false);
    }

    /// <summary>Ends it: the core is halted.</summary>
    public ValueTask StopAsync(CancellationToken stop) => target.Core.HaltAsync(stop);

    async ValueTask SubmitAsync(uint command, uint address, ReadOnlyMemory<byte> data, uint length, uint count, uint erase, TimeSpan time, CancellationToken stop)
    {
        var slot = _next;
        await WaitAsync(slot, stop).ConfigureAwait(false);
        var oldest = (slot + 1) % Slots;
        var operations = new List<MemoryOperation>(4);
        if (!data.IsEmpty) operations.Add(MemoryOperation.Write(Data(slot), data));
        operations.Add(MemoryOperation.Write(Slot(slot) + 4, [address, length, Data(slot), count, erase, target.Controller.ProgramMode]));
        // The command word last: with it the loader starts.
        operations.Add(MemoryOperation.Write(Slot(slot), [command]));
        if (_isBusy[oldest]) operations.Add(MemoryOperation.Read(Slot(oldest), _command));
        await target.Memory.RunAsync(operations, stop).ConfigureAwait(false);
        var before = (slot + Slots - 1) % Slots;
        var ahead = _isBusy[before] ? _expected[before] - target.Time.GetElapsedTime(_started[before]) : TimeSpan.Zero;
        (_isBusy[slot], _expected[slot], _started[slot]) = (true, time + (ahead > TimeSpan.Zero ? ahead : TimeSpan.Zero), target.Time.GetTimestamp());
        (_next, Given) = (oldest, Given + 1);
        if (_isBusy[oldest]) Look(oldest);
    }

    async ValueTask WaitAsync(int slot, CancellationToken stop)
    {
        if (!_isBusy[slot]) return;
        var deadline = (_expected[slot] * 4) + Grace;
        while (true)
        {
            await target.Memory.ReadAsync(Slot(slot), _command, stop).ConfigureAwait(false);
            Look(slot);
            if (!_isBusy[slot]) return;
            var elapsed = target.Time.GetElapsedTime(_started[slot]);
            if (elapsed > deadline)
            {
                await target.Core.HaltAsync(stop).ConfigureAwait(false);
                throw new PogolineException(SwdFaults.Loader, $"The loader did not finish within {deadline.TotalSeconds:F0} s: {await target.Core.DescribeAsync(stop).ConfigureAwait(false)}.",
                    "Check the supply, cycle the power and run the same command again; --no-loader goes without the loader.");
            }
            var left = (_expected[slot] - elapsed) / 2;
            await Task.Delay(left < ShortestPause ? ShortestPause : left > LongestPause ? LongestPause : left, target.Time, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Takes in what the command word of a slot says. The loader stops at an error, and slots are looked at in their order, so none is missed.</summary>
    void Look(int slot)
    {
        var command = BinaryPrimitives.ReadUInt32LittleEndian(_command);
        if ((command & Failed) != 0)
            throw new PogolineException(SwdFaults.Flash, $"The flash controller stopped with {target.Controller.Explain(command & ~Failed)}.", "Look at 'pogoline swd info' for protected sectors; check the supply; then run the same command again.");
        if (command == 0) _isBusy[slot] = false;
    }
}
