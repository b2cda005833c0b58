namespace Pogoline.Links.Swd;

/// <summary>
/// The control access port of an nRF52840: the only way to a locked chip. A lock state is believed only after it was read the same twice.
/// </summary>
sealed class NordicControlPort(DebugPort port, byte number, TimeProvider time)
{
    const byte Reset = 0x00;
    const byte EraseAll = 0x04;
    const byte EraseAllStatus = 0x08;
    const byte ProtectStatus = 0x0C;

    static readonly TimeSpan EraseDeadline = TimeSpan.FromSeconds(15);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Whether the chip is locked.</summary>
    /// <exception cref="PogolineException"><see cref="SwdFaults.LockUnclear"/>: two reads differ.</exception>
    public async ValueTask<bool> IsLockedAsync(CancellationToken stop)
    {
        var first = await port.ReadApAsync(number, ProtectStatus, stop).ConfigureAwait(false);
        await port.ReattachAsync(stop).ConfigureAwait(false);
        var second = await port.ReadApAsync(number, ProtectStatus, stop).ConfigureAwait(false);
        return first == second && first <= 1 ? first == 0 : throw new PogolineException(SwdFaults.LockUnclear,
            $"The lock state reads 0x{first:X8} and then 0x{second:X8}.", "Check the wires and the ground, or add --clock 1000000 or less, then try again. Nothing was changed.");
    }

    /// <summary>Holds the system in reset for a moment.</summary>
    public async ValueTask PulseResetAsync(CancellationToken stop)
    {
        await port.WriteApAsync(number, Reset, 1, stop).ConfigureAwait(false);
        await port.WriteApAsync(number, Reset, 0, stop).ConfigureAwait(false);
        await port.ReturnAsync(stop).ConfigureAwait(false);
    }

    /// <summary>Erases the flash and UICR and opens the chip until its next reset.</summary>
    /// <exception cref="PogolineException"><see cref="SwdFaults.Core"/>: it does not end, or does not open.</exception>
    public async ValueTask EraseAllAsync(CancellationToken stop)
    {
        await port.WriteApAsync(number, EraseAll, 0, stop).ConfigureAwait(false);
        await port.WriteApAsync(number, EraseAll, 1, stop).ConfigureAwait(false);
        var started = time.GetTimestamp();
        // From here on it is carried through: half an erase helps nobody.
        while (await port.ReadApAsync(number, EraseAllStatus, CancellationToken.None).ConfigureAwait(false) != 0)
        {
            if (time.GetElapsedTime(started) > EraseDeadline)
                throw new PogolineException(SwdFaults.Core, $"The erase did not end within {EraseDeadline.TotalSeconds} s.", "Cycle the board's power and try again.");
            await Task.Delay(Pause, time, CancellationToken.None).ConfigureAwait(false);
        }
        await PulseResetAsync(CancellationToken.None).ConfigureAwait(false);
        await port.WriteApAsync(number, EraseAll, 0, CancellationToken.None).ConfigureAwait(false);
        if (await IsLockedAsync(CancellationToken.None).ConfigureAwait(false))
            throw new PogolineException(SwdFaults.Locked, "The chip was erased but is still locked.", "Cycle the board's power and unlock it again.");
    }
}
