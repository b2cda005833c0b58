namespace Pogoline.Lab.Swd.Core;

/// <summary>The debugger's settings for the core and what it is told: DHCSR, DEMCR, DFSR, CFSR, HFSR.</summary>
sealed class DebugControl
{
    /// <summary>Bits of DFSR: why the core halted.</summary>
    public const uint Halted = 1, Breakpoint = 2, VectorCatch = 8;

    /// <summary>Bits of DEMCR: faults at which the core halts.</summary>
    public const uint CatchReset = 1, CatchStateFault = 1 << 7, CatchBusFault = 1 << 8, CatchHardFault = 1 << 10;

    const uint Key = 0xA05F, Enable = 1, Halt = 2, StepBit = 4, MaskInterrupts = 8, Settable = 0x2F;
    const uint Ready = 1 << 16, HaltedNow = 1 << 17, LockedUp = 1 << 19, Retired = 1 << 24, WasReset = 1 << 25;

    uint _settings;
    bool _wasReset, _hasRetired;

    /// <summary>DEMCR.</summary>
    public uint Catches { get; set; }

    /// <summary>DFSR.</summary>
    public uint Reasons { get; set; }

    /// <summary>CFSR.</summary>
    public uint ConfigurableFaults { get; set; }

    /// <summary>HFSR.FORCED.</summary>
    public bool IsHardFault { get; set; }

    /// <summary>C_DEBUGEN.</summary>
    public bool IsEnabled => (_settings & Enable) != 0;

    /// <summary>C_STEP.</summary>
    public bool Steps => (_settings & StepBit) != 0;

    /// <summary>VC_CORERESET.</summary>
    public bool CatchesReset => (Catches & CatchReset) != 0;

    /// <summary>C_HALT.</summary>
    public bool Halts
    {
        get => (_settings & Halt) != 0;
        set => _settings = value ? _settings | Halt : _settings & ~Halt;
    }

    /// <summary>Everything off.</summary>
    public void PowerUp() => (_settings, Catches, Reasons, ConfigurableFaults, IsHardFault) = (0, 0, 0, 0, false);

    /// <summary>S_RESET_ST is set until somebody reads it.</summary>
    public void NoteReset() => (_wasReset, ConfigurableFaults, IsHardFault) = (true, 0, false);

    /// <summary>Reads DHCSR; its sticky bits are cleared by that.</summary>
    public uint ReadStatus(bool isHalted, bool isLockedUp)
    {
        var value = _settings | Ready | (isHalted ? HaltedNow : 0) | (isLockedUp ? LockedUp : 0) | (_hasRetired ? Retired : 0) | (_wasReset ? WasReset : 0);
        (_wasReset, _hasRetired) = (false, !isHalted && !isLockedUp);
        return value;
    }

    /// <summary>Writes DHCSR.</summary>
    /// <returns>False without the key: nothing changes.</returns>
    public bool TryWrite(uint value)
    {
        if (value >> 16 != Key) return false;
        var wanted = value & Settable;
        _settings = (wanted & Enable) != 0 ? wanted : wanted & ~(Halt | StepBit | MaskInterrupts);
        return true;
    }
}
