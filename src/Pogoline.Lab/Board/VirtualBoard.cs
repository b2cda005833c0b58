using Pogoline.Lab.Boot;
using Pogoline.Lab.Console;
using Pogoline.Lab.Dfu;
using Pogoline.Lab.Flash;
using Pogoline.Lab.Usb;
using Pogoline.Links;
using Pogoline.Programming;

namespace Pogoline.Lab.Board;

/// <summary>
/// A board: power, reset, what its firmware does on its own, and what a host sees of it on the bus. The firmware runs as a sequence of
/// pieces of work with times in between, so that a reset or a loss of power falls between two of them. Safe to use from several threads.
/// </summary>
public sealed partial class VirtualBoard : IDisposable
{
    readonly Lock _gate = new();
    readonly LabClock _clock;
    IEnumerator<Pause>? _firmware;
    ITimer? _timer, _unplugging;
    int _timerNumber;
    DfuUsbDevice? _dfu;
    SystemUsbDevice? _usb;
    SystemStart? _system;
    BoardSystem? _running;
    SystemLoop? _loop;
    PauseKind? _pause;
    long _dfuTime, _busyUntil;
    BoardTraffic _traffic;
    bool _isUnplugged;
    TaskCompletionSource _changed = NewSignal();

    /// <summary>A board without power.</summary>
    /// <param name="hardware">What the firmware finds.</param>
    /// <param name="clock">How time passes.</param>
    public VirtualBoard(BoardHardware hardware, LabClock clock) => (Hardware, _clock) = (hardware, clock);

    /// <summary>The memories and registers; not to be touched while the board runs on another thread.</summary>
    public BoardHardware Hardware { get; }

    /// <summary>The files that follow its memories; they go with the board. Null when nothing is kept.</summary>
    internal BoardFiles? Files { get; init; }

    /// <summary>Whether it has power.</summary>
    public bool IsPowered { get; private set; }

    /// <summary>What it is doing.</summary>
    public DeviceMode Mode { get; private set; }

    /// <summary>Whether the running system left the user firmware out; it may listen at the same time.</summary>
    public bool IsSafeMode { get; private set; }

    /// <summary>How often it was reset, by itself or from outside, since it was made.</summary>
    public int Resets { get; private set; }

    /// <summary>What the last system that saw the OTA flag made of the image.</summary>
    public UpdateCode? LastOtaUpdate { get; private set; }

    /// <summary>What went over endpoint 0 so far.</summary>
    public BoardTraffic Traffic
    {
        get { lock (_gate) return _traffic; }
    }

    /// <summary>Counts the times that the board joined the bus.</summary>
    public int Enumeration { get; private set; }

    /// <summary>The board as a host's operating system knows it; null while it is not on the bus.</summary>
    internal UsbAttachment? Attachment { get; private set; }

    /// <summary>What a host sees.</summary>
    public UnitPresence Presence => Mode switch
    {
        _ when _isUnplugged => UnitPresence.Absent,
        DeviceMode.Absent => UnitPresence.Absent,
        DeviceMode.Dfu => UnitPresence.Dfu,
        _ => UnitPresence.System,
    };

    /// <summary>Completes at the next change of <see cref="Mode"/> or <see cref="Enumeration"/>.</summary>
    public Task Changed
    {
        get { lock (_gate) return _changed.Task; }
    }

    /// <summary>Gives it power; nothing happens when it has.</summary>
    public void PowerOn()
    {
        lock (_gate)
        {
            if (IsPowered) return;
            IsPowered = true;
            Start(default);
        }
    }

    /// <summary>How much longer its own seconds are than real ones.</summary>
    internal double TimerFactor { get; set; } = 1;

    /// <summary>Stands between the running system and those who ask it for its modules, to make faults.</summary>
    internal Func<IReadOnlyList<InventoryEntry>, IReadOnlyList<InventoryEntry>> Report { get; set; } = modules => modules;

    /// <summary>Takes its power away: retained registers are lost, an operation under way ends where it is.</summary>
    public void CutPower() => CutPower(null);

    /// <summary>Takes its power away, and gives it back later.</summary>
    /// <param name="returns">After how long; null for never.</param>
    public void CutPower(TimeSpan? returns)
    {
        lock (_gate)
        {
            IsPowered = false;
            Stop();
            Hardware.Retained.Clear();
            Files?.Save();
            if (returns is { } back) StartTimer(back, PowerOn);
        }
    }

    /// <summary>Takes it from the bus without taking its power.</summary>
    /// <param name="returns">After how long it is plugged in again; null for never.</param>
    public void Unplug(TimeSpan? returns)
    {
        lock (_gate)
        {
            _isUnplugged = true;
            _unplugging?.Dispose();
            _unplugging = returns > TimeSpan.Zero ? _clock.Time.CreateTimer(_ => Plug(), null, returns.Value, Timeout.InfiniteTimeSpan) : null;
            Signal();
            if (returns <= TimeSpan.Zero) Plug();
        }
    }

    /// <summary>Plugs it in again: a host sees it anew.</summary>
    public void Plug()
    {
        lock (_gate)
        {
            if (!_isUnplugged) return;
            _isUnplugged = false;
            if (Mode == DeviceMode.Absent) Signal();
            else Attach(Mode);
        }
    }

    /// <summary>Resets it, as the button does.</summary>
    /// <param name="modeButtonHeld">How long the MODE button is held meanwhile.</param>
    public void Reset(TimeSpan modeButtonHeld = default)
    {
        lock (_gate)
        {
            if (IsPowered) Restart(new(ButtonHeld: modeButtonHeld));
        }
    }

    /// <summary>The list of modules of the running system; null when none runs.</summary>
    public IReadOnlyList<InventoryEntry>? ReadInventory()
    {
        lock (_gate) return _usb is null || _system is null ? null : Report(Inventory.Take(_system.Modules));
    }

    /// <summary>One control transfer on endpoint 0.</summary>
    /// <param name="enumeration">The enumeration that the host opened.</param>
    /// <param name="setup">The SETUP packet.</param>
    /// <param name="data">What the host sends.</param>
    /// <param name="answer">Takes what the board sends.</param>
    /// <returns>How it ended, and how long it takes until then.</returns>
    internal (TransferResult Result, TimeSpan Time) Transfer(int enumeration, SetupPacket setup, ReadOnlySpan<byte> data, Memory<byte> answer)
    {
        lock (_gate)
        {
            Files?.ThrowIfFailed();
            if (_dfu is not null) ElapseDfu();
            if (enumeration != Enumeration || Presence == UnitPresence.Absent)
                return (new(TransferStatus.Gone, 0), TimeSpan.Zero);
            if (_isFrozen) return (new(TransferStatus.TimedOut, 0), TimeSpan.Zero);
            var (command, wasLeaving) = (LineCodingCommand.None, _running?.Exit is not null);
            ControlReply reply;
            try
            {
                reply = _dfu?.Control(setup, data) ?? _usb!.Control(setup, data, out command);
            }
            catch (PowerLostException e)
            {
                CutPower(e.Returns);
                return (new(TransferStatus.Gone, 0), TimeSpan.Zero);
            }
            var count = 0;
            if (reply.Outcome is ControlOutcome.Acknowledged or ControlOutcome.LateStalled)
            {
                count = setup.IsIn ? Math.Min(reply.Data.Length, answer.Length) : data.Length;
                if (setup.IsIn) reply.Data[..count].CopyTo(answer);
            }
            var (toHost, toBoard) = setup.IsIn ? (count, 0) : (0, count);
            _traffic = new(_traffic.Transfers + 1, _traffic.BytesToHost + toHost, _traffic.BytesToBoard + toBoard);
            var time = Occupy(_clock.Timing.Transfer(count) + _clock.Timing.Of(Hardware.Storage.TakeBusyTime()));
            var isGone = !wasLeaving && _running?.Exit is not null;
            Follow(reply, command);
            WakeFirmware();
            Files?.Save();
            return (isGone ? new(TransferStatus.Gone, 0) : new(StatusOf(reply.Outcome), count), time);
        }
    }

    // What a host did may be what the firmware waits for. Not called by the firmware itself.
    void WakeFirmware()
    {
        if (_loop is null) return;
        var wakes = _pause switch
        {
            PauseKind.Input => _loop.HasWork,
            PauseKind.Output => !_clock.Timing.Passes && !_usb!.Serial.HasOutput,
            _ => false,
        };
        if (!wakes) return;
        StopTimer();
        Continue();
    }

    // A host sent something, or took something.
    void SerialMoved()
    {
        lock (_gate)
        {
            WakeFirmware();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CutPower();
        _unplugging?.Dispose();
        Files?.Dispose();
    }

    static TransferStatus StatusOf(ControlOutcome outcome) => outcome switch
    {
        ControlOutcome.Acknowledged => TransferStatus.Completed,
        ControlOutcome.NoReply => TransferStatus.TimedOut,
        _ => TransferStatus.Stalled,
    };

    // A host that gave up waiting finds the board still at it.
    TimeSpan Occupy(TimeSpan work)
    {
        var now = _clock.Time.GetTimestamp();
        var left = _busyUntil > now ? _clock.Time.GetElapsedTime(now, _busyUntil) : TimeSpan.Zero;
        var time = left + work;
        _busyUntil = now + (long)(time.TotalSeconds * _clock.Time.TimestampFrequency);
        return time;
    }

    void Follow(ControlReply reply, LineCodingCommand command)
    {
        switch (command)
        {
            case LineCodingCommand.EnterDfu:
                Hardware.Retained.BootRequest = RetainedState.RequestDfu;
                Restart(default);
                return;
            case LineCodingCommand.Listen:
                _running!.Listen(true);
                return;
        }
        if (_dfu is null) return;
        if (reply.Reattaches) Attach(DeviceMode.Dfu);
        if (_dfu.MillisecondsToReset is not { } milliseconds)
        {
            StopTimer();
            return;
        }
        var left = _clock.Timing.Of(TimeSpan.FromMilliseconds(milliseconds));
        if (left > TimeSpan.Zero) StartTimer(left, ElapseDfu);
        else LeaveDfu();
    }

    void ElapseDfu()
    {
        var passed = (int)_clock.Time.GetElapsedTime(_dfuTime).TotalMilliseconds;
        _dfuTime += passed * _clock.Time.TimestampFrequency / 1000;
        if (_dfu!.Elapse(passed) is not null) LeaveDfu();
        // A timer may be early by less than a millisecond.
        else if (_timer is not null && _dfu.MillisecondsToReset is { } left && _clock.Timing.Passes) StartTimer(TimeSpan.FromMilliseconds(Math.Max(1, left)), ElapseDfu);
    }

    void LeaveDfu()
    {
        if (Hardware.Platform.Generation == 2) Hardware.Retained.Watchdog = RetainedState.WatchdogEnabled;
        if (_dfu is Gen3DfuDevice { SafeModeRequested: true }) Hardware.Retained.BootRequest = RetainedState.RequestSafeMode;
        Restart(default);
    }

    void Enter(DeviceMode mode)
    {
        Mode = mode;
        if (mode == DeviceMode.Absent)
        {
            (_dfu, _usb, _system, Attachment, IsSafeMode) = (null, null, null, null, false);
            (_running, _loop) = (null, null);
        }
        Signal();
    }

    void Signal()
    {
        var signal = _changed;
        _changed = NewSignal();
        signal.SetResult();
    }

    void StartTimer(TimeSpan due, Action action)
    {
        StopTimer();
        var number = _timerNumber;
        _timer = _clock.Time.CreateTimer(_ =>
        {
            lock (_gate)
            {
                if (number == _timerNumber) action();
            }
        }, null, due * TimerFactor, Timeout.InfiniteTimeSpan);
    }

    void StopTimer()
    {
        _timerNumber++;
        _timer?.Dispose();
        _timer = null;
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
