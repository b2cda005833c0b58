namespace Pogoline.Lab.Swd.Core;

/// <summary>The system control space: who the core is, its reset, faults, and the debugger's registers.</summary>
/// <param name="core">The core.</param>
/// <param name="facts">The chip.</param>
/// <param name="reset">A reset, of the whole system or of the core only.</param>
sealed class SystemControlSpace(CortexM core, ChipFacts facts, Action<bool> reset) : RegisterRegion(0xE000E000, 0xFD0)
{
    const uint CpuId = 0xD00, ResetControl = 0xD0C, ConfigurableFault = 0xD28, HardFault = 0xD2C, DebugFault = 0xD30;
    const uint Halting = 0xDF0, Selector = 0xDF4, Data = 0xDF8, Exceptions = 0xDFC, FloatFeatures = 0xF40, MoreFloatFeatures = 0xF44;
    const uint ResetKey = 0x05FA, ResetKeyRead = 0xFA050000, SystemReset = 1 << 2, CoreReset = 1 << 0, Forced = 1 << 30;

    readonly Dictionary<uint, uint> _others = [];
    uint _data;

    /// <inheritdoc/>
    protected override bool TryReadRegister(uint offset, out uint value)
    {
        var debug = core.Debug;
        value = offset switch
        {
            CpuId => facts.CoreId,
            ResetControl => ResetKeyRead,
            ConfigurableFault => debug.ConfigurableFaults,
            HardFault => debug.IsHardFault ? Forced : 0,
            DebugFault => debug.Reasons,
            Halting => debug.ReadStatus(core.IsHalted, core.IsLockedUp),
            Data => _data,
            Exceptions => debug.Catches,
            FloatFeatures => facts.HasFloatingPoint ? 0x10110021u : 0,
            MoreFloatFeatures => facts.HasFloatingPoint ? 0x11000011u : 0,
            _ => _others.GetValueOrDefault(offset),
        };
        return true;
    }

    /// <inheritdoc/>
    protected override bool TryWriteRegister(uint offset, uint value)
    {
        switch (offset)
        {
            case ResetControl: Reset(value); break;
            case ConfigurableFault: core.Debug.ConfigurableFaults &= ~value; break;
            case HardFault: core.Debug.IsHardFault &= (value & Forced) == 0; break;
            case DebugFault: core.Debug.Reasons &= ~value; break;
            case Halting: if (core.Debug.TryWrite(value)) core.FollowDebugger(); break;
            case Selector: Transfer(value); break;
            case Data: _data = value; break;
            case Exceptions: core.Debug.Catches = value & 0x010F07F1; break;
            case CpuId or FloatFeatures or MoreFloatFeatures: break;
            default: _others[offset] = value; break;
        }
        return true;
    }

    void Reset(uint value)
    {
        if (value >> 16 != ResetKey) return;
        if ((value & (SystemReset | CoreReset)) != 0) reset((value & SystemReset) != 0);
    }

    // Registers move only while the core is halted.
    void Transfer(uint value)
    {
        const uint Write = 1 << 16;
        if (!core.IsHalted) return;
        var number = (int)(value & 0x7F);
        if ((value & Write) != 0) core.Registers.Write(number, core.HasFloats, _data);
        else if (core.Registers.TryRead(number, core.HasFloats, out var read)) _data = read;
    }
}
