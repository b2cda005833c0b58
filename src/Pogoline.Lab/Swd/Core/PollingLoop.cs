namespace Pogoline.Lab.Swd.Core;

/// <summary>Finds out that a program goes round in a circle: all registers are as they were, and nothing was changed in between.</summary>
sealed class PollingLoop
{
    readonly uint[] _general = new uint[15];
    uint _next, _status;
    long _changes;
    int _steps, _span;

    /// <summary>Begins to look.</summary>
    public void Begin(Registers registers, long changes)
    {
        _span = 1;
        Remember(registers, changes);
    }

    /// <summary>Called after every instruction.</summary>
    public bool IsClosed(Registers registers, long changes)
    {
        if (registers.Next == _next && changes == _changes && registers.Status == _status && registers.General.AsSpan().SequenceEqual(_general)) return true;
        if (++_steps < _span) return false;
        _span *= 2;
        Remember(registers, changes);
        return false;
    }

    void Remember(Registers registers, long changes)
    {
        (_next, _status, _changes, _steps) = (registers.Next, registers.Status, changes, 0);
        registers.General.CopyTo(_general.AsSpan());
    }
}
