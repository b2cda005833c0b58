namespace Pogoline.Lab.Swd.Core;

/// <summary>
/// A Cortex-M3 or M4 core under debug. Programs in RAM are carried out instruction by instruction; what runs from flash is the board's
/// firmware, for which the virtual board stands.
/// </summary>
/// <param name="facts">The chip.</param>
/// <param name="bus">Its bus.</param>
/// <param name="clock">The time of the target.</param>
/// <param name="board">The board's own start sequence.</param>
/// <param name="busyUntil">The moment at which the flash controller is done.</param>
sealed class CortexM(ChipFacts facts, TargetBus bus, TargetClock clock, IFirmware board, Func<long> busyUntil)
{
    // Where nothing takes any time, a program gets this far between two accesses of the debugger, and while it is waited for.
    const int ShortSlice = 500, LongSlice = 400_000;

    readonly Registers _registers = new();
    readonly Breakpoints _breakpoints = new();
    readonly PollingLoop _circle = new();
    Interpreter? _interpreter;
    CoreState _state;
    double _coreTime;

    enum CoreState { Firmware, Program, Halted, Lockup, Held }

    /// <summary>DHCSR, DEMCR and what belongs to them.</summary>
    public DebugControl Debug { get; } = new();

    /// <summary>The registers.</summary>
    public Registers Registers => _registers;

    /// <summary>The breakpoint unit.</summary>
    public Breakpoints Breakpoints => _breakpoints;

    /// <summary>Whether the chip has a floating point unit.</summary>
    public bool HasFloats => facts.HasFloatingPoint;

    /// <summary>Whether the debugger has stopped it.</summary>
    public bool IsHalted => _state == CoreState.Halted;

    /// <summary>Whether it hangs in a fault.</summary>
    public bool IsLockedUp => _state == CoreState.Lockup;

    /// <summary>Whether the board's firmware has the core, running or stopped.</summary>
    public bool IsFirmwareRunning => _state == CoreState.Firmware;

    /// <summary>After a power on, with which the firmware has started by itself: the debugger's settings are gone.</summary>
    public void PowerUp()
    {
        Debug.PowerUp();
        _breakpoints.Clear();
        Debug.NoteReset();
        _state = ReadVectors() ? CoreState.Firmware : CoreState.Lockup;
    }

    /// <summary>A reset: the vector table is read, and the firmware starts unless the debugger catches the core.</summary>
    /// <param name="isHeld">Whether the reset is held: nothing starts before <see cref="Reset"/> without it.</param>
    public void Reset(bool isHeld)
    {
        var halts = _state == CoreState.Held && Debug.Halts;
        Debug.NoteReset();
        Debug.Halts = false;
        _state = CoreState.Held;
        if (isHeld) return;
        var isProgrammed = ReadVectors();
        if (Debug.IsEnabled && (halts || Debug.CatchesReset))
        {
            Stop(halts ? DebugControl.Halted : DebugControl.VectorCatch);
        }
        else if (isProgrammed)
        {
            _state = CoreState.Firmware;
            board.Go();
        }
        else
        {
            _state = CoreState.Lockup;
        }
    }

    /// <summary>The firmware has begun anew by itself.</summary>
    public void NoteFirmwareReset()
    {
        if (Debug is { IsEnabled: true, CatchesReset: true })
        {
            board.Hold();
            Reset(isHeld: false);
        }
        else
        {
            Debug.NoteReset();
        }
    }

    /// <summary>What the debugger has written to DHCSR takes effect.</summary>
    public void FollowDebugger()
    {
        if (_state == CoreState.Held) return;
        if (!Debug.IsEnabled)
        {
            if (IsHalted) Resume();
            return;
        }
        if (Debug.Halts)
        {
            if (!IsHalted) Stop(DebugControl.Halted);
        }
        else if (IsHalted && Debug.Steps) Step();
        else if (IsHalted) Resume();
    }

    /// <summary>Lets a program run up to now; where nothing takes any time, for a slice.</summary>
    /// <param name="isWaitedFor">Whether the debugger looks whether it has halted.</param>
    public void Run(bool isWaitedFor)
    {
        if (_state != CoreState.Program) return;
        var until = clock.Now;
        var period = 1e9 / facts.InstructionsPerSecond;
        _circle.Begin(_registers, bus.Changes);
        for (var left = isWaitedFor ? LongSlice : ShortSlice; _state == CoreState.Program && (clock.Passes ? _coreTime < until : left > 0); left--)
        {
            _coreTime += period;
            if (_breakpoints.Hit(_registers.Next)) Stop(DebugControl.Breakpoint);
            else Execute();
            if (!_circle.IsClosed(_registers, bus.Changes)) continue;
            // It polls: nothing will be different before the flash controller is done or the debugger has written something.
            if (!clock.Passes) break;
            _coreTime = busyUntil() is var done && done > _coreTime && done < until ? done : until;
            _circle.Begin(_registers, bus.Changes);
        }
        clock.Now = until;
    }

    bool ReadVectors()
    {
        bus.TryRead(facts.VectorTable, 4, out var stackPointer);
        bus.TryRead(facts.VectorTable + 4, 4, out var start);
        _registers.Reset(stackPointer, start);
        return start is not (uint.MaxValue or 0);
    }

    void Stop(uint reason)
    {
        if (_state == CoreState.Firmware) _registers.Next = board.Freeze(_registers.Next);
        else if (_state == CoreState.Lockup) _registers.Next = 0xFFFFFFFE;
        _state = CoreState.Halted;
        Debug.Halts = true;
        Debug.Reasons |= reason;
    }

    void Resume()
    {
        Debug.Halts = false;
        if (IsProgram(_registers.Next))
        {
            (_state, _coreTime) = (CoreState.Program, clock.Now);
            _interpreter ??= new(_registers, bus, WaitFor);
        }
        else if (_registers.Next >= 0xFFFFFFF0)
        {
            _state = CoreState.Lockup;
        }
        else
        {
            _state = CoreState.Firmware;
            board.Go();
        }
    }

    // Firmware is not carried out instruction by instruction: one step of it is none.
    void Step()
    {
        if (IsProgram(_registers.Next))
        {
            _interpreter ??= new(_registers, bus, WaitFor);
            (_state, _coreTime) = (CoreState.Program, clock.Now);
            Execute();
        }
        if (_state is not CoreState.Lockup) Stop(DebugControl.Halted);
    }

    void Execute()
    {
        switch (_interpreter!.Step())
        {
            case Execution.Done: break;
            case Execution.Breakpoint when Debug.IsEnabled: Stop(DebugControl.Breakpoint); break;
            case Execution.BusFault: Take(DebugControl.CatchBusFault, fault: 1 << 9); break;
            case Execution.UsageFault: Take(DebugControl.CatchStateFault, fault: 1 << 16); break;
            default: Take(DebugControl.CatchHardFault, fault: 0); break;
        }
    }

    // There are no handlers in RAM: a fault is caught by the debugger or ends in lockup.
    void Take(uint catches, uint fault)
    {
        Debug.ConfigurableFaults |= fault;
        Debug.IsHardFault = true;
        if (Debug.IsEnabled && (Debug.Catches & (catches | DebugControl.CatchHardFault)) != 0) Stop(DebugControl.VectorCatch);
        else _state = CoreState.Lockup;
    }

    bool IsProgram(uint address) => address - facts.RamStart < facts.RamLength;

    void WaitFor(uint address)
    {
        if (!clock.Passes) return;
        _coreTime = Math.Max(_coreTime, bus.BusyUntil(address));
        clock.Now = (long)_coreTime;
    }
}
