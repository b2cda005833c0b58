using System.Globalization;

namespace Pogoline.Links.Swd.Targets;

/// <summary>
/// The flash interface of the STM32F205: sectors of 16, 64 and 128 KiB, keys, a parallelism that the supply decides, option bytes. Unlike most programmers it
/// erases and programs words at a time where the supply allows, which takes half the time.
/// </summary>
sealed class Stm32F2Controller(TargetDefinition target, IMemory memory, TimeProvider time) : IFlashController
{
    const uint Key = 0x40023C04;
    const uint OptionKey = 0x40023C08;
    const uint Status = 0x40023C0C;
    const uint Control = 0x40023C10;
    const uint OptionControl = 0x40023C14;

    const uint FirstKey = 0x45670123;
    const uint SecondKey = 0xCDEF89AB;
    const uint FirstOptionKey = 0x08192A3B;
    const uint SecondOptionKey = 0x4C5D6E7F;

    const uint Program = 1;
    const uint SectorErase = 2;
    const uint MassErase = 4;
    const int SectorShift = 3;
    const int ParallelismShift = 8;
    const uint Start = 1 << 16;
    const uint Lock = 1u << 31;
    const uint Busy = 1 << 16;
    const uint Errors = 0xF2;
    const uint ClearStatus = 0xF3;

    const uint OptionLock = 1;
    const uint OptionStart = 2;
    const int ProtectShift = 16;
    const int ReadProtectShift = 8;
    const uint ReadProtectMask = 0xFF00;
    const uint ReadProtectOff = 0xAA;
    const uint ReadProtectForever = 0xCC;

    const uint FreezeRegister = 0xE0042008;
    const uint FreezeWatchdogs = 0x1800;

    static readonly TimeSpan LongestMassErase = TimeSpan.FromSeconds(35);
    static readonly TimeSpan LongestProgram = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestOption = TimeSpan.FromSeconds(2);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    int _width = sizeof(uint);

    public bool FitsLoader => _width == sizeof(uint);

    public uint ProgramMode => Program | Parallelism;

    public TimeSpan LongestErase { get; } = TimeSpan.FromSeconds(10);

    uint Parallelism => (uint)(_width switch { 1 => 0, 2 => 1, _ => 2 }) << ParallelismShift;

    public uint EraseParameter(AddressRange unit) => SectorErase | (SectorOf(unit) << SectorShift) | Parallelism;

    public TimeSpan ProgramTime(int bytes) => target.Flash.ProgramTime((long)bytes * sizeof(uint) / _width);

    public async ValueTask BeginAsync(double? volts, CancellationToken stop)
    {
        // Data sheet: words from 2.7 V, half-words from 2.1 V, bytes below. Particle boards have 3.3 V.
        _width = volts switch { < 2.1 => 1, < 2.7 => 2, _ => sizeof(uint) };
        var freeze = await memory.ReadWordAsync(FreezeRegister, stop).ConfigureAwait(false);
        await memory.WriteWordAsync(FreezeRegister, freeze | FreezeWatchdogs, stop).ConfigureAwait(false);
        if ((await memory.ReadWordAsync(Control, stop).ConfigureAwait(false) & Lock) != 0)
        {
            await memory.RunAsync([MemoryOperation.Write(Key, [FirstKey]), MemoryOperation.Write(Key, [SecondKey])], stop).ConfigureAwait(false);
            if ((await memory.ReadWordAsync(Control, stop).ConfigureAwait(false) & Lock) != 0)
                throw new PogolineException(SwdFaults.Flash, "The flash controller does not accept its keys.", "Cycle the board's power and run the same command again.");
        }
        await WaitAsync(LongestMassErase, "what it was doing", stop).ConfigureAwait(false);
    }

    public ValueTask EndAsync(CancellationToken stop) =>
        memory.RunAsync([MemoryOperation.Write(Control, [0u]), MemoryOperation.Write(Control, [Lock])], stop);

    public async ValueTask<IReadOnlyList<AddressRange>> FindProtectedAsync(IReadOnlyList<AddressRange> units, CancellationToken stop)
    {
        var options = await ReadOptionsAsync(stop).ConfigureAwait(false);
        return [.. units.Where(u => (options >> (ProtectShift + (int)SectorOf(u)) & 1) == 0)];
    }

    public async ValueTask EraseAsync(AddressRange unit, CancellationToken stop)
    {
        var control = EraseParameter(unit);
        await StartAsync(control, stop).ConfigureAwait(false);
        await FinishAsync(LongestErase, $"erasing sector {SectorOf(unit)}", stop).ConfigureAwait(false);
    }

    public async ValueTask EraseAllAsync(CancellationToken stop)
    {
        await StartAsync(MassErase | Parallelism, stop).ConfigureAwait(false);
        await FinishAsync(LongestMassErase, "the mass erase", stop).ConfigureAwait(false);
    }

    public async ValueTask ProgramAsync(uint address, ReadOnlyMemory<byte> data, CancellationToken stop)
    {
        await memory.RunAsync([MemoryOperation.Write(Status, [ClearStatus]), MemoryOperation.Write(Control, [ProgramMode])], stop).ConfigureAwait(false);
        await memory.WriteByWidthAsync(address, data, _width, stop).ConfigureAwait(false);
        await FinishAsync(LongestProgram, $"programming 0x{address:X8}", stop).ConfigureAwait(false);
    }

    public string Explain(uint error)
    {
        var names = new[] { (0x10u, "write protection"), (0x20u, "alignment"), (0x40u, "parallelism"), (0x80u, "sequence"), (0x02u, "operation") }
            .Where(e => (error & e.Item1) != 0).Select(e => e.Item2);
        return $"status 0x{error & 0xFFFF:X4} ({string.Join(", ", names)} error)";
    }

    /// <summary>Whether readback protection keeps the flash from debuggers.</summary>
    public async ValueTask<bool> IsLockedAsync(CancellationToken stop)
    {
        var (first, second) = (await ReadOptionsAsync(stop).ConfigureAwait(false), await ReadOptionsAsync(stop).ConfigureAwait(false));
        return first == second ? (first & ReadProtectMask) != ReadProtectOff << ReadProtectShift : throw new PogolineException(SwdFaults.LockUnclear,
            string.Create(CultureInfo.InvariantCulture, $"The option bytes read 0x{first:X8} and then 0x{second:X8}."),
            "Check the wires and the ground, or add --clock 1000000 or less, then try again. Nothing was changed.");
    }

    /// <summary>The sectors that are write-protected, a bit each.</summary>
    public async ValueTask<ushort> ReadProtectedSectorsAsync(CancellationToken stop) =>
        (ushort)(~(await ReadOptionsAsync(stop).ConfigureAwait(false) >> ProtectShift) & AllSectors);

    /// <summary>Protects exactly those sectors against writing.</summary>
    public async ValueTask ProtectSectorsAsync(ushort sectors, CancellationToken stop)
    {
        var options = await ReadOptionsAsync(stop).ConfigureAwait(false);
        await WriteOptionsAsync((options & ~((uint)AllSectors << ProtectShift)) | ((uint)(~sectors & AllSectors) << ProtectShift), LongestOption, stop).ConfigureAwait(false);
    }

    /// <summary>Takes the readback protection off, which erases the flash.</summary>
    public async ValueTask UnlockAsync(CancellationToken stop)
    {
        var options = await ReadOptionsAsync(stop).ConfigureAwait(false);
        await WriteOptionsAsync((options & ~ReadProtectMask) | (ReadProtectOff << ReadProtectShift), LongestMassErase, stop).ConfigureAwait(false);
    }

    /// <summary>The sectors of the part, a bit each.</summary>
    public const ushort AllSectors = 0x0FFF;

    async ValueTask WriteOptionsAsync(uint options, TimeSpan longest, CancellationToken stop)
    {
        options &= ~(OptionLock | OptionStart);
        if ((options & ReadProtectMask) >> ReadProtectShift == ReadProtectForever) throw new InvalidOperationException("level 2 cannot be taken back");
        // Once it is begun it is carried through.
        await memory.RunAsync([MemoryOperation.Write(OptionKey, [FirstOptionKey]), MemoryOperation.Write(OptionKey, [SecondOptionKey])], stop).ConfigureAwait(false);
        await WaitAsync(LongestMassErase, "what it was doing", CancellationToken.None).ConfigureAwait(false);
        await memory.RunAsync([MemoryOperation.Write(OptionControl, [options]), MemoryOperation.Write(OptionControl, [options | OptionStart])], CancellationToken.None).ConfigureAwait(false);
        await WaitAsync(longest, "programming the option bytes", CancellationToken.None).ConfigureAwait(false);
        await memory.WriteWordAsync(OptionControl, options | OptionLock, CancellationToken.None).ConfigureAwait(false);
        var now = await ReadOptionsAsync(CancellationToken.None).ConfigureAwait(false) & ~(OptionLock | OptionStart);
        if (now != options) throw new PogolineException(SwdFaults.Flash, $"The option bytes are 0x{now:X8} instead of 0x{options:X8}.", "Cycle the board's power and run the same command again.");
    }

    ValueTask<uint> ReadOptionsAsync(CancellationToken stop) => memory.ReadWordAsync(OptionControl, stop);

    ValueTask StartAsync(uint control, CancellationToken stop) => memory.RunAsync(
        [MemoryOperation.Write(Status, [ClearStatus]), MemoryOperation.Write(Control, [control]), MemoryOperation.Write(Control, [control | Start])], stop);

    async ValueTask FinishAsync(TimeSpan longest, string what, CancellationToken stop)
    {
        var status = await WaitAsync(longest, what, stop).ConfigureAwait(false);
        await memory.WriteWordAsync(Control, 0, stop).ConfigureAwait(false);
        if ((status & Errors) != 0)
            throw new PogolineException(SwdFaults.Flash, $"The flash controller ended {what} with {Explain(status)}.", "Look at 'pogoline swd info' for protected sectors; check the supply; then run the same command again.");
    }

    async ValueTask<uint> WaitAsync(TimeSpan longest, string what, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var status = await memory.ReadWordAsync(Status, stop).ConfigureAwait(false);
            if ((status & Busy) == 0) return status;
            if (time.GetElapsedTime(started) > longest)
                throw new PogolineException(SwdFaults.Flash, $"The flash controller did not end {what} within {longest.TotalSeconds} s.", "Check the supply, cycle the power and run the same command again.");
            await Task.Delay(Pause, time, stop).ConfigureAwait(false);
        }
    }

    uint SectorOf(AddressRange unit) => (uint)target.Flash.EraseUnits(target.Flash.Range).TakeWhile(u => u != unit).Count();
}
