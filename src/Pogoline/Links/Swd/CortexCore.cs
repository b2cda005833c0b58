namespace Pogoline.Links.Swd;

/// <summary>The core-debug registers of a Cortex-M3 or M4: halt, run, reset, core registers.</summary>
sealed class CortexCore(DebugPort port, IMemory memory, TimeProvider time)
{
    const uint Cpuid = 0xE000ED00;
    const uint Aircr = 0xE000ED0C;
    const uint Cfsr = 0xE000ED28;
    const uint Dfsr = 0xE000ED30;
    const uint Dhcsr = 0xE000EDF0;
    const uint Dcrsr = 0xE000EDF4;
    const uint Demcr = 0xE000EDFC;

    const uint DebugKey = 0xA05F_0000;
    const uint DebugEnable = 1;
    const uint Halt = 2;
    const uint MaskInterrupts = 8;
    const uint RegisterReady = 1 << 16;
    const uint Halted = 1 << 17;
    const uint LockedUp = 1 << 19;
    const uint WasReset = 1 << 25;

    const uint SystemResetRequest = 0x05FA_0004;
    const uint TraceEnable = 1 << 24;
    const uint CatchReset = 1;
    const uint CatchFaults = (1 << 10) | (1 << 8);
    const uint ClearDebugFaults = 0x1F;
    const uint WriteRegister = 1 << 16;
    const uint ThumbState = 0x0100_0000;

    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    /// <summary>A core register by its number in DCRSR.</summary>
    public enum Register : uint
    {
        R0 = 0,
        StackPointer = 13,
        ProgramCounter = 15,
        ProgramStatus = 16,
    }

    /// <summary>CPUID.</summary>
    public ValueTask<uint> ReadIdAsync(CancellationToken stop) => memory.ReadWordAsync(Cpuid, stop);

    /// <summary>Whether the core is halted.</summary>
    public async ValueTask<bool> IsHaltedAsync(CancellationToken stop) => (await memory.ReadWordAsync(Dhcsr, stop).ConfigureAwait(false) & Halted) != 0;

    /// <summary>Halts the core where it is.</summary>
    public async ValueTask HaltAsync(CancellationToken stop)
    {
        await memory.WriteWordAsync(Dhcsr, DebugKey | DebugEnable | Halt, stop).ConfigureAwait(false);
        await WaitAsync(Halted, "halt", stop).ConfigureAwait(false);
    }

    /// <summary>Resets the system and halts the core before its first instruction, so that nothing has been started, protected or locked by firmware.</summary>
    public async ValueTask ResetAndHaltAsync(CancellationToken stop)
    {
        await ArmResetCatchAsync(stop).ConfigureAwait(false);
        // Reading takes away the mark of an earlier reset.
        await memory.ReadWordAsync(Dhcsr, stop).ConfigureAwait(false);
        await RequestResetAsync(stop).ConfigureAwait(false);
        await FinishResetCatchAsync(stop).ConfigureAwait(false);
    }

    /// <summary>Makes the next reset halt the core; also while the reset line is held low, on a part whose debug port stays reachable then.</summary>
    public ValueTask ArmResetCatchAsync(CancellationToken stop) => memory.RunAsync(
        [MemoryOperation.Write(Dhcsr, [DebugKey | DebugEnable | Halt]), MemoryOperation.Write(Demcr, [TraceEnable | CatchReset])], stop);

    /// <summary>Waits until the core has halted at its reset vector.</summary>
    public async ValueTask FinishResetCatchAsync(CancellationToken stop)
    {
        await WaitAsync(Halted, "halt after the reset", stop).ConfigureAwait(false);
        await memory.RunAsync([MemoryOperation.Write(Demcr, [TraceEnable]), MemoryOperation.Write(Dfsr, [ClearDebugFaults])], stop).ConfigureAwait(false);
    }

    /// <summary>Resets the system, lets it run and takes the debugger's hands off the core.</summary>
    public async ValueTask ResetAndRunAsync(CancellationToken stop)
    {
        await memory.RunAsync([MemoryOperation.Write(Demcr, [0u]), MemoryOperation.Write(Dhcsr, [DebugKey | DebugEnable])], stop).ConfigureAwait(false);
        await memory.ReadWordAsync(Dhcsr, stop).ConfigureAwait(false);
        await RequestResetAsync(stop).ConfigureAwait(false);
        var started = time.GetTimestamp();
        while ((await memory.ReadWordAsync(Dhcsr, stop).ConfigureAwait(false) & WasReset) == 0)
        {
            if (time.GetElapsedTime(started) > Deadline) throw Stuck("reset");
            await Task.Delay(Pause, time, stop).ConfigureAwait(false);
        }
        await memory.WriteWordAsync(Dhcsr, DebugKey, stop).ConfigureAwait(false);
    }

    /// <summary>Runs code in RAM with interrupts masked; a fault or a BKPT halts it.</summary>
    public async ValueTask RunAsync(uint entry, uint stack, CancellationToken stop)
    {
        await WriteRegisterAsync(Register.StackPointer, stack, stop).ConfigureAwait(false);
        await WriteRegisterAsync(Register.ProgramCounter, entry, stop).ConfigureAwait(false);
        await WriteRegisterAsync(Register.ProgramStatus, ThumbState, stop).ConfigureAwait(false);
        // Masking counts only when it is set while the core is halted.
        await memory.RunAsync(
            [
                MemoryOperation.Write(Demcr, [TraceEnable | CatchFaults]), MemoryOperation.Write(Dfsr, [ClearDebugFaults]),
                MemoryOperation.Write(Dhcsr, [DebugKey | DebugEnable | Halt | MaskInterrupts]),
                MemoryOperation.Write(Dhcsr, [DebugKey | DebugEnable | MaskInterrupts]),
            ], stop).ConfigureAwait(false);
    }

    /// <summary>What the core is doing, for a message.</summary>
    public async ValueTask<string> DescribeAsync(CancellationToken stop)
    {
        var status = await memory.ReadWordAsync(Dhcsr, stop).ConfigureAwait(false);
        if ((status & LockedUp) != 0) return "the core has locked up";
        if ((status & Halted) == 0) return "the core runs";
        var faults = await memory.ReadWordAsync(Cfsr, stop).ConfigureAwait(false);
        return $"the core halted at 0x{await ReadRegisterAsync(Register.ProgramCounter, stop).ConfigureAwait(false):X8}{(faults == 0 ? "" : $" with faults 0x{faults:X8}")}";
    }

    /// <summary>Reads a core register; the core is halted.</summary>
    public async ValueTask<uint> ReadRegisterAsync(Register register, CancellationToken stop)
    {
        await memory.WriteWordAsync(Dcrsr, (uint)register, stop).ConfigureAwait(false);
        await WaitAsync(RegisterReady, "give a register", stop).ConfigureAwait(false);
        return await memory.ReadWordAsync(Dcrsr + 4, stop).ConfigureAwait(false);
    }

    async ValueTask WriteRegisterAsync(Register register, uint value, CancellationToken stop)
    {
        await memory.RunAsync([MemoryOperation.Write(Dcrsr + 4, [value]), MemoryOperation.Write(Dcrsr, [(uint)register | WriteRegister])], stop).ConfigureAwait(false);
        await WaitAsync(RegisterReady, "take a register", stop).ConfigureAwait(false);
    }

    async ValueTask RequestResetAsync(CancellationToken stop)
    {
        try
        {
            await memory.WriteWordAsync(Aircr, SystemResetRequest, stop).ConfigureAwait(false);
        }
        catch (PogolineException e) when (e.Code == SwdFaults.Lost || e.Code == SwdFaults.Bus)
        {
            // The reset came before the answer.
        }
        await port.ReturnAsync(stop).ConfigureAwait(false);
    }

    async ValueTask WaitAsync(uint flag, string what, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        while ((await memory.ReadWordAsync(Dhcsr, stop).ConfigureAwait(false) & flag) == 0)
        {
            if (time.GetElapsedTime(started) > Deadline) throw Stuck(what);
            await Task.Delay(Pause, time, stop).ConfigureAwait(false);
        }
    }

    static PogolineException Stuck(string what) => new(SwdFaults.Core, $"The core did not {what} within {Deadline.TotalSeconds} s.",
        "Check that nothing holds the reset line low and that the supply is steady, then try again.");
}
