namespace Pogoline.Links.Swd.Targets;

/// <summary>NVMC of the nRF52840: pages of 4 KiB, words only, no protection but that of firmware, which a reset takes away.</summary>
sealed class Nrf52Controller(TargetDefinition target, IMemory memory, TimeProvider time) : IFlashController
{
    const uint Ready = 0x4001E400;
    const uint Config = 0x4001E504;
    const uint ErasePage = 0x4001E508;
    const uint EraseAll = 0x4001E50C;
    const uint EraseUicr = 0x4001E514;
    const uint ReadOnly = 0;
    const uint WriteEnable = 1;
    const uint EraseEnable = 2;

    static readonly TimeSpan LongestEraseAll = TimeSpan.FromSeconds(5);
    static readonly TimeSpan LongestWrite = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public bool FitsLoader => true;

    public uint ProgramMode => 0;

    public TimeSpan LongestErase { get; } = TimeSpan.FromSeconds(1);

    public uint EraseParameter(AddressRange unit) => unit.Start.Value;

    public TimeSpan ProgramTime(int bytes) => target.Flash.ProgramTime(bytes);

    public ValueTask BeginAsync(double? volts, CancellationToken stop) => ValueTask.CompletedTask;

    public ValueTask EndAsync(CancellationToken stop) => memory.WriteWordAsync(Config, ReadOnly, stop);

    public ValueTask<IReadOnlyList<AddressRange>> FindProtectedAsync(IReadOnlyList<AddressRange> units, CancellationToken stop) => new([]);

    public ValueTask EraseAsync(AddressRange unit, CancellationToken stop) => EraseAsync(ErasePage, unit.Start.Value, LongestErase, stop);

    public ValueTask EraseAllAsync(CancellationToken stop) => EraseAsync(EraseAll, 1, LongestEraseAll, stop);

    /// <summary>Erases UICR alone.</summary>
    public ValueTask EraseConfigurationAsync(CancellationToken stop) => EraseAsync(EraseUicr, 1, LongestErase, stop);

    public async ValueTask ProgramAsync(uint address, ReadOnlyMemory<byte> data, CancellationToken stop)
    {
        await memory.WriteWordAsync(Config, WriteEnable, stop).ConfigureAwait(false);
        // The bus stalls while a word is written, and the access port answers WAIT meanwhile: the stream paces itself.
        await memory.WriteByWidthAsync(address, data, sizeof(uint), stop).ConfigureAwait(false);
        await WaitAsync(LongestWrite, $"writing 0x{address:X8}", stop).ConfigureAwait(false);
        await memory.WriteWordAsync(Config, ReadOnly, stop).ConfigureAwait(false);
    }

    public string Explain(uint error) => $"error 0x{error:X8}";

    async ValueTask EraseAsync(uint register, uint value, TimeSpan longest, CancellationToken stop)
    {
        await memory.RunAsync([MemoryOperation.Write(Config, [EraseEnable]), MemoryOperation.Write(register, [value])], stop).ConfigureAwait(false);
        await WaitAsync(longest, "the erase", stop).ConfigureAwait(false);
        await memory.WriteWordAsync(Config, ReadOnly, stop).ConfigureAwait(false);
    }

    async ValueTask WaitAsync(TimeSpan longest, string what, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        while ((await memory.ReadWordAsync(Ready, stop).ConfigureAwait(false) & 1) == 0)
        {
            if (time.GetElapsedTime(started) > longest)
                throw new PogolineException(SwdFaults.Flash, $"The flash controller did not end {what} within {longest.TotalSeconds} s.", "Check the supply, cycle the power and run the same command again.");
            await Task.Delay(Pause, time, stop).ConfigureAwait(false);
        }
    }
}
