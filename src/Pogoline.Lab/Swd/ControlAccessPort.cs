namespace Pogoline.Lab.Swd;

/// <summary>What a control access port does to its chip.</summary>
interface IControlledChip
{
    /// <summary>Whether the memory access port is closed.</summary>
    bool IsLocked { get; }

    /// <summary>The moment at which an erase of everything ends.</summary>
    long EraseEnd { get; }

    /// <summary>Erases flash and configuration registers, and opens the memory access port until the next reset.</summary>
    void EraseEverything();

    /// <summary>Holds the chip in reset, or lets it go.</summary>
    void HoldReset(bool isHeld);
}

/// <summary>Nordic's control access port: it works while the memory access port is locked.</summary>
/// <param name="chip">The chip.</param>
/// <param name="clock">The time of the target.</param>
sealed class ControlAccessPort(IControlledChip chip, TargetClock clock) : IAccessPort
{
    const uint Identity = 0x02880000;
    const byte Reset = 0x00, EraseAll = 0x04, EraseAllStatus = 0x08, ProtectStatus = 0x0C, Id = 0xFC;

    uint _reset, _eraseAll;

    /// <inheritdoc/>
    public long BusyUntil => 0;

    /// <inheritdoc/>
    public void Abort()
    {
    }

    /// <inheritdoc/>
    public bool TryRead(byte register, out uint value)
    {
        value = register switch
        {
            Reset => _reset,
            EraseAll => _eraseAll,
            EraseAllStatus => chip.EraseEnd > clock.Now ? 1u : 0,
            ProtectStatus => chip.IsLocked ? 0 : 1u,
            Id => Identity,
            _ => 0,
        };
        return true;
    }

    /// <inheritdoc/>
    public bool TryWrite(byte register, uint value)
    {
        switch (register)
        {
            case Reset when (value & 1) != _reset:
                _reset = value & 1;
                chip.HoldReset(_reset != 0);
                break;
            case EraseAll:
                if ((value & 1) > _eraseAll) chip.EraseEverything();
                _eraseAll = value & 1;
                break;
        }
        return true;
    }
}
