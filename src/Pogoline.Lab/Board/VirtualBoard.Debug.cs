namespace Pogoline.Lab.Board;

/// <content>What a debug probe does to the board.</content>
public sealed partial class VirtualBoard
{
    bool _isFrozen;

    /// <summary>Held by whoever works on the memories while the board has power.</summary>
    internal Lock Gate => _gate;

    /// <summary>A reset that does not end yet: the firmware is gone, the board is off the bus.</summary>
    internal void HoldReset()
    {
        lock (_gate)
        {
            Resets++;
            Stop();
        }
    }

    /// <summary>The end of a reset.</summary>
    internal void ReleaseReset()
    {
        lock (_gate)
        {
            if (IsPowered) Start(default);
        }
    }

    /// <summary>The core is stopped: nothing happens any more, and no transfer is answered.</summary>
    internal void Freeze()
    {
        lock (_gate)
        {
            StopTimer();
            _isFrozen = true;
        }
    }

    /// <summary>The core goes on.</summary>
    internal void Thaw()
    {
        lock (_gate)
        {
            _isFrozen = false;
            if (_dfu is not null) ElapseDfu();
            else Continue();
        }
    }

    /// <summary>Brings the files up to date after the memories were changed from outside.</summary>
    internal void SaveMemories() => Files?.Save();
}
